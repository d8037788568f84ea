"""Read sessions: one with its open hand-over, or a page of them."""

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.handover import Handover
from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Position
from leadkeep.domain.session import Session, SessionFilter
from leadkeep.domain.session_id import known_session_id, session_not_found
from leadkeep.storage import handovers, session_pages, sessions
from leadkeep.storage.store import Store


def get_session(store: Store, grant: Grant, bot_id: str, session_id: str) -> tuple[Session, Handover | None]:
    """With its open hand-over, if it has one. Raises NotFoundError, also for a bot outside the grant."""
    require_bot_id(bot_id)
    grant.require(Permission.READ, bot_id)
    session_id = known_session_id(session_id)
    session = sessions.get(store, bot_id, session_id)
    if session is None:
        raise session_not_found(session_id)
    return session, handovers.open_of(store, bot_id, session_id) if session.handover else None


def list_sessions(
    store: Store, grant: Grant, wanted: SessionFilter, shape: JsonShape, after: Position | None, limit: int
) -> JsonPage:
    """Sessions the grant may read, newest first; those that wait for an agent in the order of waiting.

    Raises NotFoundError for a bot outside the grant.
    """
    if wanted.bot_id is not None:
        require_bot_id(wanted.bot_id)
    grant.require(Permission.READ, wanted.bot_id)
    only = None if wanted.bot_id else grant.bots
    return session_pages.page(store, wanted, shape, only_bots=only, after=after, limit=limit)
