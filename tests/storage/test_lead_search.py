"""Finding leads: both engines, by either way to a page, find what the plainest reading of a filter finds."""

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from leadkeep.domain.handover import HandoverState
from leadkeep.domain.lead import Lead, LeadFilter, Sort, Status
from leadkeep.domain.search import read_search
from leadkeep.domain.words import sort_key, words_of
from leadkeep.storage import bots, lead_count, lead_finder, leads, schema, sessions
from leadkeep.storage.database import Database
from tests.support.databases import Engine
from tests.support.leads import SHAPE, START, a_lead, ids, put, rows_of
from tests.support.search import finds

NAMES = [
    "Anna Müller",
    "anna",
    "Ännchen",
    "李雷",
    "Łukasz Müll",
    "Мария",
    "",
    "A",
    "Müller 007",
    "Ann Anna Müller",
]
EMAILS = ["anna.muller@gmail.com", "a@x.example", "marija@gmail.com", "info@firma7.example", ""]
PHONES = ["+4915123456789", "+4915123450007", "+442079460958", ""]
OWNERS = ["ada", "bob", None]
TAGS = [(), ("vip",), ("vip", "new"), ("new",)]
ATTRIBUTES: list[dict[str, Any]] = [
    {},
    {"plan": "pro"},
    {"plan": "3"},
    {"plan": 3},
    {"plan": True},
    {"plan": None, "pro": "plan"},
    {"plan": ["pro"]},
    {'"': "\\"},
]
WAYS = [((2_000, 4_000),), ((1, 1), (2, 30)), ((3, 1_000),)]
"""How much each way to a page is tried."""


def some_leads(count: int) -> list[Lead]:
    """The same ones each time. Some share their moment, some are older than their number says."""
    chance = random.Random(5)
    made: list[Lead] = []
    for number in range(count):
        name, email, phone = chance.choice(NAMES), chance.choice(EMAILS), chance.choice(PHONES)
        at = START + timedelta(milliseconds=(number // 3) if number % 7 else -number)
        lead_id = f"00000000-0000-7000-8000-{chance.randrange(10**12):012}"
        made.append(
            a_lead(
                f"bot-{chance.randrange(4)}",
                f"s-{number // 2}",
                id=lead_id,
                person_id=made[-1].person_id if made and chance.random() < 0.3 else lead_id,
                name=name or None,
                email=email,
                email_normal=email or None,
                phone=phone,
                phone_e164=phone or None,
                phone_problem=chance.choice([None, "invalid_phone"]) if phone else None,
                attributes=chance.choice(ATTRIBUTES),
                origin=chance.choice(["flowise", "native"]),
                status=chance.choice(list(Status)),
                owner=chance.choice(OWNERS),
                tags=chance.choice(TAGS),
                created_at=at,
                changed_at=at + timedelta(milliseconds=chance.randrange(50)),
            )
        )
    return made


LEADS = some_leads(150)
STATES = {
    (lead.bot_id, lead.session_id): list(HandoverState)[number % 4]
    for number, lead in enumerate(LEADS)
    if number % 5 == 0
}


def fill(database: Database) -> None:
    put(database, *LEADS)
    table = schema.leads
    with database.transaction() as store:
        for lead in LEADS:
            worked_on: dict[str, Any] = {
                "status": lead.status.value,
                "owner": lead.owner,
                "changed_at": lead.changed_at,
            }
            worked_on["tags"] = list(lead.tags)
            store.execute(sa.update(table).where(table.c.id == lead.id).values(worked_on))
            rows = [{"tag": tag, "lead_id": lead.id} for tag in lead.tags]
            if rows:
                store.execute(sa.insert(schema.lead_tags), rows)
        for (bot_id, session_id), state in STATES.items():
            sessions.set_handover(store, bot_id, session_id, state)


@pytest.fixture(scope="module")
def filled(sqlite_engine: Engine, postgresql_engine: Engine) -> Iterator[dict[str, Database]]:
    """The same leads in both engines."""
    urls = {engine.name: engine.migrated() for engine in (sqlite_engine, postgresql_engine)}
    databases = {name: Database(url) for name, url in urls.items()}
    for database in databases.values():
        fill(database)
    yield databases
    for database in databases.values():
        database.close()
    sqlite_engine.drop(urls["sqlite"])
    postgresql_engine.drop(urls["postgresql"])


@pytest.fixture
def full(filled: dict[str, Database], engine_name: str) -> Database:
    return filled[engine_name]


@pytest.fixture(params=WAYS, ids=["by the walk", "in turn", "by the index"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lead_finder, "_ROUNDS", request.param)
    # With few entries to look through at first, the rounds get their turn.
    monkeypatch.setattr(lead_finder, "_IN_INDEX", request.param[0][0])


def words(lead: Lead) -> str:
    return words_of(lead.name, lead.email, lead.phone, lead.phone_e164)


def has_attribute(lead: Lead, key: str, text: str) -> bool:
    """As the text, or as what the text is in JSON."""
    if key not in lead.attributes:
        return False
    value = lead.attributes[key]
    return value == text or (
        not isinstance(value, str | list) and msgspec.json.encode(value).decode() == text
    )


def fits(lead: Lead, wanted: LeadFilter, only_bots: frozenset[str] | None = None) -> bool:
    state = STATES.get((lead.bot_id, lead.session_id))
    said: list[tuple[object, bool]] = [
        (only_bots, only_bots is not None and lead.bot_id in only_bots),
        (wanted.bot_id, lead.bot_id == wanted.bot_id),
        (wanted.session_id, lead.session_id == wanted.session_id),
        (wanted.statuses or None, lead.status in wanted.statuses),
        (wanted.owner, lead.owner == wanted.owner),
        (wanted.tag, wanted.tag in lead.tags),
        (wanted.origin, lead.origin == wanted.origin),
        (wanted.created_from, wanted.created_from is not None and lead.created_at >= wanted.created_from),
        (wanted.created_to, wanted.created_to is not None and lead.created_at < wanted.created_to),
        (wanted.changed_from, wanted.changed_from is not None and lead.changed_at >= wanted.changed_from),
        (wanted.changed_to, wanted.changed_to is not None and lead.changed_at < wanted.changed_to),
        (wanted.has_email, bool(lead.email) is wanted.has_email),
        (wanted.has_phone, bool(lead.phone) is wanted.has_phone),
        (wanted.valid_email, bool(lead.email_normal) is wanted.valid_email),
        (wanted.valid_phone, bool(lead.phone_e164 and not lead.phone_problem) is wanted.valid_phone),
        (wanted.handed_over, (state is not None) is wanted.handed_over),
        (wanted.waiting, (state is HandoverState.WAITING) is wanted.waiting),
        (wanted.attribute, wanted.attribute is not None and has_attribute(lead, *wanted.attribute)),
        (wanted.search, wanted.search is not None and finds(wanted.search, words(lead))),
    ]
    return all(holds for asked, holds in said if asked is not None)


def expected(wanted: LeadFilter, sort: Sort, only_bots: frozenset[str] | None = None) -> list[str]:
    found = [lead for lead in LEADS if fits(lead, wanted, only_bots)]
    by_time = sort in {Sort.NEWEST, Sort.OLDEST, Sort.BEST}

    def key(lead: Lead) -> tuple[Any, str]:
        if sort in {Sort.A_TO_Z, Sort.Z_TO_A}:
            return sort_key(lead.name).encode(), lead.id
        return (lead.created_at if by_time else lead.changed_at), lead.id

    found.sort(key=key, reverse=sort not in {Sort.OLDEST, Sort.FIRST_CHANGED, Sort.A_TO_Z})
    if sort is Sort.A_TO_Z:
        found.sort(key=lambda lead: not sort_key(lead.name))
    if sort is Sort.BEST and wanted.search:
        search = wanted.search
        found.sort(key=lambda lead: not finds(search, words(lead), whole=True))
    return [lead.id for lead in found]


def paged(
    database: Database, wanted: LeadFilter, sort: Sort, limit: int, only_bots: frozenset[str] | None = None
) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        with database.snapshot() as store:
            page = leads.page(store, wanted, SHAPE, only_bots=only_bots, after=after, limit=limit, sort=sort)
        rows = ids(rows_of(page))
        assert rows or not found
        assert page.next is None or len(rows) == limit
        found += rows
        if page.next is None:
            return found
        after = page.next


LATER = START + timedelta(milliseconds=20)
CONDITIONS: list[dict[str, Any]] = [
    {"bot_id": "bot-1"},
    {"session_id": "s-3"},
    {"statuses": (Status.SPAM,)},
    {"statuses": (Status.NEW, Status.WON)},
    {"owner": "ada"},
    {"tag": "vip"},
    {"tag": "none"},
    {"origin": "native"},
    {"created_from": LATER},
    {"created_to": LATER},
    {"changed_from": LATER},
    {"changed_to": LATER},
    *(
        {name: value}
        for name in ("has_email", "has_phone", "valid_email", "valid_phone")
        for value in (True, False)
    ),
    *({name: value} for name in ("handed_over", "waiting") for value in (True, False)),
    *(
        {"attribute": pair}
        for pair in (
            ("plan", "pro"),
            ("plan", "3"),
            ("plan", "true"),
            ("plan", "null"),
            ("x", ""),
            ('"', "\\"),
        )
    ),
    *(
        {"search": read_search(text, "q")}
        for text in (
            "anna",
            "ann müll",
            "Müller",
            "雷",
            "0007",
            "0151 23456789",
            "gmail",
            "a",
            "nobody",
            "7",
            "com a",
        )
    ),
]
SORTS = [sort for sort in Sort if sort is not Sort.BEST]


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: str(condition)[:60])
def test_each_condition_finds_what_it_says(full: Database, way: None, condition: dict[str, Any]) -> None:
    wanted = LeadFilter(**condition)
    assert paged(full, wanted, Sort.NEWEST, 1_000) == expected(wanted, Sort.NEWEST)


def test_any_conditions_in_any_order_on_any_page(full: Database, way: None) -> None:
    chance = random.Random(11)
    for _ in range(120):
        given: dict[str, Any] = {}
        for condition in chance.sample(CONDITIONS, chance.randrange(4)):
            given |= condition
        wanted = LeadFilter(**given)
        sort = chance.choice(list(Sort) if wanted.search else SORTS)
        only = chance.choice([None, None, frozenset({"bot-0"}), frozenset({"bot-2", "bot-3", "none"})])
        listed = expected(wanted, sort, only)
        # Many pages say no more than some do.
        limit = chance.choice([limit for limit in (1, 4, 25, 1_000) if len(listed) < 12 * limit])
        assert paged(full, wanted, sort, limit, only) == listed, (wanted, sort, only)


@pytest.mark.parametrize("sort", Sort)
def test_a_search_in_every_order(full: Database, way: None, sort: Sort) -> None:
    wanted = LeadFilter(search=read_search("ann", "q"))
    assert len(expected(wanted, sort)) > 20
    assert paged(full, wanted, sort, 7) == expected(wanted, sort)


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize("only", [None, frozenset({"bot-1"}), frozenset({"bot-0", "bot-2"})])
def test_people_are_found_once_each_by_their_newest_lead(
    full: Database, way: None, only: frozenset[str] | None, limit: int
) -> None:
    wanted = LeadFilter(search=read_search("ann", "q"))
    by_id = {lead.id: lead for lead in LEADS}
    newest_first = dict.fromkeys(by_id[found].person_id for found in expected(wanted, Sort.NEWEST, only))
    found: list[str] = []
    after = None
    while True:
        with full.snapshot() as store:
            people, after = leads.people_found(store, wanted, only_bots=only, after=after, limit=limit)
        found += people
        if after is None:
            break
    assert found == list(newest_first)


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: str(condition)[:60])
@pytest.mark.parametrize("only", [None, frozenset({"bot-0", "bot-2"})])
def test_a_count_is_exact(full: Database, condition: dict[str, Any], only: frozenset[str] | None) -> None:
    wanted = LeadFilter(**condition)
    with full.snapshot() as store:
        counted = leads.count(store, wanted, only_bots=only)
    assert (counted.count, counted.exact) == (len(expected(wanted, Sort.NEWEST, only)), True)


@pytest.mark.parametrize("exact", [149, 150])
def test_a_count_beyond_what_is_counted_says_so(
    full: Database, monkeypatch: pytest.MonkeyPatch, exact: int
) -> None:
    monkeypatch.setattr(lead_count, "EXACT", exact)
    with full.snapshot() as store:
        counted = leads.count(store, LeadFilter())
    assert (counted.count, counted.exact) == (150, exact == 150)


def test_an_estimate_is_near_where_leads_are_mixed(full: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lead_count, "EXACT", 30)
    for condition in ({"origin": "native"}, {"bot_id": "bot-1"}, {"has_email": True}):
        wanted = LeadFilter(**condition)
        with full.snapshot() as store:
            counted = leads.count(store, wanted)
        assert not counted.exact
        assert 0.5 < counted.count / len(expected(wanted, Sort.NEWEST)) < 2


def test_ids_are_the_newest_that_fit(full: Database) -> None:
    wanted = LeadFilter(owner="ada", tag="vip")
    with full.snapshot() as store:
        assert leads.ids(store, wanted, limit=5) == expected(wanted, Sort.NEWEST)[:5]


def test_words_that_change_are_found_and_old_ones_are_not(database: Database) -> None:
    lead = a_lead("b", name="Ada")
    put(database, lead)
    with database.transaction() as store:
        new = {"words": words_of("Grace", None, None, None, ["likes tea"])}
        store.execute(sa.update(schema.leads).where(schema.leads.c.id == lead.id).values(new))
    with database.snapshot() as store:
        for query, count in (("tea", 1), ("grace tea", 1), ("ada", 0), ("ada tea", 0)):
            assert leads.count(store, LeadFilter(search=read_search(query, "q"))).count == count


def test_an_empty_database_has_nothing(database: Database, way: None) -> None:
    with database.transaction() as store:
        bots.add_missing(store, ["b"], START)
    for wanted in (LeadFilter(), LeadFilter(search=read_search("a", "q")), LeadFilter(tag="x", bot_id="b")):
        for sort in SORTS:
            assert paged(database, wanted, sort, 5) == []
        with database.snapshot() as store:
            assert leads.count(store, wanted).count == 0


def test_names_are_sorted_by_bytes_whatever_the_database_sorts_by(postgresql_engine: Engine) -> None:
    url = postgresql_engine.migrated()
    with closing(Database(url)) as database, database.snapshot() as store:
        collation = "SELECT collation_name FROM information_schema.columns WHERE column_name = 'name_key'"
        assert store.execute(sa.text(collation)).scalar_one() == "C"
    postgresql_engine.drop(url)
