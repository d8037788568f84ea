from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from leadkeep.domain.lead import Lead, LeadFilter
from leadkeep.storage import leads
from leadkeep.storage.database import Database
from tests.support.leads import START, TEXTS, a_lead, ids, listed, put, settle


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXTS)
def test_a_lead_comes_back_as_it_was_stored(database: Database, name: str) -> None:
    lead = a_lead("b", name=name, attributes={name[:50]: [name]}, after_ms=123)
    put(database, lead)
    with database.snapshot() as store:
        assert leads.get(store, lead.id) == lead


def test_a_lead_that_is_not_there_is_none(database: Database) -> None:
    with database.snapshot() as store:
        assert leads.get(store, "00000000-0000-7000-8000-000000000000") is None


@pytest.fixture
def four(database: Database) -> list[Lead]:
    """Two bots, a session of the same name in each."""
    stored = [
        a_lead("a", "s1", after_ms=0, email="Ada@x.org", email_normal="ada@x.org"),
        a_lead("a", "s2", after_ms=1, email="bob@x.org", email_normal="bob@x.org"),
        a_lead("b", "s1", after_ms=2, email="ada@x.org", email_normal="ada@x.org"),
        a_lead("c", "s1", after_ms=3),
    ]
    return settle(database, *stored)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (LeadFilter(), [0, 1, 2, 3]),
        (LeadFilter(bot_id="a"), [0, 1]),
        (LeadFilter(session_id="s1"), [0, 2, 3]),
        (LeadFilter(email="ada@x.org"), [0, 2]),
        (LeadFilter(created_from=START + timedelta(milliseconds=1)), [1, 2, 3]),
        (LeadFilter(created_to=START + timedelta(milliseconds=1)), [0]),
        (LeadFilter(bot_id="a", session_id="s1", email="ada@x.org"), [0]),
        (LeadFilter(bot_id="a", email="nobody@x.org"), []),
    ],
)
def test_every_condition_given_must_hold(
    database: Database, four: list[Lead], wanted: LeadFilter, numbers: list[int]
) -> None:
    assert ids(listed(database, wanted)) == [four[number].id for number in numbers]


@pytest.mark.parametrize(
    ("only", "numbers"), [(set("ab"), [0, 1, 2]), (set("c"), [3]), (set(), []), ({"none"}, [])]
)
def test_a_list_limited_to_bots_holds_no_other(
    database: Database, four: list[Lead], only: set[str], numbers: list[int]
) -> None:
    rows = listed(database, LeadFilter(), only_bots=frozenset(only))
    assert ids(rows) == [four[number].id for number in numbers]
