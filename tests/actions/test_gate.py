import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from leadkeep.actions import clock, gate
from leadkeep.actions.create_key import create_key
from leadkeep.actions.gate import Gate
from leadkeep.actions.revoke_key import revoke_key
from leadkeep.domain.access import OPERATOR, Permission
from leadkeep.domain.errors import UnauthenticatedError
from leadkeep.domain.key import Key, NewKey, token_hash
from leadkeep.storage import keys
from leadkeep.storage.database import Database
from leadkeep.storage.schema import keys as keys_table

READ = frozenset({Permission.READ})


@pytest.fixture
def made(database: Database) -> tuple[Key, str]:
    with database.transaction() as store:
        return create_key(store, OPERATOR, NewKey(name="key", permissions=READ, bots=frozenset({"a"})))


def key_now(database: Database, key: Key) -> Key:
    with database.snapshot() as store:
        found = keys.get(store, key.id)
    assert found is not None
    return found


async def refused(at: Gate, token: str | None) -> bool:
    try:
        await at.grant(token)
    except UnauthenticatedError:
        return True
    return False


def test_a_token_grants_what_its_key_holds(database: Database, made: tuple[Key, str]) -> None:
    key, token = made
    grant = asyncio.run(Gate(database).grant(token))
    assert (grant.id, grant.permissions, grant.bots) == (key.id, READ, frozenset({"a"}))


@pytest.mark.parametrize("token", [None, "", "lk_wrong", "x" * 10_000, "Ünï\udcff"])
def test_another_token_grants_nothing(database: Database, made: tuple[Key, str], token: str | None) -> None:
    assert asyncio.run(refused(Gate(database), token))


def test_neither_the_hash_nor_a_changed_token_grants_anything(
    database: Database, made: tuple[Key, str]
) -> None:
    token = made[1]
    with database.snapshot() as store:
        stored = store.execute(sa.select(keys_table.c.hash)).scalar_one()
    for wrong in (stored, token.upper(), token[:-1], token + " "):
        assert asyncio.run(refused(Gate(database), wrong))


def test_a_key_that_expires_is_refused_even_where_it_was_just_believed(database: Database) -> None:
    async def run() -> None:
        expires_at = clock.now() + timedelta(seconds=1)
        with database.transaction() as store:
            new = NewKey(name="k", permissions=READ, expires_at=expires_at)
            token = create_key(store, OPERATOR, new)[1]
        at = Gate(database)
        await at.grant(token)
        await asyncio.sleep((expires_at - clock.now()).total_seconds() + 0.01)
        assert await refused(at, token)

    asyncio.run(run())


def test_a_revoked_key_is_refused_at_once_elsewhere_and_soon_where_it_was_believed(
    database: Database, made: tuple[Key, str]
) -> None:
    key, token = made

    async def run() -> None:
        believing = Gate(database)
        await believing.grant(token)
        with database.transaction() as store:
            revoke_key(store, OPERATOR, key.id)
        assert await refused(Gate(database), token)
        await asyncio.sleep(gate.FRESH_FOR)
        assert await refused(believing, token)

    asyncio.run(run())


def test_a_key_made_after_it_was_asked_for_is_known_at_once(
    database: Database, made: tuple[Key, str]
) -> None:
    key, token = made

    async def run() -> None:
        at = Gate(database)
        with database.transaction() as store:
            store.execute(sa.update(keys_table).values(hash="elsewhere"))
        assert await refused(at, token)
        with database.transaction() as store:
            store.execute(sa.update(keys_table).values(hash=token_hash(token)))
        assert (await at.grant(token)).id == key.id

    asyncio.run(run())


def test_the_last_use_is_written_down_by_a_flush(database: Database, made: tuple[Key, str]) -> None:
    key, token = made

    async def run() -> None:
        at = Gate(database)
        await at.flush()
        await at.grant(token)
        assert key_now(database, key).last_used_at is None
        await at.flush()
        await at.flush()

    asyncio.run(run())
    used = key_now(database, key).last_used_at
    assert used is not None
    assert key.created_at <= used <= clock.now()
