from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from leadkeep.actions.read_counts import read_breakdown, read_counts
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.counts import MAX_GROUPS, Asked, Breakdown, By, Counts, GroupTotal
from leadkeep.domain.errors import ForbiddenError, NotFoundError
from leadkeep.domain.handover import Handover
from leadkeep.domain.lead import Lead
from leadkeep.domain.spans import Per
from leadkeep.storage import bots, handovers, sessions
from leadkeep.storage.database import Database
from leadkeep.storage.schema import leads as lead_rows
from leadkeep.storage.schema import sessions as session_rows
from tests.support.databases import Engine
from tests.support.leads import START, a_lead, put

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [BERLIN, *map(ZoneInfo, ("America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"))]
DAY = timedelta(days=1)
MINE = Grant(id="me", name="me", permissions=frozenset({Permission.READ}), bots=frozenset({"a", "b"}))

LEADS = st.builds(
    lambda bot, session, minutes, status, origin, region: a_lead(
        bot, session, after_ms=minutes * 60_000, status=status, origin=origin, phone_region=region
    ),
    st.sampled_from("abc"),
    st.sampled_from("stuv"),
    st.integers(-40 * 24 * 60, 40 * 24 * 60),
    st.sampled_from(["new", "won"]),
    st.sampled_from(["native", "flowise"]),
    st.sampled_from([None, "DE", "GB"]),
)
COUNTRIES = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("stuv")), st.sampled_from(["US", "DE"])
)
QUESTIONS = st.fixed_dictionaries(
    {
        "zone": st.sampled_from(ZONES),
        "per": st.sampled_from(Per),
        "by": st.sampled_from([None, *By]),
        "bot_id": st.sampled_from([None, "a"]),
        "start": st.integers(-50, 30).map(lambda days: START + DAY * days),
    }
)


def count(database: Database, grant: Grant = OPERATOR, **asked: Any) -> Counts:
    around: dict[str, Any] = {"zone": BERLIN, "start": START - DAY, "end": START + DAY}
    with database.snapshot() as store:
        return read_counts(store, grant, Asked(**(around | asked)))


def break_down(database: Database, grant: Grant, found: Counts, bot_id: str | None) -> Breakdown:
    """The same counts without their days."""
    asked = Asked(zone=ZoneInfo(found.time_zone), per=found.per, start=found.start, end=found.end)
    asked = msgspec.structs.replace(asked, bot_id=bot_id)
    assert found.by is not None
    with database.snapshot() as store:
        return read_breakdown(store, grant, asked, found.by)


def change_session(database: Database, bot_id: str, session_id: str, country: str) -> None:
    mine = (session_rows.c.bot_id == bot_id, session_rows.c.id == session_id)
    with database.transaction() as store:
        store.execute(sa.update(session_rows).where(*mine).values(country=country))


def open_sessions(database: Database, bot_id: str, *ids: str) -> None:
    with database.transaction() as store:
        bots.add_missing(store, [bot_id], START)
        sessions.ensure(store, bot_id, ids, START)


def refill(database: Database, new: list[Lead], countries: dict[tuple[str, str], str]) -> None:
    """Exactly these leads, with their statuses, and one session without a lead."""
    with database.transaction() as store:
        store.execute(sa.delete(lead_rows))
        store.execute(sa.delete(session_rows))
    put(database, *sorted(new, key=lambda lead: lead.created_at))
    with database.transaction() as store:
        for lead in new:
            mine = lead_rows.c.id == lead.id
            store.execute(sa.update(lead_rows).where(mine).values(status=lead.status))
    for (bot_id, session_id), country in countries.items():
        change_session(database, bot_id, session_id, country)
    open_sessions(database, "b", "idle")


class Plain:
    """What there is, counted row by row."""

    def __init__(self, database: Database, bots: Iterable[str] | None, by: By | None) -> None:
        with database.snapshot() as store:
            both = sa.select(lead_rows, session_rows.c.country).join_from(lead_rows, session_rows)
            leads, opened = store.execute(both).all(), store.execute(sa.select(session_rows)).all()
        self.by = by
        self.leads = [row for row in leads if bots is None or row.bot_id in bots]
        self.sessions = [row for row in opened if bots is None or row.bot_id in bots]

    def group(self, row: Any) -> str | None:
        if self.by is By.COUNTRY:
            region: str | None = row.country or getattr(row, "phone_region", None)
            return region
        value: str | None = getattr(row, f"{self.by}_id" if self.by is By.BOT else str(self.by))
        return value

    def between(self, start: datetime, end: datetime) -> tuple[list[Any], list[Any]]:
        leads, opened = (
            [row for row in rows if start <= row.created_at < end] for rows in (self.leads, self.sessions)
        )
        return leads, opened


def expect(found: Counts, plain: Plain) -> None:
    edges = [*(item.at for item in found.items), found.end]
    of_groups: Counter[tuple[object, datetime, str]] = Counter()
    for item, after in zip(found.items, edges[1:], strict=True):
        leads, opened = plain.between(item.at, after)
        converted = [row for row in opened if row.lead_at]
        assert (item.leads, item.sessions, item.converted) == (len(leads), len(opened), len(converted))
        if plain.by:
            of_groups.update((plain.group(row), item.at, "leads") for row in leads)
        if plain.by and plain.by.tells_sessions:
            of_groups.update((plain.group(row), item.at, "sessions") for row in opened)
            of_groups.update((plain.group(row), item.at, "converted") for row in converted)
    leads, opened = plain.between(edges[0], edges[-1])
    assert (found.total.leads, found.total.sessions) == (len(leads), len(opened))
    assert of_groups == {
        (one.group, item.at, name): number
        for one in found.groups
        for item in one.items
        for name in ("leads", "sessions", "converted")
        if (number := getattr(item, name))
    }


def test_counts_are_those_of_a_plain_count(engine: Engine) -> None:
    url = engine.migrated()
    with closing(Database(url)) as database:

        @settings(max_examples=40)
        @given(st.lists(LEADS, max_size=12), COUNTRIES, QUESTIONS, st.sampled_from([OPERATOR, MINE]))
        def run(
            new: list[Lead], countries: dict[tuple[str, str], str], question: dict[str, Any], grant: Grant
        ) -> None:
            refill(database, new, countries)
            found = count(database, grant, **question, end=question["start"] + 20 * DAY)
            only = grant.bots if question["bot_id"] is None else {question["bot_id"]}
            expect(found, Plain(database, only, question["by"]))
            if found.by:
                whole = [GroupTotal(group=one.group, total=one.total) for one in found.groups]
                assert break_down(database, grant, found, question["bot_id"]) == Breakdown(
                    groups=whole, left_out=0
                )

        run()
    engine.drop(url)


def test_conversion_is_the_share_of_the_days_sessions_that_became_leads(database: Database) -> None:
    open_sessions(database, "a", "s", "t", "u")
    put(database, a_lead("a", "s", after_ms=3 * 24 * 60 * 60 * 1_000))
    counts = count(database)
    assert (counts.total.leads, counts.total.sessions, counts.total.converted) == (0, 3, 1)
    assert counts.total.conversion == 0.3333
    assert [item.conversion for item in counts.items] == [None, 0.3333, None]


def test_a_leads_country_is_its_sessions_before_its_phones(database: Database) -> None:
    put(database, a_lead("a", "s", phone_region="GB"), a_lead("a", "t", phone_region="GB"), a_lead("a", "u"))
    change_session(database, "a", "s", "US")
    counts = count(database, by=By.COUNTRY)
    found = {one.group: (one.total.leads, one.total.sessions) for one in counts.groups}
    assert found == {"GB": (1, 0), "US": (1, 1), None: (1, 2)}


def test_the_groups_with_the_most_leads_are_shown_and_the_rest_numbered(database: Database) -> None:
    names = [f"bot-{number:02}" for number in range(MAX_GROUPS + 3)]
    put(database, *map(a_lead, names), a_lead(names[-1], "t"))
    counts = count(database, by=By.BOT)
    assert [one.group for one in counts.groups] == [names[-1], *names[: MAX_GROUPS - 1]]
    assert counts.groups_left_out == 3
    assert counts.total.leads == len(names) + 1


@pytest.mark.parametrize("seconds", [[], [5], [1, 2], [9, 1, 4], [1, 2, 3, 100], [0.25, 0.5]])
def test_medians_are_exact_and_of_what_was_claimed_and_answered(
    database: Database, seconds: list[float]
) -> None:
    waits = [*(timedelta(seconds=wait) for wait in seconds), None]
    ids = [f"s{number}" for number in range(len(waits))]
    open_sessions(database, "a", *ids)
    with database.transaction() as store:
        for session_id, wait in zip(ids, waits, strict=True):
            new = Handover(
                id=str(uuid4()),
                bot_id="a",
                session_id=session_id,
                requested_at=START,
                claimed_at=None if wait is None else START + wait,
                answered_at=None if wait is None else START + 2 * wait,
            )
            assert handovers.request(store, new)
    total = count(database).total
    assert total.handovers == len(waits)
    assert total.waiting_seconds == (median(seconds) if seconds else None)
    assert total.first_answer_seconds == (2 * median(seconds) if seconds else None)
    assert count(database, MINE).total.handovers == len(waits)
    assert count(database, bot_id="other").total.handovers == 0
    assert count(database, start=START + DAY, end=START + 2 * DAY).total.handovers == 0


def test_without_a_range_it_is_the_last_30_days(database: Database) -> None:
    counts = count(database, start=None, end=None)
    assert 31 <= len(counts.items) <= 32
    assert counts.start == counts.items[0].at
    assert counts.items[-1].at <= datetime.now(BERLIN) <= counts.end


def test_it_takes_the_permission_and_a_bot_of_the_grant(database: Database) -> None:
    writer = Grant(id="w", name="w", permissions=frozenset({Permission.WRITE}), bots=None)
    with pytest.raises(ForbiddenError):
        count(database, writer)
    for bot_id in ("c", "no bot"):
        with pytest.raises(NotFoundError):
            count(database, MINE, bot_id=bot_id)
