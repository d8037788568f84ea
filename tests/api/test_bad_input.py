"""Whatever is sent, no answer is a 500, no connection hangs, and the server lives on."""

import gzip
import json
import socket
import zlib
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import hypothesis
from hypothesis import strategies as st

from tests.support.server import Server

LEADS = "/api/v1/leads"
CONVERSATIONS = "/v1/get-conversation-ids/"
PREFIXES = ["/", "/api/v1/", "/api/v1/leads/", "/api/v1/public-chatbotConfig/", "/v1/", CONVERSATIONS]
PREFIXES += ["/api/v2/", "/api/v2/leads", "/api/v2/leads/", "/api/v2/bots/", "/api/v2/keys/", "/openapi/"]
SECONDS = 10
"""Far longer than any answer takes: only a connection that hangs gets there."""

checked = hypothesis.settings(max_examples=150, deadline=None)

fields = st.sampled_from(["chatflowid", "chatId", "name", "email", "phone", "id", "createdDate"]) | st.text()
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(fields, inner, max_size=4),
    max_leaves=10,
)
texts = st.text(st.characters())
json_bodies = (values | st.dictionaries(fields, values)).map(lambda value: json.dumps(value).encode())
form_bodies = st.lists(st.tuples(fields, st.text() | st.binary())).map(
    lambda pairs: urlencode(pairs).encode()
)
bodies = (
    st.binary()
    | json_bodies
    | form_bodies
    | st.sampled_from([b"[" * 60_000, b'{"a":' * 10_000, b"9" * 60_000, b"a=1&" * 15_000, b" " * 70_000])
)

# What may stand in a header (RFC 9110, 5.5): the rest would not get past the parser.
header_values = st.binary(max_size=40).map(lambda value: bytes(b for b in value if b >= 0x20 and b != 0x7F))
content_types = header_values | st.sampled_from(
    [
        b"application/json",
        b"application/json; charset=utf-16",
        b'application/json; charset="utf-8',
        b"application/x-www-form-urlencoded",
        b"application/x-www-form-urlencoded; charset=latin-1",
        b"multipart/form-data; boundary=x",
        b"text/plain",
        b"application/json, text/html",
    ]
)
encodings = header_values | st.sampled_from([b"identity", b"gzip", b"GZIP", b"deflate", b"br", b"gzip, gzip"])
headers = st.dictionaries(
    st.sampled_from(
        [
            b"Origin",
            b"Authorization",
            b"Idempotency-Key",
            b"Accept",
            b"Cookie",
            b"X-Forwarded-For",
            b"If-Match",
        ]
    )
    | st.from_regex(rb"\AX-[A-Za-z0-9-]{1,20}\Z"),
    header_values,
    max_size=4,
)
query_text = st.sampled_from(["limit", "cursor", "bot_id", "email", "created_from", "session_id"]) | st.text()
bots = st.text().map(str.encode) | st.binary() | st.sampled_from([b"\0", b"a\0", b"/", b"..", b"\xff"])
targets = st.builds(
    lambda prefix, rest, query: f"{prefix}{quote_from_bytes(rest)}?{urlencode(query)}".encode(),
    st.sampled_from(PREFIXES),
    st.binary(max_size=40),
    st.lists(st.tuples(query_text, st.text() | st.binary()), max_size=3),
)


def exchange(server: Server, sent: bytes, *, ended: bool = False) -> bytes:
    """All that comes back until the server closes. `ended` tells it that nothing more will be sent."""
    received = b""
    with socket.create_connection(("127.0.0.1", server.process.port), timeout=SECONDS) as connection:
        try:
            connection.sendall(sent)
            if ended:
                connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65_536):
                received += part
        except (ConnectionResetError, BrokenPipeError):
            # It may hang up on what it has not read to the end.
            pass
    return received


def status_of(
    server: Server, method: str, target: bytes, sent: dict[bytes, bytes], body: bytes = b""
) -> int | None:
    """The status of the answer; None where the server hung up."""
    every = {b"Host": b"localhost", b"Connection": b"close", b"Content-Length": b"%d" % len(body), **sent}
    lines = [method.encode() + b" " + target + b" HTTP/1.1", *(b": ".join(pair) for pair in every.items())]
    answer = exchange(server, b"\r\n".join(lines) + b"\r\n\r\n" + body)
    return int(answer.split(b" ", 2)[1]) if answer else None


def bearer(server: Server, *permissions: str) -> dict[bytes, bytes]:
    return {b"Authorization": f"Bearer {server.token(*permissions)}".encode()}


def lives(server: Server) -> bool:
    return server.client.get("/api/v1/ping").text == "pong"


def is_no_fault(status: int | None) -> bool:
    return status is not None and 200 <= status < 500


def test_no_body_is_a_fault_of_the_lead_route(server: Server) -> None:
    token = bearer(server, "capture")

    @checked
    @hypothesis.given(
        body=bodies, kind=content_types, pack=st.sampled_from([None, gzip.compress, zlib.compress])
    )
    def run(body: bytes, kind: bytes, pack: Any) -> None:
        sent = {**token, b"Content-Type": kind}
        if pack is not None:
            sent[b"Content-Encoding"] = b"gzip" if pack is gzip.compress else b"deflate"
            body = pack(body)
        assert is_no_fault(status_of(server, "POST", LEADS.encode(), sent, body))

    run()
    assert lives(server)


def test_no_content_encoding_is_a_fault_of_the_lead_route(server: Server) -> None:
    token = bearer(server, "capture")

    @checked
    @hypothesis.given(body=bodies, encoding=encodings)
    def run(body: bytes, encoding: bytes) -> None:
        sent = {**token, b"Content-Type": b"application/json", b"Content-Encoding": encoding}
        assert is_no_fault(status_of(server, "POST", LEADS.encode(), sent, body))

    run()
    assert lives(server)


def test_no_json_is_a_fault_of_the_lead_route(server: Server) -> None:
    token = bearer(server, "capture")

    @checked
    @hypothesis.given(texts | values, texts | values, values)
    def run(name: Any, session: Any, extra: Any) -> None:
        lead = {"chatflowid": "fuzzed", "name": name, "chatId": session, "extra": extra}
        sent = {**token, b"Content-Type": b"application/json"}
        status = status_of(server, "POST", LEADS.encode(), sent, json.dumps(lead).encode())
        assert status in {200, 400, 422}

    run()
    assert lives(server)


def test_no_body_or_bot_is_a_fault_of_the_conversations_route(server: Server) -> None:
    token = bearer(server, "read")

    @checked
    @hypothesis.given(bot=bots, body=bodies, kind=content_types, encoding=encodings)
    def run(bot: bytes, body: bytes, kind: bytes, encoding: bytes) -> None:
        target = (CONVERSATIONS + quote_from_bytes(bot, safe="")).encode()
        sent = {**token, b"Content-Type": kind, b"Content-Encoding": encoding}
        assert is_no_fault(status_of(server, "POST", target, sent, body))

    run()
    assert lives(server)


def test_no_body_changes_the_list_of_conversations(server: Server) -> None:
    token, target = bearer(server, "read"), (CONVERSATIONS + server.bot()).encode()

    @checked
    @hypothesis.given(body=bodies, kind=content_types)
    def run(body: bytes, kind: bytes) -> None:
        assert status_of(server, "POST", target, {**token, b"Content-Type": kind}, body) == 200

    run()


def test_no_path_query_or_header_is_a_fault(server: Server) -> None:
    token = bearer(server, "admin")
    methods = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])

    @checked
    @hypothesis.given(methods, targets, headers, bodies)
    def run(method: str, target: bytes, sent: dict[bytes, bytes], body: bytes) -> None:
        kind = {b"Content-Type": b"application/json"}
        assert is_no_fault(status_of(server, method, target, {**kind, **token, **sent}, body))

    run()
    assert lives(server)


def test_no_bytes_on_the_wire_hang_or_end_the_server(server: Server) -> None:
    pieces = st.binary() | st.sampled_from(
        [
            b"POST /api/v1/leads HTTP/1.1\r\nHost: x\r\n",
            b"Content-Length: 5\r\n",
            b"Content-Length: -1\r\n",
            b"Content-Length: 99999999999999999999\r\n",
            b"Transfer-Encoding: chunked\r\n",
            b"Expect: 100-continue\r\n",
            b"X-Control: \x01\0\x7f\r\n",
            b"Upgrade: websocket\r\nConnection: upgrade\r\n",
            b"\r\n",
            b"5\r\nabcde\r\n",
            b"fffffffffffffffffff\r\n",
            b"0\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
        ]
    )

    @checked
    @hypothesis.given(st.lists(pieces, max_size=8).map(b"".join))
    def run(sent: bytes) -> None:
        assert b" 500 " not in exchange(server, sent, ended=True).partition(b"\r\n")[0]

    run()
    assert lives(server)
