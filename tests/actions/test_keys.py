from datetime import timedelta

import pytest
from msgspec.structs import replace

from leadkeep.actions import clock
from leadkeep.actions.create_key import create_key
from leadkeep.actions.list_keys import list_keys
from leadkeep.actions.revoke_key import revoke_key
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.errors import ForbiddenError, InvalidError, LeadkeepError, NotFoundError
from leadkeep.domain.key import TOKEN_PREFIX, NewKey, token_hash
from leadkeep.storage import keys
from leadkeep.storage.database import Database


def grant(*permissions: Permission, bots: set[str] | None = None) -> Grant:
    within = None if bots is None else frozenset(bots)
    return Grant(id="g", name="g", permissions=frozenset(permissions), bots=within)


def new(*permissions: Permission, bots: set[str] | None = None) -> NewKey:
    within = None if bots is None else frozenset(bots)
    return NewKey(name="new", permissions=frozenset(permissions), bots=within)


def test_the_token_is_shown_once_and_only_its_hash_is_kept(database: Database) -> None:
    with database.transaction() as store:
        key, token = create_key(store, OPERATOR, new(Permission.READ))
        assert keys.by_hash(store, token_hash(token)) == key
    assert token.startswith(TOKEN_PREFIX)
    assert token.startswith(key.hint)
    assert len(token) - len(key.hint) > 30
    assert token not in repr(key)


def test_no_two_tokens_are_the_same(database: Database) -> None:
    with database.transaction() as store:
        tokens = {create_key(store, OPERATOR, new(Permission.READ))[1] for _ in range(20)}
    assert len(tokens) == 20


ADMIN_OF_A = grant(Permission.ADMIN, bots={"a"})


@pytest.mark.parametrize(
    ("maker", "asked"),
    [
        (grant(Permission.WRITE, Permission.READ, Permission.CAPTURE), new(Permission.READ)),
        (ADMIN_OF_A, new(Permission.READ)),
        (ADMIN_OF_A, new(Permission.READ, bots={"b"})),
        (ADMIN_OF_A, new(Permission.ADMIN, bots={"a", "b"})),
    ],
)
def test_nobody_makes_a_key_that_can_do_more_than_they_can(
    database: Database, maker: Grant, asked: NewKey
) -> None:
    with database.transaction() as store:
        with pytest.raises(ForbiddenError):
            create_key(store, maker, asked)
        assert keys.every(store) == []


def test_an_admin_of_named_bots_makes_keys_for_those(database: Database) -> None:
    with database.transaction() as store:
        key, _ = create_key(store, ADMIN_OF_A, new(Permission.ADMIN, bots={"a"}))
    assert key.bots == frozenset({"a"})


def test_a_key_that_has_expired_already_is_not_made(database: Database) -> None:
    past = NewKey(
        name="k", permissions=frozenset({Permission.READ}), expires_at=clock.now() - timedelta(seconds=1)
    )
    with database.transaction() as store:
        with pytest.raises(InvalidError) as refused:
            create_key(store, OPERATOR, past)
        assert refused.value.field == "expires_at"
        assert keys.every(store) == []


def test_an_admin_of_named_bots_sees_and_revokes_only_keys_within_them(database: Database) -> None:
    with database.transaction() as store:
        within, _ = create_key(store, OPERATOR, new(Permission.ADMIN, bots={"a"}))
        outside = [
            create_key(store, OPERATOR, new(Permission.READ, bots=bots))[0]
            for bots in (None, {"b"}, {"a", "b"})
        ]
        assert list_keys(store, ADMIN_OF_A) == [within]
        for key in outside:
            with pytest.raises(NotFoundError):
                revoke_key(store, ADMIN_OF_A, key.id)
        assert revoke_key(store, ADMIN_OF_A, within.id).revoked_at is not None
        assert [key.revoked_at for key in list_keys(store, OPERATOR)][1:] == [None, None, None]


def test_a_key_that_is_not_there_cannot_be_revoked(database: Database) -> None:
    with database.transaction() as store, pytest.raises(NotFoundError):
        revoke_key(store, OPERATOR, clock.new_id())


@pytest.mark.parametrize("key_id", ["", "no-uuid", "x" * 300, "\0"])
def test_an_id_that_cannot_be_one_is_not_found(database: Database, key_id: str) -> None:
    with pytest.raises(NotFoundError), database.transaction() as store:
        revoke_key(store, OPERATOR, key_id)


def test_only_an_admin_lists_and_revokes(database: Database) -> None:
    reader = grant(Permission.READ, Permission.WRITE, Permission.CAPTURE)
    with database.transaction() as store:
        key, _ = create_key(store, OPERATOR, new(Permission.READ))
        for action in (lambda: list_keys(store, reader), lambda: revoke_key(store, reader, key.id)):
            with pytest.raises(LeadkeepError) as refused:
                action()
            assert isinstance(refused.value, ForbiddenError)


def test_a_key_cannot_outlive_the_token_that_makes_it(database: Database) -> None:
    soon = clock.now() + timedelta(hours=1)
    maker = Grant(id="m", name="m", permissions=frozenset({Permission.ADMIN}), bots=None, expires_at=soon)
    wanted = new(Permission.READ)
    with database.transaction() as store:
        for later in (None, soon + timedelta(seconds=1)):
            with pytest.raises(ForbiddenError, match="outlive"):
                create_key(store, maker, replace(wanted, expires_at=later))
        assert create_key(store, maker, replace(wanted, expires_at=soon))[0].expires_at == soon
