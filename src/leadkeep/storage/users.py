"""Users, as rows. What they sign in with never leaves this module but for who checks it."""

from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from leadkeep.domain.user import Preferences, Role, User
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import users
from leadkeep.storage.store import Store
from leadkeep.storage.types import is_id

_HIDDEN = {"password_hash", "totp_secret", "totp_step"}
_SHOWN = (
    *(column for column in users.columns if column.name not in _HIDDEN),
    users.c.password_hash.is_not(None).label("has_password"),
    users.c.totp_secret.is_not(None).label("has_totp"),
)
_DERIVED = {"has_password", "has_totp"}
_user = reader_of(User)


class Credentials(NamedTuple):
    password_hash: str | None
    totp_secret: str | None
    totp_step: int


def add(store: Store, user: User, password_hash: str | None = None) -> None:
    """Raises ConflictError, by way of the database, where the address is taken."""
    store.execute(sa.insert(users).values(**_row(user), password_hash=password_hash))


def get(store: Store, user_id: str) -> User | None:
    return _one(store, users.c.id == user_id) if is_id(user_id) else None


def by_email(store: Store, email: str) -> User | None:
    return _one(store, users.c.email == email)


def every(store: Store) -> list[User]:
    """Oldest first; the disabled ones too."""
    return [_user(row) for row in store.execute(sa.select(*_SHOWN).order_by(users.c.created_at, users.c.id))]


def any_there(store: Store) -> bool:
    return store.execute(sa.select(sa.literal(1)).select_from(users).limit(1)).first() is not None


def lock_all(store: Store) -> list[User]:
    """None of whom anybody else changes until the transaction ends."""
    statement = sa.select(users.c.id).order_by(users.c.id).with_for_update()
    store.execute(statement).all()
    return every(store)


def owners(store: Store) -> int:
    """How many can sign in."""
    live = (users.c.role == Role.OWNER.value) & users.c.disabled_at.is_(None)
    number: int = store.execute(sa.select(sa.func.count()).select_from(users).where(live)).scalar_one()
    return number


def save(store: Store, user: User) -> None:
    store.execute(sa.update(users).where(users.c.id == user.id).values(**_row(user)))


def set_liked(store: Store, user_id: str, name: str, liked: Preferences) -> None:
    """What users say of themselves, and nothing that others decide."""
    said = {"name": name, "preferences": msgspec.to_builtins(liked)}
    store.execute(sa.update(users).where(users.c.id == user_id).values(**said))


def seen(store: Store, user_id: str, now: datetime) -> None:
    store.execute(sa.update(users).where(users.c.id == user_id).values(last_seen_at=now))


def credentials(store: Store, user_id: str) -> Credentials | None:
    columns = (users.c.password_hash, users.c.totp_secret, users.c.totp_step)
    row = store.execute(sa.select(*columns).where(users.c.id == user_id)).one_or_none()
    return Credentials(row.password_hash, row.totp_secret, row.totp_step) if row else None


def set_password(store: Store, user_id: str, password_hash: str) -> None:
    store.execute(sa.update(users).where(users.c.id == user_id).values(password_hash=password_hash))


def set_totp(store: Store, user_id: str, secret: str | None, step: int = 0) -> None:
    """`step`: the last one that was taken."""
    store.execute(sa.update(users).where(users.c.id == user_id).values(totp_secret=secret, totp_step=step))


def take_totp_step(store: Store, user_id: str, step: int) -> bool:
    """False where that one, or a later one, was taken already."""
    earlier = (users.c.id == user_id) & (users.c.totp_step < step)
    return store.execute(sa.update(users).where(earlier).values(totp_step=step)).rowcount == 1


def _one(store: Store, condition: sa.ColumnElement[bool]) -> User | None:
    row = store.execute(sa.select(*_SHOWN).where(condition)).one_or_none()
    return _user(row) if row else None


def _row(user: User) -> dict[str, Any]:
    row = {name: value for name, value in msgspec.structs.asdict(user).items() if name not in _DERIVED}
    return {
        **row,
        "role": user.role.value,
        "bots": None if user.bots is None else list(user.bots),
        "preferences": msgspec.to_builtins(user.preferences),
    }
