"""Chats: the messages of many of a bot's sessions, one session after the other."""

from collections.abc import Collection
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from leadkeep.domain.message import Message
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.schema import messages, sessions
from leadkeep.storage.store import Store


class ChatPosition(NamedTuple):
    """A message's place: its session's time and id, newest first, then its own, oldest first."""

    made_at: datetime
    session_id: str
    at: datetime
    id: str


_NO_ID = "00000000-0000-0000-0000-000000000000"
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
START = ChatPosition(_LATEST, "", _EARLIEST, _NO_ID)
"""Before the first message of the newest session."""
OLDEST = ChatPosition(_EARLIEST, "", _EARLIEST, _NO_ID)
"""Behind the last message of the oldest one."""


class ChatPage(NamedTuple):
    """`next`: where to go on, None at the end."""

    messages: list[Message]
    next: ChatPosition | None


class _Row(Message, frozen=True, kw_only=True):
    made_at: datetime


_DECODER = msgspec.json.Decoder(list[_Row])


def page(
    store: Store,
    bot_id: str,
    only: Collection[str],
    after: ChatPosition,
    oldest: ChatPosition,
    limit: int,
) -> ChatPage:
    """Messages after that position, down to the session of `oldest`; `only` empty means of every session."""
    parameters: dict[str, Any] = {**after._asdict(), "bot_id": bot_id, "limit": limit}
    parameters |= {"oldest_at": oldest.made_at, "oldest_id": oldest.session_id}
    if only:
        parameters["only"] = list(only)
    found = store.execute(_page(store.dialect, bool(only)), parameters).scalar_one()
    rows = _DECODER.decode(f"[{found}]")
    if len(rows) < limit:
        return ChatPage([*rows], None)
    last = rows[-1]
    return ChatPage([*rows], ChatPosition(last.made_at, last.session_id, last.at, last.id))


@cache
def _page(dialect: Dialect, only_some: bool) -> sa.Select[tuple[str]]:
    session = sa.tuple_(sessions.c.created_at, sessions.c.id)
    # The first condition is a place in the index, the second what of that place's session is done with.
    rest_of_session = sa.tuple_(messages.c.at, messages.c.id) > _given("at", "id", messages)
    rows = (
        sa.select(_built(dialect).label("built"))
        .select_from(sessions)
        .join(messages, (messages.c.bot_id == sessions.c.bot_id) & (messages.c.session_id == sessions.c.id))
        .where(sessions.c.bot_id == sa.bindparam("bot_id"))
        .where(session <= _given("made_at", "session_id", sessions))
        .where(session >= _given("oldest_at", "oldest_id", sessions))
        .where(sa.or_(sessions.c.id != sa.bindparam("session_id"), rest_of_session))
        .order_by(sessions.c.created_at.desc(), sessions.c.id.desc(), messages.c.at, messages.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )
    if only_some:
        rows = rows.where(sessions.c.id.in_(sa.bindparam("only", expanding=True)))
    built = rows.subquery("page").c.built
    return sa.select(sa.func.coalesce(sa.func.aggregate_strings(sa.cast(built, sa.Text), ","), ""))


def _given(at: str, id_: str, table: sa.Table) -> Any:
    moment = table.c.at if "at" in table.c else table.c.created_at
    return sa.tuple_(sa.bindparam(at, type_=moment.type), sa.bindparam(id_, type_=table.c.id.type))


def _built(dialect: Dialect) -> Any:
    """One text for the whole page, as `json_pages` explains."""
    at = {"at": messages.c.at, "made_at": sessions.c.created_at}
    fields = [(column.name, column) for column in messages.columns if column.name not in at]
    moments = [(name, dialect.json_value(column, "Z")) for name, column in at.items()]
    return dialect.json_object([*fields, *moments], drop_nulls=False)


def oldest_of_newest(store: Store, bot_id: str, count: int) -> ChatPosition:
    """Where the newest `count` sessions that have messages end; OLDEST where there are not that many."""
    row = store.execute(_OLDEST_OF_NEWEST, {"bot_id": bot_id, "edge": count - 1}).one_or_none()
    return OLDEST._replace(made_at=row.created_at, session_id=row.id) if row else OLDEST


_OLDEST_OF_NEWEST = (
    sa.select(sessions.c.created_at, sessions.c.id)
    .where(sessions.c.bot_id == sa.bindparam("bot_id"))
    .where(
        sa.exists()
        .where(messages.c.bot_id == sessions.c.bot_id, messages.c.session_id == sessions.c.id)
        .correlate(sessions)
    )
    .order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
    .limit(1)
    .offset(sa.bindparam("edge", type_=sa.BigInteger))
)
