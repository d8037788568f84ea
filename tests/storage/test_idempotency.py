from datetime import timedelta

import pytest

from leadkeep.domain.errors import ConflictError
from leadkeep.storage import idempotency
from leadkeep.storage.database import Database
from leadkeep.storage.idempotency import Kept
from tests.support.leads import START, a_lead, put

LONG_AGO = START - timedelta(days=1)
PLACE = ("caller", "key")


def test_a_key_stands_for_its_lead_and_for_its_own_caller_only(database: Database) -> None:
    lead = a_lead("b", name="Ada", attributes={"a": 1})
    put(database, lead)
    with database.transaction() as store:
        idempotency.keep(store, PLACE, "hash", lead, LONG_AGO)
        asked = [PLACE, ("other", "key"), ("caller", "other")]
        assert idempotency.find(store, asked, LONG_AGO) == {PLACE: Kept("hash", lead)}


def test_a_key_cannot_be_kept_twice_while_it_lives(database: Database) -> None:
    first, second = a_lead("b"), a_lead("b", after_ms=1)
    put(database, first, second)
    with database.transaction() as store:
        idempotency.keep(store, PLACE, "hash", first, LONG_AGO)
    with pytest.raises(ConflictError), database.transaction() as store:
        idempotency.keep(store, PLACE, "hash", second, LONG_AGO)
    with database.snapshot() as store:
        assert idempotency.find(store, [PLACE], LONG_AGO)[PLACE].lead == first


def test_a_key_that_is_too_old_is_not_found_and_gives_way(database: Database) -> None:
    old, new = a_lead("b"), a_lead("b", after_ms=10)
    put(database, old, new)
    since = START + timedelta(milliseconds=5)
    with database.transaction() as store:
        idempotency.keep(store, PLACE, "old", old, LONG_AGO)
        assert idempotency.find(store, [PLACE], since) == {}
        idempotency.keep(store, PLACE, "new", new, since)
        assert idempotency.find(store, [PLACE], since) == {PLACE: Kept("new", new)}


def test_forgetting_takes_only_what_is_older(database: Database) -> None:
    old, new = a_lead("b"), a_lead("b", after_ms=10)
    put(database, old, new)
    with database.transaction() as store:
        idempotency.keep(store, ("c", "old"), "h", old, LONG_AGO)
        idempotency.keep(store, ("c", "new"), "h", new, LONG_AGO)
        idempotency.forget_before(store, new.created_at)
        assert set(idempotency.find(store, [("c", "old"), ("c", "new")], LONG_AGO)) == {("c", "new")}
