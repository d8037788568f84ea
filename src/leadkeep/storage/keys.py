"""Keys, as rows. The token is never stored, only its hash."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
import sqlalchemy as sa

from leadkeep.domain.key import Key
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import keys
from leadkeep.storage.store import Store
from leadkeep.storage.types import is_id

_key = reader_of(Key)

_SHOWN = [column for column in keys.columns if column.name != "hash"]


def add(store: Store, key: Key, token_hash: str) -> None:
    row = msgspec.structs.asdict(key) | {
        "hash": token_hash,
        "permissions": sorted(key.permissions),
        "bots": None if key.bots is None else sorted(key.bots),
    }
    store.execute(sa.insert(keys).values(**row))


def by_hash(store: Store, token_hash: str) -> Key | None:
    row = store.execute(_BY_HASH, {"hash": token_hash}).one_or_none()
    return _key(row) if row else None


_BY_HASH = sa.select(*_SHOWN).where(keys.c.hash == sa.bindparam("hash"))


def get(store: Store, key_id: str) -> Key | None:
    if not is_id(key_id):
        return None
    row = store.execute(sa.select(*_SHOWN).where(keys.c.id == key_id)).one_or_none()
    return _key(row) if row else None


def every(store: Store) -> list[Key]:
    """Oldest first; the revoked ones too, because who had access is worth knowing."""
    return [_key(row) for row in store.execute(sa.select(*_SHOWN).order_by(keys.c.created_at, keys.c.id))]


def revoke(store: Store, key_id: str, now: datetime) -> None:
    """A second time changes nothing: the first moment stays."""
    live = (keys.c.id == key_id) & keys.c.revoked_at.is_(None)
    store.execute(sa.update(keys).where(live).values(revoked_at=now))


def touch(store: Store, last_used: Mapping[str, datetime]) -> None:
    """Keep each key's last use, unless another process kept a later one."""
    used_at = sa.bindparam("used_at", type_=keys.c.last_used_at.type)
    older = sa.or_(keys.c.last_used_at.is_(None), keys.c.last_used_at < used_at)
    statement = sa.update(keys).where(keys.c.id == sa.bindparam("key_id"), older).values(last_used_at=used_at)
    if last_used:
        store.execute(
            statement, [{"key_id": key_id, "used_at": at} for key_id, at in sorted(last_used.items())]
        )
