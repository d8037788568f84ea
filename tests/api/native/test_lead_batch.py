"""Many leads in one request, each with an outcome of its own."""

import json
import uuid
from typing import Any

import httpx
import hypothesis
import pytest
from hypothesis import strategies as st

from tests.support.server import Server

BATCH = "/api/v2/leads/batch"
LEADS = "/api/v2/leads"


def send(server: Server, leads: Any, headers: dict[str, str] | None = None, key: str = "") -> httpx.Response:
    sent = (headers or server.bearer("capture", "read")) | ({"Idempotency-Key": key} if key else {})
    return server.client.post(BATCH, json={"leads": leads}, headers=sent)


def items(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def statuses(answer: httpx.Response) -> list[int]:
    return [item["status"] for item in items(answer)]


def stored(server: Server, bot: str) -> list[dict[str, Any]]:
    """Oldest first."""
    query, found = {"bot": bot, "limit": "200"}, []
    while True:
        page = server.client.get(LEADS, params=query, headers=server.bearer("read")).json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found[::-1]
        query["cursor"] = page["next_cursor"]


def test_each_lead_is_answered_as_it_would_be_alone(server: Server) -> None:
    bot = server.bot()
    leads: list[Any] = [
        {"bot_id": bot, "name": "Ada", "email": "Ada@Example.com"},
        {"bot_id": bot, "name": 5},
        {"bot_id": bot, "zip": "1"},
        {"name": "nobody's"},
        {"bot_id": bot, "session_id": "x" * 201},
        "not a lead",
        {"bot_id": bot, "name": "Grace", "attributes": {"b": 1, "a": [2.5, None]}},
    ]
    found = items(send(server, leads))
    assert [item["lead"] for item in found if item["lead"]] == stored(server, bot)
    for lead, item in zip(leads, found, strict=True):
        alone = server.client.post(LEADS, json=lead, headers=server.bearer("capture", "read"))
        assert item["status"] == alone.status_code
        assert item["problem"] == (alone.json() if alone.is_error else None)
        assert (item["lead"] or {}).keys() == (alone.json().keys() if alone.is_success else set())


def test_bots_that_are_not_there_are_made_or_not_found(server: Server) -> None:
    mine, other, none = server.bot(), server.bot(), f"none-{uuid.uuid4()}"
    leads = [{"bot_id": bot} for bot in (mine, other, none, mine)]
    named = send(server, leads, server.bearer("capture", bots=[mine, none]))
    assert statuses(named) == [201, 404, 404, 201]
    assert statuses(send(server, leads)) == [201] * 4


def test_a_thousand_leads_are_stored_in_their_order(server: Server) -> None:
    bot = server.bot()
    leads = [{"bot_id": bot, "email": f"ada.{number}@example.com"} for number in range(1_000)]
    answer = send(server, leads)
    assert statuses(answer) == [201] * 1_000
    shown = [item["lead"] for item in items(answer)]
    assert [lead["email"] for lead in shown] == [lead["email"] for lead in leads]
    assert stored(server, bot) == shown


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"leads": []}, "leads"),
        ({"leads": [{}] * 1_001}, "leads"),
        ({"leads": None}, "leads"),
        ({}, "leads"),
        ({"leads": [{}], "more": 1}, "more"),
    ],
)
def test_what_is_no_batch_is_refused_whole(server: Server, body: Any, field: str) -> None:
    answer = server.client.post(BATCH, json=body, headers=server.bearer("capture"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_it_may_be_larger_than_other_bodies(server: Server) -> None:
    lead = {"bot_id": server.bot(), "name": "é" * 1_000, "attributes": {"notes": "x" * 6_000}}
    assert statuses(send(server, [lead] * 900)) == [201] * 900
    assert send(server, [lead | {"attributes": {"notes": "x" * 9_000}}] * 1_000).status_code == 413


def test_strangers_leave_no_batches(server: Server) -> None:
    answer = server.client.post(BATCH, json={"leads": [{"bot_id": server.bot(public=True)}]})
    assert answer.status_code == 401
    assert "access-control-allow-origin" not in answer.headers


def test_what_was_stored_is_answered_again_and_what_was_refused_is_tried_anew(server: Server) -> None:
    mine, late, key = server.bot(), f"late-{uuid.uuid4()}", str(uuid.uuid4())
    headers = server.bearer("capture", bots=[mine, late])
    leads = [{"bot_id": mine, "name": "Ada"}, {"bot_id": late}, {"bot_id": mine, "name": 5}]
    first = send(server, leads, headers, key)
    assert statuses(first) == [201, 404, 422]
    again = send(server, leads, headers, key)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    made = server.client.post("/api/v2/bots", json={"id": late}, headers=server.bearer("admin"))
    assert made.status_code == 201
    last = send(server, leads, headers, key)
    assert statuses(last) == [201, 201, 422]
    assert items(last)[0] == items(first)[0]
    assert "idempotent-replayed" not in last.headers
    assert len(stored(server, mine)) == 1


def test_a_longer_batch_with_the_same_key_stores_nothing(server: Server) -> None:
    bot, key = server.bot(), str(uuid.uuid4())
    send(server, [{"bot_id": bot}], key=key)
    answer = send(server, [{"bot_id": bot}] * 3, key=key)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert len(stored(server, bot)) == 1


def test_a_key_of_the_longest_kind_holds_for_a_batch(server: Server) -> None:
    bot, key = server.bot(), str(uuid.uuid4()).ljust(200, "~")
    answers = [send(server, [{"bot_id": bot}] * 300, key=key) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert len(stored(server, bot)) == 300


def test_alike_leads_of_a_batch_are_leads_of_their_own(server: Server) -> None:
    bot = server.bot()
    assert (
        statuses(send(server, [{"bot_id": bot, "session_id": "s"}] * 3, key=str(uuid.uuid4()))) == [201] * 3
    )
    assert len(stored(server, bot)) == 3


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["bot_id", "session_id", "name", "email", "phone", "attributes", "zip"])


def test_there_are_as_many_outcomes_as_leads(server: Server) -> None:
    bot, capture = server.bot(), server.bearer("capture", bots=[server.bot()])
    good = st.fixed_dictionaries({"bot_id": st.just(bot)}, optional={"name": st.text(), "email": st.text()})
    wild = st.dictionaries(FIELDS, json_values) | json_values
    keys = st.just("") | st.sampled_from(["k1", "k2"])

    @hypothesis.given(st.lists(good | wild, min_size=1, max_size=20), keys, st.booleans())
    def run(leads: list[Any], key: str, named: bool) -> None:
        headers = (capture if named else server.bearer("capture")) | {"Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        body = json.dumps({"leads": leads}).encode()
        answer = server.client.post(BATCH, content=body, headers=headers)
        if answer.status_code == 422:
            assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
            assert key
            return
        found = items(answer)
        assert len(found) == len(leads)
        for item in found:
            assert item["status"] in {201, 400, 404, 422}
            assert (item["lead"] is None) == (item["status"] != 201)
            assert (item["problem"] is None) == (item["status"] == 201)

    run()
