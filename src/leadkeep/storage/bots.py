"""Bots, as rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from leadkeep.domain.bot import Bot, BotChange, changes
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import bots, sessions
from leadkeep.storage.store import Store

_bot = reader_of(Bot)


def add(store: Store, bot: Bot) -> bool:
    """False where there is one of that id already."""
    # Drivers do not agree on the row count of an insert; what it returns is sure.
    statement = store.dialect.insert(bots).values(**_row(bot)).on_conflict_do_nothing().returning(bots.c.id)
    return store.execute(statement).first() is not None


def add_missing(store: Store, bot_ids: Iterable[str], created_at: datetime) -> None:
    """Make those of the bots that do not exist, sorted so that two processes cannot deadlock over them."""
    rows = [_row(Bot(id=bot_id, name=bot_id, created_at=created_at)) for bot_id in sorted(set(bot_ids))]
    if rows:
        store.execute(store.dialect.insert(bots).on_conflict_do_nothing(), rows)


def get(store: Store, bot_id: str) -> Bot | None:
    row = store.execute(_ONE, {"id": bot_id}).one_or_none()
    return _bot(row) if row else None


_ONE = sa.select(bots).where(bots.c.id == sa.bindparam("id"))


def every(store: Store, *, only: frozenset[str] | None, after: str, limit: int) -> list[Bot]:
    """Bots by id, those above `after`; `only` None means no restriction."""
    statement = sa.select(bots).where(bots.c.id > after).order_by(bots.c.id).limit(limit)
    if only is not None:
        statement = statement.where(bots.c.id.in_(sorted(only)))
    return [_bot(row) for row in store.execute(statement)]


def change(store: Store, bot_id: str, to: BotChange) -> Bot | None:
    """The bot as it is now; None where there is none."""
    row = store.execute(_ONE_TO_CHANGE, {"id": bot_id}).one_or_none()
    if row is None:
        return None
    bot = to.applied_to(_bot(row))
    values = {name: value for name, value in _row(bot).items() if name in changes(to)}
    if values:
        store.execute(sa.update(bots).where(bots.c.id == bot_id).values(**values))
    return bot


# A form is changed in parts and stored whole: two changes at once must not read the same one. The lock lets
# captures go on, which refer to the bot's id. SQLite has one writer at a time anyhow.
_ONE_TO_CHANGE = _ONE.with_for_update(key_share=True)


def delete(store: Store, bot_id: str) -> bool:
    return store.execute(sa.delete(bots).where(bots.c.id == bot_id)).rowcount == 1


def is_empty(store: Store, bot_id: str) -> bool:
    """Whether no session, and so no lead, belongs to it."""
    found = sa.select(sa.literal(1)).where(sessions.c.bot_id == bot_id).limit(1)
    return store.execute(found).first() is None


def _row(bot: Bot) -> dict[str, Any]:
    return {
        "id": bot.id,
        "name": bot.name,
        "public": bot.public,
        "origins": list(bot.origins),
        "form": msgspec.to_builtins(bot.form),
        "region": bot.region,
        "extract": bot.extract,
        "own_contacts": list(bot.own_contacts),
        "escalate_after": bot.escalate_after,
        "created_at": bot.created_at,
    }
