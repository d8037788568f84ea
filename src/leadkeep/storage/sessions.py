"""Sessions, as rows: what each knows of its visitor, and of where they came from."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from leadkeep.domain.handover import HandoverState
from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Position
from leadkeep.domain.moments import iso_z
from leadkeep.domain.session import Session, SessionContact
from leadkeep.domain.visit import Visit
from leadkeep.storage.bulk_insert import BulkInsert, Row
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.json_pages import Listing, Pager
from leadkeep.storage.newest import newest
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import handovers, leads, sessions
from leadkeep.storage.store import Store

_session = reader_of(Session)

_WAITING_SINCE = sa.case(
    (
        sessions.c.handover == sa.literal_column(f"'{HandoverState.WAITING}'"),
        sa.select(handovers.c.requested_at)
        .where(handovers.c.bot_id == sessions.c.bot_id, handovers.c.session_id == sessions.c.id)
        .where(handovers.c.ended_at.is_(None))
        .correlate(sessions)
        .scalar_subquery(),
    )
)
COLUMNS: dict[str, sa.ColumnElement[Any]] = {
    **{name: sessions.c[name] for name in Session.__struct_fields__ if name in sessions.c},
    "waiting_since": _WAITING_SINCE,
}
"""Of a `Session`."""

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
_LEADS_OF_BOT = (sessions.c.bot_id == sa.bindparam("bot_id"), sessions.c.lead_at.is_not(None))


def record(store: Store, contacts: Iterable[SessionContact]) -> None:
    """Make the sessions, or add what is new to those there are, which are leads from now on.

    Contacts come sorted, each session once.
    """
    _RECORD.execute(store, [_row(contact) for contact in contacts])


def _insert_or_update(dialect: Dialect) -> sa.Insert:
    insert = dialect.insert(sessions)
    newest = {
        name: sa.func.coalesce(insert.excluded[name], sessions.c[name]) for name in ("name", "email", "phone")
    }
    # The least of the two: another process may have been quicker with a later one.
    later = sessions.c.lead_at <= insert.excluded.lead_at
    first = {"lead_at": sa.case((later, sessions.c.lead_at), else_=insert.excluded.lead_at)}
    return insert.on_conflict_do_update(index_elements=["bot_id", "id"], set_=newest | first)


_RECORD = BulkInsert(("bot_id", "id", "created_at", "lead_at", "name", "email", "phone"), _insert_or_update)


def _row(contact: SessionContact) -> Row:
    lead_at = iso_z(contact.lead_at)
    return (contact.bot_id, contact.id, lead_at, lead_at, contact.name, contact.email, contact.phone)


def ensure(store: Store, bot_id: str, session_ids: Iterable[str], created_at: datetime) -> None:
    """Make those of the sessions that do not exist; they are no leads yet. Until the transaction ends, nobody
    deletes any of them.

    Sorted, as in `record`, so that two processes cannot deadlock over them.
    """
    made, wanted = iso_z(created_at), sorted(set(session_ids))
    while wanted:
        _ENSURE.execute(store, [(bot_id, session_id, made) for session_id in wanted])
        # One that was there may have been deleted before it could be held.
        wanted = [session_id for session_id in wanted if not _found(store, _KEPT, bot_id, session_id)]


_ENSURE = BulkInsert(
    ("bot_id", "id", "created_at"), lambda dialect: dialect.insert(sessions).on_conflict_do_nothing()
)


def lock(store: Store, bot_id: str, session_id: str) -> bool:
    """Whether it is there, and then nobody else writes or deletes it until the transaction ends.

    Whoever changes a hand-over and its session takes the session first, so that nobody waits in a ring.
    """
    return _found(store, _LOCKED, bot_id, session_id)


def _found(store: Store, one: sa.Executable, bot_id: str, session_id: str) -> bool:
    return store.execute(one, {"of_bot": bot_id, "of_session": session_id}).first() is not None


def start(store: Store, bot_id: str, session_id: str, visit: Visit, at: datetime) -> bool:
    """Make the session; False where it is there already, and stays as it is."""
    values = {"bot_id": bot_id, "id": session_id, "created_at": at, **_visit(visit)}
    insert = store.dialect.insert(sessions).on_conflict_do_nothing().returning(sessions.c.id)
    return store.execute(insert, values).first() is not None


def add_visit(store: Store, bot_id: str, session_id: str, visit: Visit) -> None:
    """Tell the session what it does not know of its visit yet; what it knows stays.

    The campaign is one thing, and so is the browser: neither is put together from two.
    """
    told = {name: value for name, value in _visit(visit).items() if value}
    if visit.user_agent:
        told |= {name: getattr(visit, name) for name in _OF_BROWSER}
    if told:
        values = {
            name: sa.case((_LACKS[name], _value(name, value)), else_=sessions.c[name])
            for name, value in told.items()
        }
        _change(store, bot_id, session_id, values)


def _value(name: str, value: object) -> sa.ColumnElement[Any]:
    return sa.literal(value, sessions.c[name].type)


_OF_BROWSER = ("user_agent", "browser", "os", "device")
_LACKS = {
    **{name: sessions.c[name].is_(None) for name in ("page_url", "referrer", "locale", "country")},
    **dict.fromkeys(_OF_BROWSER, sessions.c.user_agent.is_(None)),
    "utm": sa.cast(sessions.c.utm, sa.Text) == sa.literal_column("'{}'"),
}


def _visit(visit: Visit) -> dict[str, Any]:
    return {**msgspec.structs.asdict(visit), "utm": visit.utm.given()}


def get(store: Store, bot_id: str, session_id: str) -> Session | None:
    row = store.execute(_SELECT, {"of_bot": bot_id, "of_session": session_id}).one_or_none()
    return _session(row) if row else None


def exists(store: Store, bot_id: str, session_id: str) -> bool:
    return _found(store, _THERE, bot_id, session_id)


def hand_over(store: Store, bot_id: str, session_id: str, at: datetime) -> None:
    """It waits for an agent, and is a lead from now on where it was none."""
    first = {
        name: sa.func.coalesce(sessions.c[name], sa.literal(at, sessions.c[name].type))
        for name in ("handed_over_at", "lead_at")
    }
    _change(store, bot_id, session_id, {**first, "handover": HandoverState.WAITING.value})


def set_handover(store: Store, bot_id: str, session_id: str, state: HandoverState) -> None:
    _change(store, bot_id, session_id, {"handover": state.value})


def say_anew(store: Store, bot_id: str, session_id: str) -> None:
    """Say anew what its leads say of the visitor. Without any, and never handed over, it is no lead."""
    mine = sa.and_(leads.c.bot_id == bot_id, leads.c.session_id == session_id)
    first = store.execute(sa.select(sa.func.min(leads.c.created_at)).where(mine)).scalar_one()
    handed_over = store.execute(
        sa.select(sessions.c.handed_over_at).where(*_ONE), {"of_bot": bot_id, "of_session": session_id}
    ).scalar_one()
    moments = [moment for moment in (first, handed_over) if moment is not None]
    _change(store, bot_id, session_id, {"lead_at": min(moments, default=None), **newest(mine)})


def _change(store: Store, bot_id: str, session_id: str, values: dict[str, Any]) -> None:
    statement = sa.update(sessions).where(*_ONE).values(values)
    store.execute(statement, {"of_bot": bot_id, "of_session": session_id})


_ONE = (sessions.c.bot_id == sa.bindparam("of_bot"), sessions.c.id == sa.bindparam("of_session"))
_THERE = sa.select(sa.literal(1)).select_from(sessions).where(*_ONE)
_KEPT = _THERE.with_for_update(read=True, key_share=True)
_LOCKED = _THERE.with_for_update(key_share=True)
_SELECT = sa.select(*(column.label(name) for name, column in COLUMNS.items())).where(*_ONE)


def page(store: Store, bot_id: str, shape: JsonShape, after: Position | None, limit: int) -> JsonPage:
    """A bot's sessions that are leads, newest first."""
    return _pager(store.dialect, shape).read(store, {"bot_id": bot_id}, after, limit)


@cache
def _pager(dialect: Dialect, shape: JsonShape) -> Pager:
    return Pager(dialect, _LISTING, _LEADS_OF_BOT, shape, newest_first=True)
