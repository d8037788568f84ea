"""Forms as nobody's browser sends them: refused at once, before anybody is known."""

import httpx
import pytest

from tests.support.server import Server

URLENCODED = "application/x-www-form-urlencoded"


def send(server: Server, body: bytes, content_type: str) -> int:
    headers = {"Content-Type": content_type}
    url = f"{server.url}/sign-in"
    return httpx.post(url, content=body, headers=headers, timeout=30, trust_env=False).status_code


@pytest.mark.parametrize("charset", ["punycode", "zlib", "idna", "utf-99"])
def test_nobody_chooses_how_their_form_is_decoded(server: Server, charset: str) -> None:
    head = (
        f'--x\r\nContent-Disposition: form-data; name="email"\r\nContent-Type: text/plain; charset={charset}'
    )
    body = f"{head}\r\n\r\n{'a' * 1_000}-{'9' * 200_000}\r\n--x--\r\n".encode()
    assert send(server, body, "multipart/form-data; boundary=x") == 403


def test_parts_of_a_form_are_not_read_as_json(server: Server) -> None:
    head = '--x\r\nContent-Disposition: form-data; name="email"\r\nContent-Type: application/json'
    body = f"{head}\r\n\r\n{'[' * 100_000}\r\n--x--\r\n".encode()
    assert send(server, body, "multipart/form-data; boundary=x") == 403


def test_a_form_has_not_endlessly_many_fields(server: Server) -> None:
    assert send(server, b"a=1&" * 120_000, URLENCODED) == 400
    assert send(server, b"a=1&" * 1_000, URLENCODED) == 403


@pytest.mark.parametrize("body", [b"\xff=\xfe&%ff=%ed%a0%80&%00=1", b"=&&=;%", b""])
def test_odd_bytes_are_no_form_of_ours(server: Server, body: bytes) -> None:
    assert send(server, body, URLENCODED) == 403
