"""Sign-ins and one-time links, as rows. Neither token is stored, only its hash."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from leadkeep.domain.sign_in import IDLE, LIFE, Link, SignIn
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import links, sign_ins
from leadkeep.storage.store import Store
from leadkeep.storage.types import is_id

_sign_in = reader_of(SignIn)
_link = reader_of(Link)
_SHOWN = [column for column in sign_ins.columns if column.name != "hash"]


def add(store: Store, sign_in: SignIn, token_hash: str) -> None:
    store.execute(sa.insert(sign_ins).values(**msgspec.structs.asdict(sign_in), hash=token_hash))


def by_hash(store: Store, token_hash: str) -> SignIn | None:
    row = store.execute(_BY_HASH, {"hash": token_hash}).one_or_none()
    return _sign_in(row) if row else None


_BY_HASH = sa.select(*_SHOWN).where(sign_ins.c.hash == sa.bindparam("hash"))


def of_user(store: Store, user_id: str) -> list[SignIn]:
    """Those seen last first."""
    mine = sa.select(*_SHOWN).where(sign_ins.c.user_id == user_id)
    return [_sign_in(row) for row in store.execute(mine.order_by(sign_ins.c.seen_at.desc(), sign_ins.c.id))]


def seen(store: Store, sign_in_id: str, now: datetime) -> None:
    store.execute(sa.update(sign_ins).where(sign_ins.c.id == sign_in_id).values(seen_at=now))


def end(store: Store, user_id: str, sign_in_id: str) -> bool:
    if not is_id(sign_in_id):
        return False
    mine = (sign_ins.c.id == sign_in_id) & (sign_ins.c.user_id == user_id)
    return store.execute(sa.delete(sign_ins).where(mine)).rowcount == 1


def end_all(store: Store, user_id: str, but: str | None = None) -> int:
    mine = sign_ins.c.user_id == user_id
    others = mine if but is None else mine & (sign_ins.c.id != but)
    return store.execute(sa.delete(sign_ins).where(others)).rowcount


def forget_old(store: Store, now: datetime) -> None:
    """Those nobody can come back by, and the links that have run out."""
    old = (sign_ins.c.seen_at < now - IDLE) | (sign_ins.c.created_at < now - LIFE)
    store.execute(sa.delete(sign_ins).where(old))
    store.execute(sa.delete(links).where(links.c.expires_at <= now))


def add_link(store: Store, link: Link, token_hash: str) -> None:
    """In place of those before it for the same."""
    same = (links.c.purpose == link.purpose.value) & links.c.user_id.is_not_distinct_from(link.user_id)
    store.execute(sa.delete(links).where(same))
    row = {**msgspec.structs.asdict(link), "purpose": link.purpose.value, "hash": token_hash}
    store.execute(sa.insert(links).values(**row))


def link_by_hash(store: Store, token_hash: str) -> Link | None:
    columns = (links.c.purpose, links.c.user_id, links.c.expires_at)
    row = store.execute(sa.select(*columns).where(links.c.hash == token_hash)).one_or_none()
    return _link(row) if row else None


def use_link(store: Store, token_hash: str) -> bool:
    """False where somebody was first."""
    return store.execute(sa.delete(links).where(links.c.hash == token_hash)).rowcount == 1
