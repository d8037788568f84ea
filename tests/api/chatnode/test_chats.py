"""`POST /v1/get-chats/{bot_id}`, as ChatNode's contract has it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.read_chats import PAGE
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.message import NewMessage, Role
from leadkeep.storage import sessions
from tests.support.leads import START
from tests.support.server import Server


def chat(
    server: Server, bot: str, session: str, *texts: str, made_ms: int = 0, role: Role = Role.VISITOR
) -> None:
    """A session made `made_ms` milliseconds after START, with a message each further millisecond."""
    made = START + timedelta(milliseconds=made_ms)
    new = [
        NewMessage(role=role, text=text, at=made + timedelta(milliseconds=number))
        for number, text in enumerate(texts)
    ]
    with server.database.transaction() as store:
        sessions.ensure(store, bot, [session], made)
        append_messages(store, OPERATOR, bot, session, new)


def rows(server: Server, bot: str, **sent: object) -> list[dict[str, Any]]:
    answer = server.client.post(f"/v1/get-chats/{bot}", headers=server.bearer("read"), **sent)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def chats(server: Server, bot: str, **sent: object) -> list[tuple[str, str]]:
    """Of each message, its session and its text."""
    return [(row["session_id"], row["message"]["data"]["content"]) for row in rows(server, bot, **sent)]


@pytest.mark.parametrize(
    ("role", "kind"), [(Role.VISITOR, "human"), (Role.BOT, "ai"), (Role.AGENT, "ai"), (Role.SYSTEM, "ai")]
)
def test_a_message_is_one_row_in_chatnodes_words(server: Server, role: Role, kind: str) -> None:
    bot = server.bot()
    chat(server, bot, "s", 'Say "hi" 👋', role=role)
    (row,) = rows(server, bot)
    uuid.UUID(row.pop("id"))
    assert row == {
        "message": {"data": {"type": kind, "content": 'Say "hi" 👋'}, "type": kind},
        "session_id": "s",
        "created_at": "2026-11-23T07:02:23.000+00:00",
    }


@pytest.mark.parametrize("sent", [{}, {"json": []}])
@pytest.mark.parametrize("slash", ["", "/"])
def test_the_newest_conversation_comes_first_and_its_oldest_message_at_its_head(
    server: Server, sent: dict[str, object], slash: str
) -> None:
    bot = server.bot()
    chat(server, bot, "old", "1", "2", made_ms=1)
    chat(server, bot, "new", "3", "4", made_ms=2)
    found = chats(server, bot + slash, **sent)
    assert found == [("new", "3"), ("new", "4"), ("old", "1"), ("old", "2")]


def test_k_counts_conversations_that_have_messages(server: Server) -> None:
    bot = server.bot()
    for number in range(3):
        chat(server, bot, f"s{number}", "a", "b", made_ms=number)
    chat(server, bot, "silent", made_ms=9)
    found = [[session for session, _ in chats(server, bot, params={"k": k})] for k in (1, 2, 3, 999999999)]
    every = ["s2", "s2", "s1", "s1", "s0", "s0"]
    assert found == [every[:2], every[:4], every, every]


def test_given_ids_are_what_is_shown_and_k_does_not_matter(server: Server) -> None:
    bot, other = server.bot(), server.bot()
    for number in range(3):
        chat(server, bot, f"s{number}", "x", made_ms=number)
    chat(server, other, "s0", "not this bot's")
    ids = ["s0", "s1", "s1", "none", "a\0b", ""]
    assert chats(server, bot, json=ids, params={"k": 1}) == [("s1", "x"), ("s0", "x")]
    assert chats(server, bot, json=["none"]) == []


@pytest.mark.parametrize("per_session", [1, 7, PAGE, 2 * PAGE + 1])
def test_many_pages_hold_every_message_once_and_in_order(server: Server, per_session: int) -> None:
    bot, count = server.bot(), 3 * PAGE // per_session + 2
    names = [f"s{number:04}" for number in range(count)]
    for number, name in enumerate(names):
        # Some were made in the same millisecond.
        chat(server, bot, name, *map(str, range(per_session)), made_ms=number // 3)
    expected = [(name, str(text)) for name in reversed(names) for text in range(per_session)]
    assert chats(server, bot) == expected
    assert chats(server, bot, json=names) == expected


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b"{"},
        {"content": b"\xff"},
        {"json": {}},
        {"json": [1]},
        {"json": ["x" * 201]},
        {"content": b"[" * 10_000},
        {"content": b" " * 70_000},
        *({"params": {"k": k}} for k in ("", "0", "-1", "x", "1.5", "9" * 5_000, "\u0663")),
    ],
)
def test_what_cannot_be_read_is_400(server: Server, sent: dict[str, object]) -> None:
    answer = server.client.post(f"/v1/get-chats/{server.bot()}", headers=server.bearer("read"), **sent)  # type: ignore[arg-type]
    assert answer.status_code == 400
    assert answer.json().keys() == {"message"}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_no_known_token_is_401(server: Server, headers: dict[str, str]) -> None:
    answer = server.client.post("/v1/get-chats/x", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"message": "Bearer token missing or unknown"})


def test_a_bot_out_of_reach_and_one_that_is_not_there_are_403(server: Server) -> None:
    mine, theirs, none = server.bot(), server.bot(), f"none-{uuid.uuid4()}"
    chat(server, theirs, "s", "secret")
    calls = [
        (server.bearer("read", bots=[mine, none]), theirs),
        (server.bearer("read", bots=[mine, none]), none),
        (server.bearer("read"), none),
        (server.bearer("read"), "a%00b"),
        (server.bearer("capture"), mine),
    ]
    for headers, bot in calls:
        answer = server.client.post(f"/v1/get-chats/{bot}", headers=headers)
        assert (answer.status_code, answer.json()) == (403, {"message": "Bot access not allowed"})


def test_other_methods_are_refused(server: Server) -> None:
    answer = server.client.get("/v1/get-chats/x")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
