"""A database that the first version of the schema filled is brought up to date with nothing lost."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from leadkeep.actions.capture import Capture, capture, new_lead
from leadkeep.actions.upgrade import upgrade
from leadkeep.domain.contact import phone_key
from leadkeep.domain.lead import NewLead
from leadkeep.domain.words import words_in
from leadkeep.storage import schema
from leadkeep.storage.database import Database
from leadkeep.storage.migrate import SchemaState
from tests.support import version_0001
from tests.support.databases import Engine
from tests.support.people import assert_whole, count
from tests.support.process import ServerProcess, StartServer
from tests.support.version_0001 import BODY, IDEMPOTENCY_KEY, LEADS, TOKEN, Row

# What is read anew may be read better; what was typed and when stays to the letter.
KEPT = ("bot_id", "session_id", "name", "email", "email_normal", "email_problem", "phone", "attributes")


@pytest.fixture
def old(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as database:
        version_0001.make(database, LEADS)
        yield database


@pytest.fixture(scope="module")
def brought_up(sqlite_engine: Engine, postgresql_engine: Engine) -> Iterator[dict[str, Database]]:
    """One on each engine, brought up to date once for all tests that only look."""
    with ExitStack() as after:
        found: dict[str, Database] = {}
        for engine in (sqlite_engine, postgresql_engine):
            url = engine.empty()
            after.callback(engine.drop, url)
            found[engine.name] = after.enter_context(closing(Database(url)))
            version_0001.make(found[engine.name], LEADS)
            upgrade(found[engine.name])
        yield found


@pytest.fixture
def upgraded(brought_up: dict[str, Database], engine_name: str) -> Database:
    return brought_up[engine_name]


def stored(database: Database) -> dict[str, Any]:
    with database.snapshot() as store:
        return {row.id: row for row in store.execute(sa.select(schema.leads))}


def groups(leads: Iterable[Row]) -> set[frozenset[str]]:
    """Whose leads belong together, found the slow way: parts that share an address or a number."""
    parts: list[tuple[set[str], set[str]]] = []
    for lead in leads:
        keys = {lead["email_normal"]} if lead["email_normal"] else set()
        if lead["phone_e164"] and not lead["phone_problem"]:
            keys.add(phone_key(lead["phone_e164"]))
        ids = {lead["id"]}
        for part in [part for part in parts if part[0] & keys]:
            parts.remove(part)
            keys, ids = keys | part[0], ids | part[1]
        parts.append((keys, ids))
    return {frozenset(ids) for _, ids in parts}


def found_by_person(database: Database) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for lead_id, row in stored(database).items():
        found.setdefault(row.person_id, set()).add(lead_id)
    return {frozenset(ids) for ids in found.values()}


def test_every_lead_is_there_as_it_was(old: Database) -> None:
    assert upgrade(old) is SchemaState.OLDER
    rows = stored(old)
    assert rows.keys() == {lead["id"] for lead in LEADS}
    for lead in LEADS:
        row = rows[lead["id"]]
        assert {name: getattr(row, name) for name in KEPT} == {name: lead[name] for name in KEPT}
        assert (row.origin, row.created_at, row.changed_at) == (
            lead["source"],
            lead["created_at"],
            lead["created_at"],
        )
        assert (row.status, row.version, row.tags, row.owner) == ("new", 1, [], None)
        assert (row.phone_e164, row.phone_problem or None) == (lead["phone_e164"], lead["phone_problem"])
    assert upgrade(old) is SchemaState.CURRENT


def test_leads_are_numbered_in_the_order_of_time(upgraded: Database) -> None:
    by_number = sorted(stored(upgraded).values(), key=lambda row: row.number)
    assert [row.id for row in by_number] == [
        row.id for row in sorted(by_number, key=lambda row: (row.created_at, row.id))
    ]


def test_leads_find_their_people(old: Database) -> None:
    upgrade(old)
    assert_whole(old)
    assert found_by_person(old) == groups(LEADS)
    # Leads 1 to 4, of which the last links the others; and the two of one line in Brazil.
    assert sorted(map(len, groups(LEADS)))[-2:] == [2, 4]
    assert count(old, schema.merges) == 1
    # The next lead of any of them joins them.
    new = NewLead(bot_id="shop", session_id=None, phone="+49 30 901820", origin="test")
    with old.transaction() as store:
        (lead,) = capture(store, [Capture(new_lead(new))])
    assert lead.person_id == stored(old)[LEADS[0]["id"]].person_id  # type: ignore[union-attr]
    assert_whole(old)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Lovelace", [2]),
        ("Zoe", [12]),
        ("太郎", [11]),
        ("drop tables", []),
        ("drop table", [13]),
        ("beatriz", [15]),
    ],
)
def test_leads_are_found_by_their_words(upgraded: Database, text: str, numbers: list[int]) -> None:
    with upgraded.snapshot() as store:
        found = sa.select(schema.leads.c.id).where(store.dialect.finds(words_in(text)))
        assert set(store.execute(found).scalars()) == {LEADS[number - 1]["id"] for number in numbers}


@pytest.mark.parametrize(("digits", "count"), [("4930901820", 2), ("#0281090394", 2), ("551171234567", 1)])
def test_leads_are_found_by_their_numbers(upgraded: Database, digits: str, count: int) -> None:
    with upgraded.snapshot() as store:
        found = sa.select(schema.leads.c.id).where(store.dialect.finds([digits]))
        assert len(store.execute(found).all()) == count


def test_sessions_bots_and_keys_stay(upgraded: Database) -> None:
    before = {(row["bot_id"], row["id"]): row for row in version_0001.sessions_of(LEADS)}
    with upgraded.snapshot() as store:
        sessions = store.execute(sa.select(schema.sessions)).mappings().all()
        bots = {row.id: row for row in store.execute(sa.select(schema.bots))}
        (key,) = store.execute(sa.select(schema.keys)).all()
    assert {(row["bot_id"], row["id"]) for row in sessions} == before.keys()
    for row in sessions:
        expected = before[row["bot_id"], row["id"]]
        assert {name: row[name] for name in expected} == expected
        assert row["created_at"] == expected["lead_at"]
    assert bots.keys() == {"shop", "help", version_0001.EMPTY_BOT}
    assert (bots["shop"].public, bots["help"].public) == (True, False)
    assert (bots["shop"].form["title"], bots["shop"].origins) == ("Hi", ["https://www.example.com"])
    assert (key.id, key.permissions, key.bots) == (version_0001.KEY_ID, ["capture", "read"], None)


@pytest.fixture
def served(old: Database, database_url: str, start_server: StartServer) -> ServerProcess:
    """A server that found the old database, and brought it up to date as it started."""
    return start_server(database_url)


def ask(server: ServerProcess, method: str, path: str, **options: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {TOKEN}", **options.pop("headers", {})}
    answer = httpx.request(method, server.url + path, headers=headers, trust_env=False, timeout=30, **options)
    assert answer.status_code < 300, answer.text
    return answer


def test_both_vendor_faces_answer_as_before_the_upgrade(served: ServerProcess) -> None:
    for bot_id in ("shop", "help", version_0001.EMPTY_BOT):
        leads = [lead for lead in LEADS if lead["bot_id"] == bot_id]
        assert ask(served, "GET", f"/api/v1/leads/{bot_id}").json() == list(map(_of_flowise, leads))
        sessions = sorted(version_0001.sessions_of(leads), key=lambda row: (row["lead_at"], row["id"]))
        conversations = ask(served, "POST", f"/v1/get-conversation-ids/{bot_id}").json()
        assert conversations == list(map(_of_chatnode, reversed(sessions)))


def _of_flowise(lead: Row) -> Row:
    return {
        **{name: lead[name] or "" for name in ("id", "name", "email", "phone")},
        "chatflowid": lead["bot_id"],
        "chatId": lead["session_id"],
        "createdDate": _iso(lead["created_at"], "Z"),
    }


def _of_chatnode(session: Row) -> Row:
    contact = {f"enduser_{name}": session[name] for name in ("name", "email", "phone") if session[name]}
    at = {"session_id": session["id"], "created_at": _iso(session["lead_at"], "+00:00")}
    return {**at, **contact, "for_agent": session["handed_over_at"] is not None}


def _iso(moment: datetime, zone: str) -> str:
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + zone


def test_a_lead_sent_again_after_the_upgrade_is_not_stored_twice(served: ServerProcess) -> None:
    # Of the answer of before only the body was known, not the route: it is refused and not given again.
    headers = {"Content-Type": "application/json", "Idempotency-Key": IDEMPOTENCY_KEY}
    with pytest.raises(AssertionError, match="used with another body or route"):
        ask(served, "POST", "/api/v2/leads", content=BODY, headers=headers)
    listed = ask(served, "GET", "/api/v2/leads?limit=200").json()["items"]
    assert len(listed) == len(LEADS)


@pytest.mark.slow
def test_many_leads_are_brought_up_to_date_in_one_go(database_url: str) -> None:
    # They are read 2,000 at a time.
    leads = version_0001.many(5_000)
    with closing(Database(database_url)) as database:
        version_0001.make(database, leads)
        upgrade(database)
        assert_whole(database)
        assert found_by_person(database) == groups_of_many(leads)
        assert Counter(row.bot_id for row in stored(database).values()) == Counter(
            lead["bot_id"] for lead in leads
        )


def groups_of_many(leads: Iterable[Row]) -> set[frozenset[str]]:
    """The recipe names a lead's person."""
    found: dict[str, set[str]] = {}
    for lead in leads:
        found.setdefault(lead["name"], set()).add(lead["id"])
    return {frozenset(ids) for ids in found.values()}
