"""Leads over the native face: captured, listed, read."""

import gzip
import json
import uuid
from typing import Any

import httpx
import pytest

from tests.support.native import LEADS, capture, fields_at_fault
from tests.support.server import Server


def listed(server: Server, **query: Any) -> httpx.Response:
    return server.client.get(LEADS, params=query, headers=server.bearer("read"))


def test_a_captured_lead_is_answered_as_it_is_stored(server: Server) -> None:
    sent = {
        "bot_id": server.bot(),
        "session_id": "s-81",
        "name": "Ada Lovelace",
        "email": "Ada@Example.com",
        "phone": "+44 20 7946 0958",
        "attributes": {"plan": "pro", "seats": [1, 2.5, None]},
    }
    answer = server.client.post(LEADS, json=sent, headers=server.bearer("capture", "read"))
    lead = answer.json()
    assert answer.status_code == 201
    assert {name: lead[name] for name in sent} == sent
    assert lead["email_normal"] == "ada@example.com"
    assert lead["phone_e164"] == "+442079460958"
    assert lead["origin"] == "native"
    read = server.client.get(answer.headers["location"], headers=server.bearer("read"))
    assert read.json() == lead


def test_a_list_shows_a_lead_as_it_was_answered(server: Server) -> None:
    bot = server.bot()
    lead = capture(server, bot, name="Zoë \N{ROCKET}", email="not an email", attributes={"a": {"b": '\\"'}})
    assert listed(server, bot=bot).json() == {"items": [lead], "next_cursor": None}


def test_moments_have_three_decimals_and_z(server: Server) -> None:
    created = capture(server, server.bot())["created_at"]
    assert len(created) == len("2026-11-23T07:02:23.000Z")
    assert created.endswith("Z")


def test_a_lead_without_a_session_gets_one(server: Server) -> None:
    bot = server.bot()
    sessions = {capture(server, bot, session_id=session)["session_id"] for session in (None, "")}
    assert len(sessions) == 2
    assert all(sessions)


def test_what_is_no_address_is_kept_and_marked(server: Server) -> None:
    lead = capture(server, server.bot(), email="call me", phone="tomorrow")
    assert (lead["email"], lead["email_normal"], lead["email_problem"]) == ("call me", None, "not_an_email")
    assert (lead["phone"], lead["phone_e164"], lead["phone_problem"]) == ("tomorrow", None, "not_a_phone")


def test_nul_is_taken_out_of_texts(server: Server) -> None:
    lead = capture(server, server.bot(), name="A\0da", session_id="\0s", attributes={"k\0": "\0v"})
    assert (lead["name"], lead["session_id"], lead["attributes"]) == ("Ada", "s", {"k": "v"})


def test_a_bot_that_is_not_there_yet_is_made(server: Server) -> None:
    bot = f"new-{uuid.uuid4()}"
    capture(server, bot)
    assert server.client.get(f"/api/v2/bots/{bot}", headers=server.bearer("read")).status_code == 200


@pytest.mark.parametrize(
    ("field", "limit"), [("session_id", 200), ("name", 1_000), ("email", 1_000), ("phone", 200)]
)
def test_a_field_over_its_limit_is_named_with_the_limit(server: Server, field: str, limit: int) -> None:
    bot = server.bot()
    capture(server, bot, **{field: "é" * limit})
    sent = {"bot_id": bot, field: "é" * (limit + 1)}
    answer = server.client.post(LEADS, json=sent, headers=server.bearer("capture"))
    assert fields_at_fault(answer) == [field]
    assert str(limit) in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"zip": "1"}, "zip"),
        ({"name": 5}, "name"),
        ({"email": ["a"]}, "email"),
        ({"phone": True}, "phone"),
        ({"attributes": None}, "attributes"),
        ({"bot_id": None}, "bot_id"),
        ({"bot_id": ""}, "bot_id"),
        ({"bot_id": "a b"}, "bot_id"),
        ({"bot_id": "a\n"}, "bot_id"),
        ({"bot_id": "x" * 65}, "bot_id"),
    ],
)
def test_a_field_that_breaks_a_rule_is_named(server: Server, change: dict[str, Any], field: str) -> None:
    sent = {"bot_id": server.bot(), **change}
    answer = server.client.post(LEADS, json=sent, headers=server.bearer("capture"))
    assert fields_at_fault(answer) == [field]


def test_a_lead_without_a_bot_is_refused(server: Server) -> None:
    answer = server.client.post(LEADS, json={"name": "Ada"}, headers=server.bearer("capture"))
    assert fields_at_fault(answer) == ["bot_id"]


def test_a_compressed_body_is_read(server: Server) -> None:
    body = gzip.compress(json.dumps({"bot_id": server.bot(), "name": "Ada"}).encode())
    headers = {"Content-Type": "application/json; charset=UTF-8", "Content-Encoding": "gzip"}
    answer = server.client.post(LEADS, content=body, headers=server.bearer("capture") | headers)
    assert answer.json()["name"] == "Ada"


def test_the_same_idempotency_key_gives_the_same_lead(server: Server) -> None:
    bot = server.bot()
    headers = server.bearer("capture") | {"Idempotency-Key": str(uuid.uuid4())}
    answers = [server.client.post(LEADS, json={"bot_id": bot}, headers=headers) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(listed(server, bot=bot).json()["items"]) == 1


def test_an_idempotency_key_is_refused_with_another_body(server: Server) -> None:
    bot = server.bot()
    headers = server.bearer("capture") | {"Idempotency-Key": str(uuid.uuid4())}
    server.client.post(LEADS, json={"bot_id": bot}, headers=headers).raise_for_status()
    answer = server.client.post(LEADS, json={"bot_id": bot, "name": "Ada"}, headers=headers)
    assert fields_at_fault(answer) == ["Idempotency-Key"]


def test_two_callers_may_use_the_same_idempotency_key(server: Server) -> None:
    bot, sent = server.bot(), {"Idempotency-Key": str(uuid.uuid4())}
    callers = [server.bearer("capture"), server.bearer("capture", bots=[bot])]
    for headers in callers:
        server.client.post(LEADS, json={"bot_id": bot}, headers=headers | sent).raise_for_status()
    assert len(listed(server, bot=bot).json()["items"]) == 2


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, b"\xe9"])
def test_an_idempotency_key_is_visible_ascii(server: Server, key: str | bytes) -> None:
    headers = [*server.bearer("capture").items(), ("Idempotency-Key", key)]
    raw = [(name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in headers]
    answer = server.client.post(LEADS, json={"bot_id": server.bot()}, headers=raw)
    assert fields_at_fault(answer) == ["Idempotency-Key"]


def test_pages_hold_every_lead_once_newest_first(server: Server) -> None:
    bot = server.bot()
    made = [capture(server, bot, name=str(number))["id"] for number in range(7)]
    pages: list[list[str]] = []
    cursor = None
    while cursor or not pages:
        page = listed(server, bot=bot, limit=3, **({"cursor": cursor} if cursor else {})).json()
        pages.append([lead["id"] for lead in page["items"]])
        cursor = page["next_cursor"]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [lead for page in pages for lead in page] == sorted(made, reverse=True)


def test_the_link_header_leads_to_the_next_page(server: Server) -> None:
    bot = server.bot()
    for _ in range(3):
        capture(server, bot, session_id="a b&c")
    first = listed(server, bot=bot, session="a b&c", limit=2)
    second = server.client.get(first.links["next"]["url"], headers=server.bearer("read"))
    assert len(second.json()["items"]) == 1
    assert "link" not in second.headers


def test_filters_must_all_hold(server: Server) -> None:
    bot = server.bot()
    ada = capture(server, bot, session_id="s1", email="Ada@Example.com")
    bob = capture(server, bot, session_id="s2", email="bob@example.com")
    assert listed(server, bot=bot, email="ADA@example.com").json()["items"] == [ada]
    assert listed(server, bot=bot, session="s2").json()["items"] == [bob]
    assert listed(server, bot=bot, session="s2", email="ada@example.com").json()["items"] == []


def test_a_time_filter_includes_its_start_and_not_its_end(server: Server) -> None:
    bot = server.bot()
    lead = capture(server, bot)
    at = lead["created_at"]
    assert listed(server, bot=bot, created_from=at).json()["items"] == [lead]
    assert listed(server, bot=bot, created_to=at).json()["items"] == []


def test_a_cursor_belongs_to_its_filters(server: Server) -> None:
    bot = server.bot()
    for _ in range(2):
        capture(server, bot)
    cursor = listed(server, bot=bot, limit=1).json()["next_cursor"]
    assert fields_at_fault(listed(server, cursor=cursor)) == ["cursor"]
    assert fields_at_fault(listed(server, bot=bot, session="s", cursor=cursor)) == ["cursor"]
    assert len(listed(server, bot=bot, limit=200, cursor=cursor).json()["items"]) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("email=nobody", "email"),
        ("email=", "email"),
        ("bot=", "bot"),
        ("created_from=yesterday", "created_from"),
        ("created_from=5", "created_from"),
        ("created_to=0001-01-01T00:00:00%2B10:00", "created_to"),
        ("cursor=", "cursor"),
        ("cursor=%00", "cursor"),
        ("boot=x", "boot"),
        ("bot=a&bot=b", "bot"),
    ],
)
def test_a_query_that_breaks_a_rule_is_refused(server: Server, query: str, field: str) -> None:
    answer = server.client.get(f"{LEADS}?{query}", headers=server.bearer("read"))
    assert fields_at_fault(answer) == [field]


def test_a_filter_for_null_is_a_filter(server: Server) -> None:
    assert listed(server, bot="null").json()["items"] == []


@pytest.mark.parametrize("lead_id", ["x", "00000000-0000-0000-0000-000000000000", "%00", "%ff", "x" * 5_000])
def test_a_lead_that_is_not_there_is_not_found(server: Server, lead_id: str) -> None:
    answer = server.client.get(f"{LEADS}/{lead_id}", headers=server.bearer("read"))
    assert answer.status_code == 404
