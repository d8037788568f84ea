"""Whatever is sent to the native face, the answer is never a fault of the server."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_from_bytes

import hypothesis
import pytest
from hypothesis import strategies as st

from tests.support.server import Server

checked = hypothesis.settings(max_examples=100, deadline=None)

WRITES = [
    ("POST", "/api/v2/leads", ["bot_id", "session_id", "name", "email", "phone", "attributes"]),
    ("POST", "/api/v2/bots", ["id", "name", "public", "origins", "form"]),
    ("PATCH", "/api/v2/bots/{bot}", ["name", "public", "origins", "form"]),
    ("POST", "/api/v2/keys", ["name", "permissions", "bots", "expires_at"]),
]
LISTS = ["/api/v2/leads", "/api/v2/bots"]
QUERIES = [*LISTS, "/api/v2/leads/count", "/api/v2/search"]
PARAMETERS = ["bot", "session", "email", "created_from", "created_to", "cursor", "limit", "nothing"]
PARAMETERS += [
    "q",
    "status",
    "owner",
    "tag",
    "origin",
    "changed_from",
    "has_email",
    "waiting",
    "attribute",
    "sort",
]

texts = st.text() | st.text(st.characters()) | st.sampled_from(["\0", "\ud800", "9999-12-31T23:59:59-12:00"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
wild_bodies = st.binary() | st.sampled_from([b"[" * 60_000, b'{"attributes":' * 4_000, b"9" * 60_000])


def write(server: Server, method: str, path: str) -> Callable[[bytes], int]:
    """Sends a body to the route; the status of the answer."""
    target = path.format(bot=server.bot())
    headers = server.bearer("admin") | {"Content-Type": "application/json"}
    return lambda body: server.client.request(method, target, content=body, headers=headers).status_code


@pytest.mark.parametrize(("method", "path", "fields"), WRITES)
def test_no_bytes_are_a_fault(server: Server, method: str, path: str, fields: list[str]) -> None:
    status_of = write(server, method, path)

    @checked
    @hypothesis.given(wild_bodies)
    def run(body: bytes) -> None:
        assert status_of(body) in {400, 422}

    run()


@pytest.mark.parametrize(("method", "path", "fields"), WRITES)
def test_no_json_is_a_fault(server: Server, method: str, path: str, fields: list[str]) -> None:
    status_of = write(server, method, path)
    objects = st.dictionaries(st.sampled_from(fields) | texts, values, max_size=6)

    @checked
    @hypothesis.given(objects | values)
    def run(sent: Any) -> None:
        assert status_of(json.dumps(sent).encode()) in {200, 201, 400, 409, 422}

    run()


@pytest.mark.parametrize("path", QUERIES)
def test_no_query_is_a_fault(server: Server, path: str) -> None:
    headers = server.bearer("read")
    pairs = st.lists(st.tuples(st.sampled_from(PARAMETERS), st.binary() | texts.map(surrogates_too)))

    @checked
    @hypothesis.given(pairs)
    def run(sent: list[tuple[str, bytes]]) -> None:
        query = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in sent)
        assert server.client.get(f"{path}?{query}", headers=headers).status_code in {200, 422}

    run()


@pytest.mark.parametrize("path", LISTS)
def test_no_change_to_a_cursor_is_a_fault(server: Server, path: str) -> None:
    capture, read = server.bearer("capture"), server.bearer("read")
    for _ in range(2):
        server.client.post("/api/v2/leads", json={"bot_id": server.bot()}, headers=capture)
    cursor = server.client.get(f"{path}?limit=1", headers=read).json()["next_cursor"]

    @checked
    @hypothesis.given(st.integers(0, len(cursor)), st.integers(0, len(cursor)), st.text(max_size=3))
    def run(start: int, end: int, put: str) -> None:
        changed = cursor[:start] + put + cursor[end:]
        answer = server.client.get(path, params={"cursor": changed}, headers=read)
        assert answer.status_code in {200, 422}

    run()


@pytest.mark.parametrize("sort", ["name", "-changed", "best"])
def test_no_change_to_a_cursor_of_another_order_is_a_fault(server: Server, sort: str) -> None:
    capture, read = server.bearer("capture"), server.bearer("read")
    for _ in range(2):
        sent = {"bot_id": server.bot(), "name": "Ada"}
        server.client.post("/api/v2/leads", json=sent, headers=capture)
    query = {"sort": sort, "q": "ada"}
    cursor = server.client.get("/api/v2/leads", params={**query, "limit": 1}, headers=read).json()[
        "next_cursor"
    ]
    asked, *place = json.loads(urlsafe_b64decode(cursor + "=="))
    parts = st.lists(values | st.sampled_from(place), max_size=4)

    @checked
    @hypothesis.given(parts)
    def run(parts: list[Any]) -> None:
        changed = urlsafe_b64encode(json.dumps([asked, *parts]).encode()).rstrip(b"=").decode()
        answer = server.client.get("/api/v2/leads", params={**query, "cursor": changed}, headers=read)
        assert answer.status_code in {200, 422}

    run()


@pytest.mark.parametrize("path", ["/api/v2/leads/", "/api/v2/bots/", "/api/v2/keys/", "/openapi/", "/docs/"])
def test_no_path_is_a_fault(server: Server, path: str) -> None:
    headers = server.bearer("admin")

    @checked
    @hypothesis.given(st.binary(min_size=1), st.sampled_from(["GET", "DELETE", "PATCH"]))
    def run(rest: bytes, method: str) -> None:
        target = path + quote_from_bytes(rest, safe="")
        answer = server.client.request(method, target, headers=headers)
        assert answer.status_code < 500

    run()


def surrogates_too(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
