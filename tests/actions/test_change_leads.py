"""Many leads are changed at once: all of them, or none."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from leadkeep.actions.change_leads import MAX_LEADS, Outcome
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.errors import ForbiddenError, InvalidError, NotFoundError
from leadkeep.domain.lead import Lead, LeadFilter, Status
from leadkeep.domain.session import contacts_of
from leadkeep.storage import leads as stored_leads
from leadkeep.storage import sessions
from leadkeep.storage.database import Database
from leadkeep.storage.store import Store
from tests.support.leads import START, a_lead, put
from tests.support.work import change, change_many, history, stored, tags_found

WRITER = Grant(id="w", name="w", permissions=frozenset({Permission.WRITE}), bots=frozenset({"mine"}))
WORKER = Grant(
    id="rw", name="rw", permissions=frozenset({Permission.READ, Permission.WRITE}), bots=frozenset({"mine"})
)
NOWHERE = "01a20876-32c0-76e1-941d-bea12d116c5a"


@pytest.fixture
def three(database: Database) -> list[Lead]:
    leads = [a_lead("mine", f"s{number}", after_ms=number) for number in range(3)]
    put(database, *leads)
    return leads


@pytest.fixture
def theirs(database: Database) -> Lead:
    lead = a_lead("theirs")
    put(database, lead)
    return lead


def ids(leads: list[Lead]) -> list[str]:
    return [lead.id for lead in leads]


def test_each_is_changed_as_if_alone(database: Database, three: list[Lead]) -> None:
    change(database, three[0], tags=("old",), attributes={"a": 1})
    wanted: dict[str, Any] = {"status": Status.SPAM, "add_tags": ("New",), "attributes": {"b": 2}}
    assert change_many(database, ids(three), **wanted) == Outcome(3, 3)
    now = [stored(database, lead.id) for lead in three]
    assert [lead.status for lead in now] == ["spam"] * 3
    assert [lead.tags for lead in now] == [("old", "New"), ("New",), ("New",)]
    assert [lead.attributes for lead in now] == [{"a": 1, "b": 2}, {"b": 2}, {"b": 2}]
    assert [lead.version for lead in now] == [3, 2, 2]
    assert tags_found(database) == {("old", three[0].id)} | {("new", lead.id) for lead in three}
    for lead in three:
        fields = [(past.field, past.before, past.after) for past in history(database, lead.id)[:3]]
        assert ("status", "new", "spam") in fields
        assert ("attributes.b", None, 2) in fields


def test_leads_that_were_like_that_before_are_not_counted_as_changed(
    database: Database, three: list[Lead]
) -> None:
    before = change(database, three[1], owner="Grace")
    assert change_many(database, ids(three), owner="Grace") == Outcome(3, 2)
    assert stored(database, three[1].id) == before


def test_an_id_named_twice_is_one_lead(database: Database, three: list[Lead]) -> None:
    assert change_many(database, ids(three) * 2, owner="Grace") == Outcome(3, 3)
    assert len(history(database, three[0].id)) == 1


def test_a_filter_changes_what_it_fits(database: Database, three: list[Lead], theirs: Lead) -> None:
    wanted = LeadFilter(bot_id="mine", created_from=START + timedelta(milliseconds=1))
    assert change_many(database, wanted, owner="Grace") == Outcome(2, 2)
    owners = [stored(database, lead.id).owner for lead in (*three, theirs)]
    assert owners == [None, "Grace", "Grace", None]
    assert change_many(database, LeadFilter(session_id="nobody's"), owner="Ada") == Outcome(0, 0)


def test_a_filter_finds_no_lead_outside_the_grant(
    database: Database, three: list[Lead], theirs: Lead
) -> None:
    assert change_many(database, LeadFilter(created_from=START), WORKER, owner="Grace") == Outcome(3, 3)
    assert stored(database, theirs.id) == theirs
    with pytest.raises(NotFoundError):
        change_many(database, LeadFilter(bot_id="theirs"), WORKER, owner="Grace")


def test_one_that_is_not_there_or_not_covered_holds_back_all(
    database: Database, three: list[Lead], theirs: Lead
) -> None:
    for other, grant in ((NOWHERE, WRITER), (theirs.id, WRITER), ("nope", WRITER)):
        with pytest.raises(NotFoundError, match=other):
            change_many(database, [*ids(three), other], grant, owner="Grace")
    assert [stored(database, lead.id) for lead in (*three, theirs)] == [*three, theirs]


def test_one_that_cannot_be_changed_like_that_holds_back_all_and_is_named(
    database: Database, three: list[Lead]
) -> None:
    change(database, three[0], value=1, currency="EUR")
    with pytest.raises(InvalidError) as refused:
        change_many(database, ids(three), status=Status.WON, value=5)
    assert refused.value.field == "currency"
    assert any(lead.id in refused.value.message for lead in three[1:])
    assert [stored(database, lead.id).status for lead in three] == ["new"] * 3


def test_a_failure_on_the_way_leaves_nothing_half_done(database: Database, three: list[Lead]) -> None:
    with database.transaction() as store:
        store.execute(sa.text("DROP TABLE lead_changes"))
    with pytest.raises(sa.exc.DBAPIError):
        change_many(database, ids(three), owner="Grace", add_tags=("vip",))
    assert [stored(database, lead.id) for lead in three] == three
    assert tags_found(database) == set()


def test_a_thousand_are_changed_and_one_more_is_refused(database: Database) -> None:
    leads = [a_lead("mine", after_ms=number) for number in range(MAX_LEADS + 1)]
    put(database, *leads)
    assert change_many(database, ids(leads[1:]), owner="Ada") == Outcome(MAX_LEADS, MAX_LEADS)
    for which, field in ((ids(leads), "ids"), (LeadFilter(bot_id="mine"), "filter")):
        with pytest.raises(InvalidError, match="more than 1000") as refused:
            change_many(database, which, owner="Grace")
        assert refused.value.field == field
    assert stored(database, leads[0].id) == leads[0]
    newer = LeadFilter(bot_id="mine", created_from=leads[1].created_at)
    assert change_many(database, newer, owner="Grace") == Outcome(MAX_LEADS, MAX_LEADS)


def test_changes_to_the_same_leads_at_once_wait_for_one_another(database: Database) -> None:
    leads = [a_lead("mine", after_ms=number) for number in range(60)]
    put(database, *leads)
    named = ids(leads)

    def work(number: int) -> None:
        which: Any = [named, named[::-1], LeadFilter(bot_id="mine")][number % 3]
        change_many(database, which, owner=f"owner {number}", add_tags=(f"t{number}",))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(12)))
    now = [stored(database, lead.id) for lead in leads]
    assert {lead.version for lead in now} == {13}
    assert len({lead.owner for lead in now}) == 1
    assert len(tags_found(database)) == 60 * 12


def test_it_takes_few_statements_however_many_leads(database: Database) -> None:
    leads = [a_lead("mine", after_ms=number) for number in range(200)]
    put(database, *leads)
    statements: list[str] = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    change_many(database, ids(leads), status=Status.WON, add_tags=("vip",))
    assert len(statements) < 20


def test_a_filter_needs_the_permission_to_read_too(database: Database, three: list[Lead]) -> None:
    assert change_many(database, ids(three), WRITER, owner="Grace") == Outcome(3, 3)
    with pytest.raises(ForbiddenError):
        change_many(database, LeadFilter(bot_id="mine"), WRITER, owner="Ada")
    reader = Grant(id="r", name="r", permissions=frozenset({Permission.READ}), bots=None)
    with pytest.raises(ForbiddenError):
        change_many(database, ids(three), reader, owner="Ada")


def test_leads_that_arrive_meanwhile_crowd_none_out(
    database: Database, three: list[Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, arriving = stored_leads.lock, [a_lead("mine", after_ms=9_000 + number) for number in range(3)]

    def lock_late(store: Store, lead_ids: Any) -> list[Lead]:
        sessions.record(store, contacts_of(arriving))
        stored_leads.add(store, arriving)
        return lock(store, lead_ids)

    monkeypatch.setattr(stored_leads, "lock", lock_late)
    with database.transaction() as store:
        found = stored_leads.lock_fitting(store, LeadFilter(bot_id="mine"), only_bots=None, limit=3)
    assert {lead.id for lead in found} == set(ids(three))
