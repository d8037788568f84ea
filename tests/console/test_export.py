"""Leads as a file, for as long as somebody may have them."""

import socket
from urllib.parse import urlsplit

from tests.console.conftest import MakePerson
from tests.support.console import Person
from tests.support.leads import a_lead, put
from tests.support.server import Server

LEADS = 12_000
LONG = "x" * 900


def begun(server: Server, person: Person, path: str) -> socket.socket:
    """An answer that nobody reads yet, and of which little fits into what waits on the way."""
    where = urlsplit(server.url)
    reading = socket.socket()
    reading.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reading.settimeout(30)
    reading.connect((where.hostname, where.port))
    cookie = f"Cookie: leadkeep_sign_in={person.token}"
    reading.sendall(f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\n{cookie}\r\n\r\n".encode())
    assert b" 200 " in reading.recv(100)
    return reading


def rest_of(reading: socket.socket) -> bytes:
    found = b""
    while piece := reading.recv(2**20):
        found += piece
        if found.endswith(b"0\r\n\r\n"):
            break
    return found


def test_who_is_disabled_gets_no_more_of_what_they_export(server: Server, person: MakePerson) -> None:
    bot_id, owner, eve = server.bot(), person(), person("viewer")
    put(server.database, *(a_lead(bot_id, f"s-{n}", after_ms=n, name=f"{n} {LONG}") for n in range(LEADS)))
    with begun(server, eve, f"/inbox/export.csv?bot={bot_id}") as reading:
        owner.post(f"/users/{eve.user.id}/state", disabled="on")
        found = rest_of(reading)
    assert found.count(LONG.encode()) < LEADS
    # It was cut off, and can be seen not to be whole.
    assert not found.endswith(b"0\r\n\r\n")
