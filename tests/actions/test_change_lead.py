"""A lead is changed: what is stored, who may, and what two at once can do to one another."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from leadkeep.actions import clock
from leadkeep.actions.change_lead import change_lead
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.audit import AuditFilter
from leadkeep.domain.errors import (
    ForbiddenError,
    InvalidError,
    LeadkeepError,
    NotFoundError,
    PreconditionError,
)
from leadkeep.domain.lead import Lead, Status
from leadkeep.domain.lead_change import LeadChange
from leadkeep.domain.tags import tag_key
from leadkeep.storage import audit
from leadkeep.storage.database import Database
from tests.domain.test_lead_change import CHANGES, WORK
from tests.support.leads import a_lead, put
from tests.support.work import change, history, stored, tags_found

GRACE = Grant(
    id="g1",
    name="Grace",
    permissions=frozenset({Permission.READ, Permission.WRITE}),
    bots=frozenset({"shop"}),
)


@pytest.fixture
def lead(database: Database) -> Lead:
    new = a_lead("shop", name="Ada", attributes={"plan": "free"})
    put(database, new)
    return new


def test_a_lead_is_stored_as_it_is_answered(database: Database, lead: Lead) -> None:
    changed = change(
        database,
        lead,
        status=Status.WON,
        owner="Grace",
        tags=("VIP", "Zürich"),
        value="120.50",
        currency="eur",
        attributes={"plan": "pro", "n": [1, 2.5, None]},
    )
    assert stored(database, lead.id) == changed
    assert (changed.status, changed.owner, changed.tags) == (Status.WON, "Grace", ("VIP", "Zürich"))
    assert (changed.value, changed.currency) == ("120.5", "EUR")
    assert changed.attributes == {"plan": "pro", "n": [1, 2.5, None]}
    with database.snapshot() as store:
        (deed,) = audit.page(store, AuditFilter(subject=lead.id), None, 10)
    assert deed.facts == {"fields": ["attributes", "currency", "owner", "status", "tags", "value"]}
    assert changed.version == 2
    assert changed.changed_at > lead.changed_at


def test_a_history_says_who_when_from_and_to(database: Database, lead: Lead) -> None:
    before = clock.now()
    changed = change(database, lead, GRACE, status=Status.WON, add_tags=("vip",))
    tagged, won = history(database, lead.id)
    assert (won.changed_by_id, won.changed_by_name) == ("g1", "Grace")
    assert (won.field, won.before, won.after) == ("status", "new", "won")
    assert (tagged.field, tagged.before, tagged.after) == ("tags", [], ["vip"])
    assert before <= won.at == tagged.at == changed.changed_at <= clock.now()


def test_what_changes_nothing_leaves_no_trace(database: Database, lead: Lead) -> None:
    once = change(database, lead, owner="Grace")
    assert change(database, lead, owner="Grace", remove_tags=("none",), attributes={"plan": "free"}) == once
    assert stored(database, lead.id) == once
    assert len(history(database, lead.id)) == 1


def test_a_lead_is_found_by_its_tags_of_now_without_case(database: Database, lead: Lead) -> None:
    change(database, lead, tags=("VIP", "Berlin"))
    change(database, lead, remove_tags=("berlin",), add_tags=("Neu",))
    assert tags_found(database) == {("vip", lead.id), ("neu", lead.id)}
    change(database, lead, tags=("vip",))
    assert tags_found(database) == {("vip", lead.id)}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=CHANGES)
def test_whatever_is_changed_is_stored_whole_or_not_at_all(database: Database, wanted: LeadChange) -> None:
    new = a_lead("any")
    put(database, new)
    try:
        with database.transaction() as store:
            changed = change_lead(store, OPERATOR, new.id, wanted)
    except LeadkeepError:
        changed = new
    now = stored(database, new.id)
    assert msgspec.structs.replace(now, attributes={}) == msgspec.structs.replace(changed, attributes={})
    assert now.attributes == changed.attributes
    assert {tag for tag, of in tags_found(database) if of == new.id} == set(map(tag_key, changed.tags))
    assert bool(history(database, new.id)) == (changed.version == 2)


def test_a_change_to_another_version_is_refused_and_changes_nothing(database: Database, lead: Lead) -> None:
    changed = change(database, lead, owner="Grace")
    for versions in ({1}, {3}, set[int]()):
        with pytest.raises(PreconditionError, match="version 2"), database.transaction() as store:
            change_lead(store, OPERATOR, lead.id, LeadChange(owner="Ada"), versions)
    assert stored(database, lead.id) == changed
    with database.transaction() as store:
        assert change_lead(store, OPERATOR, lead.id, LeadChange(owner="Ada"), {1, 2}).version == 3


def test_of_many_who_change_one_version_one_does(database: Database, lead: Lead) -> None:
    def attempt(number: int) -> str | None:
        owner = f"owner {number}"
        try:
            with database.transaction() as store:
                change_lead(store, OPERATOR, lead.id, LeadChange(owner=owner), {1})
        except PreconditionError:
            return None
        return owner

    with ThreadPoolExecutor(4) as pool:
        owners = [owner for owner in pool.map(attempt, range(12)) if owner]
    assert owners == [stored(database, lead.id).owner]
    assert len(history(database, lead.id)) == 1


def test_what_many_add_at_once_is_all_there_in_an_order_that_adds_up(database: Database, lead: Lead) -> None:
    def add(number: int) -> None:
        change(database, lead, add_tags=(f"t{number}",), attributes={f"k{number}": number})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(20)))
    now = stored(database, lead.id)
    assert now.version == 21
    assert set(now.tags) == {f"t{number}" for number in range(20)}
    assert now.attributes == {"plan": "free"} | {f"k{number}": number for number in range(20)}
    tags = [past for past in reversed(history(database, lead.id)) if past.field == "tags"]
    assert [past.before for past in tags[1:]] == [past.after for past in tags[:-1]]
    assert len({past.at for past in tags}) == 20


def test_a_clock_that_is_set_back_does_not_disorder_a_history(database: Database) -> None:
    lead = a_lead("shop", changed_at=clock.now() + timedelta(days=1))
    put(database, lead)
    first = change(database, lead, owner="a")
    second = change(database, lead, owner="b")
    assert first.changed_at < second.changed_at
    assert [past.after for past in history(database, lead.id)] == ["b", "a"]


@pytest.mark.parametrize("held", [{"read"}, {"write"}, {"capture"}])
def test_to_change_a_lead_and_see_it_needs_both_permissions(
    database: Database, lead: Lead, held: set[str]
) -> None:
    grant = Grant(id="g", name="g", permissions=frozenset(map(Permission, held)), bots=None)
    with pytest.raises(ForbiddenError):
        change(database, lead, grant, owner="Grace")
    assert stored(database, lead.id) == lead


@pytest.mark.parametrize("lead_id", ["", "nope", "01a20876-32c0-76e1-941d-bea12d116c5a"])
def test_a_lead_that_is_not_there_is_not_found(database: Database, lead_id: str) -> None:
    with pytest.raises(NotFoundError), database.transaction() as store:
        change_lead(store, OPERATOR, lead_id, LeadChange(owner="Grace"))


def test_a_lead_of_another_bot_is_not_found(database: Database) -> None:
    theirs = a_lead("theirs")
    put(database, theirs)
    with pytest.raises(NotFoundError):
        change(database, theirs, GRACE, owner="Grace")
    assert stored(database, theirs.id) == theirs


@pytest.mark.parametrize(("wanted", "field"), [({"value": 1}, "currency"), ({"owner": " "}, "owner")])
def test_what_a_lead_cannot_be_is_refused(
    database: Database, lead: Lead, wanted: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        change(database, lead, status=Status.WON, **wanted)
    assert refused.value.field == field
    assert stored(database, lead.id) == lead


def test_nothing_but_the_work_on_a_lead_is_changed(database: Database, lead: Lead) -> None:
    changed = change(database, lead, status=Status.LOST)
    same = {name: getattr(lead, name) for name in (*WORK, "version", "changed_at")}
    assert msgspec.structs.replace(changed, **same) == lead
