"""Whatever is sent to the native face, the answer is never a fault of the server."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_from_bytes

import hypothesis
import pytest
from hypothesis import strategies as st

from tests.support.server import Server

EXAMPLES = {"postgresql": 100, "sqlite": 30}
"""PostgreSQL refuses more than SQLite does."""

BOT_FIELDS = ["name", "public", "origins", "form", "region", "extract", "own_contacts"]
WRITES = [
    ("POST", "/api/v2/leads", ["bot_id", "session_id", "name", "email", "phone", "attributes"]),
    (
        "PATCH",
        "/api/v2/leads/{lead}",
        ["status", "owner", "tags", "add_tags", "remove_tags", "value", "currency", "attributes"],
    ),
    ("PATCH", "/api/v2/leads", ["ids", "filter", "change"]),
    ("POST", "/api/v2/leads/{lead}/notes", ["text"]),
    ("POST", "/api/v2/leads/batch", ["leads"]),
    ("POST", "/api/v2/bots", ["id", *BOT_FIELDS]),
    ("PATCH", "/api/v2/bots/{bot}", BOT_FIELDS),
    (
        "POST",
        "/api/v2/bots/{bot}/sessions",
        ["id", "page_url", "referrer", "utm", "locale", "country", "user_agent"],
    ),
    ("POST", "/api/v2/bots/{bot}/sessions/s/messages", ["messages"]),
    ("POST", "/api/v2/bots/{bot}/sessions/s/handover", ["reason"]),
    ("POST", "/api/v2/keys", ["name", "permissions", "bots", "expires_at"]),
    ("POST", "/api/v2/merges", ["person_id", "other_id", "reason"]),
]
LISTS = ["/api/v2/leads", "/api/v2/leads/{lead}/notes", "/api/v2/leads/{lead}/history"]
LISTS += ["/api/v2/people", "/api/v2/bots", "/api/v2/sessions"]
QUERIES = [*LISTS, "/api/v2/counts", "/api/v2/leads/count", "/api/v2/search"]
PARAMETERS = ["bot", "session", "email", "created_from", "created_to", "cursor", "limit", "nothing"]
PARAMETERS += ["q", "status", "owner", "tag", "origin", "has_email", "valid_phone", "waiting", "attribute"]
PARAMETERS += [
    "sort",
    "changed_from",
    "person",
    "handover",
    "handed_over",
    "is_lead",
    "from",
    "to",
    "per",
    "by",
    "time_zone",
]

texts = st.text() | st.text(st.characters()) | st.sampled_from(["\0", "\ud800", "9999-12-31T23:59:59-12:00"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
# But for those that are a change of nothing, or nothing: they stand in our code, and hypothesis tries what
# stands there.
wild_bodies = st.binary().filter(
    lambda body: body.removeprefix(b"\xef\xbb\xbf").strip() not in {b"", b"{}"} or not body
) | st.sampled_from([b"[" * 60_000, b'{"attributes":' * 4_000, b"9" * 60_000])


@pytest.fixture
def checked(engine_name: str) -> hypothesis.settings:
    return hypothesis.settings(max_examples=EXAMPLES[engine_name], deadline=None)


def lead_with_notes(server: Server) -> str:
    headers = server.bearer("admin")
    sent = {"bot_id": server.bot()}
    lead_id: str = server.client.post("/api/v2/leads", json=sent, headers=headers).json()["id"]
    for text in ("one", "two"):
        server.client.post(f"/api/v2/leads/{lead_id}/notes", json={"text": text}, headers=headers)
    return lead_id


def write(server: Server, method: str, path: str) -> Callable[[bytes], int]:
    """Sends a body to the route; the status of the answer."""
    target = path.format(bot=server.bot(), lead=lead_with_notes(server))
    headers = server.bearer("admin") | {"Content-Type": "application/json"}
    return lambda body: server.client.request(method, target, content=body, headers=headers).status_code


@pytest.mark.parametrize(("method", "path", "fields"), WRITES)
def test_no_bytes_are_a_fault(
    server: Server, checked: hypothesis.settings, method: str, path: str, fields: list[str]
) -> None:
    status_of = write(server, method, path)

    @checked
    @hypothesis.given(wild_bodies)
    def run(body: bytes) -> None:
        # A hand-over may be asked for with no body at all.
        asked = {201, 409} if not body and path.endswith("/handover") else set[int]()
        assert status_of(body) in {400, 422} | asked

    run()


@pytest.mark.parametrize(("method", "path", "fields"), WRITES)
def test_no_json_is_a_fault(
    server: Server, checked: hypothesis.settings, method: str, path: str, fields: list[str]
) -> None:
    status_of = write(server, method, path)
    objects = st.dictionaries(st.sampled_from(fields) | texts, values, max_size=6)

    @checked
    @hypothesis.given(objects | values)
    def run(sent: Any) -> None:
        assert status_of(json.dumps(sent).encode()) in {200, 201, 400, 404, 409, 422}

    run()


@pytest.mark.parametrize("path", QUERIES)
def test_no_query_is_a_fault(server: Server, checked: hypothesis.settings, path: str) -> None:
    headers, path = server.bearer("read"), path.format(lead=lead_with_notes(server))
    pairs = st.lists(st.tuples(st.sampled_from(PARAMETERS), st.binary() | texts.map(surrogates_too)))

    @checked
    @hypothesis.given(pairs)
    def run(sent: list[tuple[str, bytes]]) -> None:
        query = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in sent)
        assert server.client.get(f"{path}?{query}", headers=headers).status_code in {200, 422}

    run()


@pytest.mark.parametrize("path", LISTS)
def test_no_change_to_a_cursor_is_a_fault(server: Server, checked: hypothesis.settings, path: str) -> None:
    capture, read = server.bearer("capture"), server.bearer("read")
    for _ in range(2):
        lead = {"bot_id": server.bot(), "session_id": "a/é"}
        server.client.post("/api/v2/leads", json=lead, headers=capture)
    path = path.format(lead=lead_with_notes(server))
    cursor = server.client.get(f"{path}?limit=1", headers=read).json()["next_cursor"]

    @checked
    @hypothesis.given(st.integers(0, len(cursor)), st.integers(0, len(cursor)), st.text(max_size=3))
    def run(start: int, end: int, put: str) -> None:
        changed = cursor[:start] + put + cursor[end:]
        answer = server.client.get(path, params={"cursor": changed}, headers=read)
        assert answer.status_code in {200, 422}

    run()


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2/leads/",
        "/api/v2/leads/x/notes/",
        "/api/v2/people/",
        "/api/v2/merges/",
        "/api/v2/bots/",
        "/api/v2/bots/b/sessions/",
        "/api/v2/keys/",
        "/openapi/",
        "/docs/",
    ],
)
def test_no_path_is_a_fault(server: Server, checked: hypothesis.settings, path: str) -> None:
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
