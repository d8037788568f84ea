"""Sessions, as rows: what each knows of its visitor."""

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Position
from leadkeep.domain.session import SessionContact
from leadkeep.storage.database import Store, to_rows
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.json_pages import Listing, Pager
from leadkeep.storage.schema import sessions

_WRITTEN = ("bot_id", "id", "lead_at", "name", "email", "phone")

_LISTING = Listing(
    columns={
        "id": sessions.c.id,
        "bot_id": sessions.c.bot_id,
        "lead_at": sessions.c.lead_at,
        "name": sessions.c.name,
        "email": sessions.c.email,
        "phone": sessions.c.phone,
        "handed_over": sessions.c.handed_over_at.is_not(None),
    },
    at=sessions.c.lead_at,
    id=sessions.c.id,
)
_OF_BOT = (sessions.c.bot_id == sa.bindparam("bot_id"),)


def record(store: Store, contacts: Sequence[SessionContact]) -> None:
    """Make the sessions, or add what is new to those there are. Contacts come sorted, each session once."""
    store.execute(_record(store.dialect), {"rows": to_rows(contacts)})


@cache
def _record(dialect: Dialect) -> sa.Executable:
    incoming = dialect.rows({name: sessions.c[name].type for name in _WRITTEN})
    # Without a WHERE, SQLite would read ON CONFLICT as the select's own ON.
    read = sa.select(*(incoming.c[name] for name in _WRITTEN)).where(sa.true())
    insert = dialect.insert(sessions).from_select(_WRITTEN, read)
    newest = {
        name: sa.func.coalesce(insert.excluded[name], sessions.c[name]) for name in ("name", "email", "phone")
    }
    return insert.on_conflict_do_update(index_elements=["bot_id", "id"], set_=newest)


def page(store: Store, bot_id: str, shape: JsonShape, after: Position | None, limit: int) -> JsonPage:
    """A bot's sessions that are leads, newest first."""
    return _pager(store.dialect, shape).read(store, {"bot_id": bot_id}, after, limit)


@cache
def _pager(dialect: Dialect, shape: JsonShape) -> Pager:
    return Pager(dialect, _LISTING, _OF_BOT, shape, newest_first=True)
