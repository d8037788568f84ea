"""What one connection may cost the server, and what it may not make of a request."""

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from tests.support.process import StartServer
from tests.support.server import Server

MEGABYTE = 1024 * 1024


@pytest.fixture
def wire(server: Server) -> Iterator[socket.socket]:
    with closing(socket.create_connection(("127.0.0.1", server.process.port), timeout=20)) as connection:
        yield connection


def memory_of(server: Server) -> int:
    kilobytes = subprocess.check_output(["ps", "-o", "rss=", "-p", str(server.process.pid)])
    return int(kilobytes) * 1024


def pour(wire: socket.socket, piece: bytes, total: int) -> int:
    """Send it again and again until so much is sent, or the other side has had enough; what was sent."""
    sent = 0
    with suppress(ConnectionError, TimeoutError):
        while sent < total:
            wire.sendall(piece)
            sent += len(piece)
    return sent


def answer_of(wire: socket.socket, until: bytes = b"\0") -> bytes:
    """Everything up to the end of the connection, or as far as `until`."""
    received = b""
    while until not in received and (part := wire.recv(65_536)):
        received += part
    return received


def post(server: Server, body: bytes, *headers: bytes) -> bytes:
    lines = [
        b"POST /api/v1/leads HTTP/1.1",
        b"Host: x",
        b"Connection: close",
        b"Content-Type: application/json",
        b"Authorization: Bearer " + server.token("capture").encode(),
        *headers,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def test_a_head_without_an_end_is_cut_off(server: Server, wire: socket.socket) -> None:
    before = memory_of(server)
    wire.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n")
    assert pour(wire, b"X-Filler: " + b"v" * 8_000 + b"\r\n", 50 * MEGABYTE) < 20 * MEGABYTE
    assert memory_of(server) - before < 20 * MEGABYTE
    assert server.client.get("/livez").status_code == 200


def test_a_pipeline_without_an_end_is_cut_off(server: Server, wire: socket.socket) -> None:
    before = memory_of(server)
    pour(wire, b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n" * 2_000, 20 * MEGABYTE)
    assert memory_of(server) - before < 60 * MEGABYTE
    assert server.client.get("/livez").status_code == 200


def test_a_short_pipeline_is_answered_in_order(wire: socket.socket) -> None:
    paths = [b"/livez", b"/api/v1/ping", b"/readyz", b"/api/v1/ping"]
    requests = [b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path for path in paths]
    requests[-1] = requests[-1].replace(b"Host: x", b"Host: x\r\nConnection: close")
    wire.sendall(b"".join(requests))
    answer = answer_of(wire)
    assert re.findall(rb'live"|pong|ready"', answer) == [b'live"', b"pong", b'ready"', b"pong"]


def test_a_wish_for_another_protocol_loses_no_lead(server: Server, wire: socket.socket) -> None:
    body = json.dumps({"chatflowid": server.bot(), "name": "Ada"}).encode()
    wishes = (b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__", b"Content-Length: %d" % len(body))
    wire.sendall(post(server, body, *wishes).replace(b"close", b"Upgrade, HTTP2-Settings", 1))
    assert b'"name":"Ada"' in answer_of(wire, until=b"}")


def test_what_follows_the_body_is_no_header(server: Server, wire: socket.socket) -> None:
    body = json.dumps({"chatflowid": server.bot()}).encode()
    chunks = b"%x\r\n%s\r\n0\r\nAuthorization: Bearer wrong\r\n\r\n" % (len(body), body)
    wire.sendall(post(server, chunks, b"Transfer-Encoding: chunked", b"Trailer: Authorization"))
    assert answer_of(wire).startswith(b"HTTP/1.1 200")


def test_a_proxy_is_trusted_on_a_socket_for_both_families(
    start_server: StartServer, migrated_url: str
) -> None:
    process = start_server(
        migrated_url, host="::", public_rate_per_address="1/hour", trusted_proxies="127.0.0.0/8"
    )
    with closing(Server(process)) as server:
        lead = {"chatflowid": server.bot(public=True)}
        statuses = [
            server.client.post("/api/v1/leads/", json=lead, headers={"X-Forwarded-For": address}).status_code
            for address in ("203.0.113.1", "203.0.113.2", "203.0.113.1")
        ]
    assert statuses == [200, 200, 429]
