from datetime import timedelta
from typing import Any

import msgspec
import pytest

from leadkeep.actions import clock
from leadkeep.domain.access import Permission
from leadkeep.domain.errors import ConflictError
from leadkeep.domain.key import Key
from leadkeep.storage import keys
from leadkeep.storage.database import Database
from tests.support.leads import START


def a_key(**fields: Any) -> Key:
    known: dict[str, Any] = {
        "id": clock.new_id(),
        "name": "key",
        "hint": "lk_abc",
        "permissions": frozenset({Permission.READ, Permission.CAPTURE}),
        "bots": frozenset({"a", "b"}),
        "created_at": START,
        "expires_at": None,
        "last_used_at": None,
        "revoked_at": None,
    }
    return Key(**(known | fields))


@pytest.mark.parametrize("bots", [None, frozenset({"a"})])
def test_a_key_is_found_by_its_hash_and_by_its_id(database: Database, bots: frozenset[str] | None) -> None:
    key = a_key(bots=bots, expires_at=START + timedelta(days=1))
    with database.transaction() as store:
        keys.add(store, key, "hash")
        assert keys.by_hash(store, "hash") == key
        assert keys.get(store, key.id) == key
        assert keys.by_hash(store, "other") is None
        assert keys.get(store, clock.new_id()) is None


def test_one_hash_is_one_key(database: Database) -> None:
    with database.transaction() as store:
        keys.add(store, a_key(), "hash")
    with pytest.raises(ConflictError), database.transaction() as store:
        keys.add(store, a_key(), "hash")


def test_keys_are_listed_oldest_first_with_the_revoked_ones(database: Database) -> None:
    newer, older = a_key(created_at=START + timedelta(seconds=1)), a_key()
    with database.transaction() as store:
        keys.add(store, newer, "one")
        keys.add(store, older, "two")
        keys.revoke(store, newer.id, START)
        assert keys.every(store) == [older, msgspec.structs.replace(newer, revoked_at=START)]


def test_a_revoked_key_keeps_the_moment_it_was_first_revoked(database: Database) -> None:
    key = a_key()
    with database.transaction() as store:
        keys.add(store, key, "hash")
        keys.revoke(store, key.id, START)
        keys.revoke(store, key.id, START + timedelta(days=1))
        assert keys.by_hash(store, "hash") == msgspec.structs.replace(key, revoked_at=START)


def test_the_latest_use_stays_whoever_wrote_it(database: Database) -> None:
    key, idle = a_key(), a_key()
    later = START + timedelta(seconds=5)
    with database.transaction() as store:
        keys.add(store, key, "hash")
        keys.add(store, idle, "idle")
        for at in (START, later, START):
            keys.touch(store, {key.id: at})
        keys.touch(store, {})
        assert keys.get(store, key.id) == msgspec.structs.replace(key, last_used_at=later)
        assert keys.get(store, idle.id) == idle
