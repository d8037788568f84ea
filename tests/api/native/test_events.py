"""The feed: every event once, in the order of commits, byte by byte as it was written."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from leadkeep.actions.capture import new_lead
from leadkeep.actions.read_events import LOOKED_AT
from leadkeep.actions.tell import tell_captured
from leadkeep.api.native.shapes.event_data import events_schema
from leadkeep.domain.event import FEED_TYPES
from leadkeep.domain.lead import Lead, NewLead
from leadkeep.forms.samples import samples
from leadkeep.storage import events
from leadkeep.storage.database import Database
from tests.support.conversations import Talk
from tests.support.native import LEADS, capture
from tests.support.server import Server

EVENTS = "/api/v2/events"


def made(bot_id: str) -> Lead:
    return new_lead(NewLead(bot_id=bot_id, session_id=None, origin="native"))


def pages(server: Server, headers: dict[str, str], **params: Any) -> Iterator[dict[str, Any]]:
    after = params.pop("after", None)
    while True:
        asked = {**params, **({"after": after} if after else {})}
        page = server.client.get(EVENTS, params=asked, headers=headers).json()
        yield page
        after = page["next_cursor"]
        if not page["more"]:
            return


def feed(server: Server, bot: str, **params: Any) -> list[dict[str, Any]]:
    found = pages(server, server.bearer("read"), bot=bot, **params)
    return [event for page in found for event in page["items"]]


def end(server: Server) -> str:
    answer = server.client.get(EVENTS, params={"after": "latest"}, headers=server.bearer("read"))
    cursor: str = answer.json()["next_cursor"]
    return cursor


def patch(server: Server, lead: dict[str, Any], **fields: Any) -> None:
    answer = server.client.patch(f"{LEADS}/{lead['id']}", json=fields, headers=server.bearer("admin"))
    assert answer.status_code == 200, answer.text


def test_it_tells_of_leads_as_the_api_shows_them(server: Server) -> None:
    bot = server.bot()
    lead = capture(server, bot, name="Ada", email="ada@example.com", attributes={"plan": "pro"})
    (captured,) = feed(server, bot)
    assert captured["type"] == "lead.captured"
    assert captured["timestamp"] == lead["created_at"]
    assert captured["data"] == {"lead": lead}
    patch(server, lead, owner="Grace", tags=["vip"])
    now = server.client.get(f"{LEADS}/{lead['id']}", headers=server.bearer("read")).json()
    updated = feed(server, bot)[1]
    assert updated["data"]["lead"] == now
    made = {change["field"]: change["after"] for change in updated["data"]["changes"]}
    assert made == {"owner": "Grace", "tags": ["vip"]}
    assert updated["data"]["by"]["name"] == "test"


def test_a_note_is_told_of_without_its_text(server: Server) -> None:
    bot = server.bot()
    lead = capture(server, bot)
    notes = f"{LEADS}/{lead['id']}/notes"
    note = server.client.post(
        notes, json={"text": "Nobody's business"}, headers=server.bearer("admin")
    ).json()
    server.client.delete(f"{notes}/{note['id']}", headers=server.bearer("admin"))
    told = feed(server, bot)
    assert [event["data"].get("changes") for event in told[1:]] == [
        [{"field": "note", "before": None, "after": note["id"]}],
        [{"field": "note", "before": note["id"], "after": None}],
    ]
    assert "Nobody" not in str(told)


def test_it_tells_of_hand_overs_as_the_api_shows_them(server: Server) -> None:
    talk = Talk(server)
    talk.request()
    steps = [f"{talk.path}/handover/{step}" for step in ("claim", "resolve")]
    for path in steps:
        assert server.client.post(path, headers=server.bearer("admin")).status_code == 200
    told = feed(server, talk.bot_id)
    assert [event["type"] for event in told] == ["session.handed_over", "session.claimed", "session.resolved"]
    answer = server.client.get(f"{talk.path}/handovers", headers=server.bearer("read"))
    assert told[-1]["data"]["handover"] == answer.json()["items"][0]
    assert told[-1]["data"]["session"]["id"] == talk.session_id


def test_it_tells_of_people_to_those_who_may_know_of_all_bots(server: Server) -> None:
    bot, after = server.bot(), end(server)
    one, other = (capture(server, bot, email=f"{name}@people.example")["person_id"] for name in ("a", "b"))
    merge = {"person_id": one, "other_id": other}
    merged = server.client.post("/api/v2/merges", json=merge, headers=server.bearer("admin")).json()
    undo = f"/api/v2/merges/{merged['id']}/undo"
    undone = server.client.post(undo, headers=server.bearer("admin")).json()
    of_people = "person.merged,person.unmerged"
    every = pages(server, server.bearer("read"), after=after, types=of_people)
    mine = [
        event for page in every for event in page["items"] if event["data"]["merge"]["id"] == merged["id"]
    ]
    assert [event["data"]["merge"] for event in mine] == [merged, undone]
    covered = list(pages(server, server.bearer("read", bots=[bot]), after=after))
    types = {event["type"] for page in covered for event in page["items"]}
    assert types == {"lead.captured"}
    path = f"{EVENTS}/{mine[0]['id']}"
    assert server.client.get(path, headers=server.bearer("read")).json() == mine[0]
    assert server.client.get(path, headers=server.bearer("read", bots=[bot])).status_code == 404


def test_what_was_told_of_a_deleted_lead_is_gone(server: Server) -> None:
    bot = server.bot()
    lead, other = capture(server, bot, email="gone@example.com"), capture(server, bot)
    patch(server, lead, owner="Grace")
    (captured, *_) = feed(server, bot)
    server.client.delete(f"{LEADS}/{lead['id']}", headers=server.bearer("admin"))
    told = feed(server, bot)
    assert [event["type"] for event in told] == ["lead.captured", "lead.deleted"]
    assert told[0]["data"]["lead"]["id"] == other["id"]
    assert told[1]["data"]["lead"] == {name: lead[name] for name in ("id", "bot_id", "session_id")}
    assert "gone@example.com" not in str(told)
    answer = server.client.get(f"{EVENTS}/{captured['id']}", headers=server.bearer("read"))
    assert answer.status_code == 404


def test_what_was_told_of_a_deleted_session_is_gone(server: Server) -> None:
    talk = Talk(server)
    talk.request()
    lead = capture(server, talk.bot_id, session_id=talk.session_id, name="Gone")
    server.client.delete(talk.path, headers=server.bearer("admin"))
    told = feed(server, talk.bot_id)
    assert [(event["type"], event["data"]["lead"]["id"]) for event in told] == [("lead.deleted", lead["id"])]


def test_what_was_told_of_a_deleted_person_is_gone(server: Server) -> None:
    bot = server.bot()
    lead = capture(server, bot, email=f"{bot}@person.example")
    person = f"/api/v2/people/{lead['person_id']}"
    assert server.client.delete(person, headers=server.bearer("admin")).status_code == 204
    assert [event["type"] for event in feed(server, bot)] == ["lead.deleted"]


def test_pages_of_any_size_hold_each_event_once(server: Server) -> None:
    bot = server.bot()
    leads = [capture(server, bot)["id"] for _ in range(7)]
    for limit in (1, 2, 3, 7, 50):
        assert [event["data"]["lead"]["id"] for event in feed(server, bot, limit=limit)] == leads


def test_rare_events_are_found_page_by_page_without_reading_all_at_once(database: Database) -> None:
    from leadkeep.actions.read_events import feed_of, read_feed
    from leadkeep.domain.access import OPERATOR

    with database.transaction() as store:
        leads = [
            new_lead(NewLead(bot_id="busy", session_id=None, origin="native")) for _ in range(LOOKED_AT + 500)
        ]
        rare = new_lead(NewLead(bot_id="rare", session_id=None, origin="native"))
        tell_captured(store, [*leads, rare])
    with database.snapshot() as store:
        first = read_feed(store, feed_of(OPERATOR, "rare", None), 0, 50)
        second = read_feed(store, feed_of(OPERATOR, "rare", None), first.after, 50)
    assert (first.events, first.more) == ([], True)
    assert [event.subject for event in second.events] == [rare.id]
    assert not second.more


@pytest.mark.timeout(60)
def test_no_event_is_passed_over_however_late_it_is_committed(migrated_url: str, database: Database) -> None:
    """Writers whose transactions take short and long, and a reader that never pauses."""
    stop, written = threading.Event(), count()

    def write(pause: float) -> None:
        with closing(Database(migrated_url)) as mine:
            while not stop.is_set():
                with mine.transaction() as store:
                    next(written)
                    tell_captured(store, [made("shop")])
                    # Between the event and its commit: whoever takes its number first must come first.
                    time.sleep(pause)

    seen: list[int] = []
    with ThreadPoolExecutor(6) as pool:
        writers = [pool.submit(write, pause) for pause in (0, 0, 0.002, 0.005, 0.01, 0.02)]
        while len(seen) < 300:
            with database.snapshot() as store:
                seen += [event.number for event in events.after(store, seen[-1] if seen else 0, 100)]
        stop.set()
        for writer in writers:
            writer.result()
    with database.snapshot() as store:
        while more := events.after(store, seen[-1], 1_000):
            seen += [event.number for event in more]
        every = [event.number for event in events.after(store, 0, 100_000)]
    assert seen == every
    assert len(every) == next(written)


def test_numbers_are_never_given_twice(database: Database) -> None:
    def told() -> int:
        with database.transaction() as store:
            tell_captured(store, [made("shop")])
        with database.snapshot() as store:
            return events.newest(store)

    first = told()
    with database.transaction() as store:
        events.erase(store, [event.subject for event in events.after(store, 0, 10)])
    assert told() > first


def test_there_is_a_sample_of_every_type(server: Server) -> None:
    headers = server.bearer("read")
    items = server.client.get(f"{EVENTS}/samples", headers=headers).json()["items"]
    assert [item["type"] for item in items] == [kind.value for kind in FEED_TYPES]
    some = server.client.get(f"{EVENTS}/samples", params={"types": "lead.deleted"}, headers=headers).json()
    assert [item["type"] for item in some["items"]] == ["lead.deleted"]


def shape(value: Any) -> Any:
    """Which names stand in it, whatever their values."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items() if name != "attributes"}
    return (
        None
        if not isinstance(value, list)
        else [shape(value[0])]
        if value and isinstance(value[0], dict)
        else None
    )


def test_samples_have_the_shape_of_real_events(server: Server) -> None:
    headers = server.bearer("read")
    samples = {
        item["type"]: item for item in server.client.get(f"{EVENTS}/samples", headers=headers).json()["items"]
    }
    after = end(server)
    lead = capture(server)
    patch(server, lead, owner="Grace")
    server.client.delete(f"{LEADS}/{capture(server)['id']}", headers=server.bearer("admin"))
    talk = Talk(server)
    talk.request()
    server.client.post(f"{talk.path}/handover/claim", headers=server.bearer("admin"))
    server.client.post(f"{talk.path}/handover/return", headers=server.bearer("admin"))
    real = [event for page in pages(server, headers, after=after) for event in page["items"]]
    assert len({event["type"] for event in real}) >= 6
    for event in real:
        assert shape(event) == shape(samples[event["type"]]), event["type"]


SCHEMA = Path(__file__).parents[3] / "docs" / "events.schema.json"


def test_the_schema_in_the_docs_is_that_of_the_events() -> None:
    assert SCHEMA.read_bytes() == msgspec.json.format(msgspec.json.encode(events_schema()), indent=2) + b"\n"


def test_samples_and_real_events_fit_the_schema(server: Server) -> None:
    validator = Draft202012Validator(msgspec.json.decode(SCHEMA.read_bytes()))
    for sample in samples().values():
        validator.validate(sample)
    answer = server.client.get(EVENTS, params={"limit": 200}, headers=server.bearer("read"))
    real = answer.json()["items"]
    assert real
    for event in real:
        validator.validate(event)
    assert not validator.is_valid({**real[0], "type": "lead.lost"})
    assert not validator.is_valid({**real[0], "data": {}})
