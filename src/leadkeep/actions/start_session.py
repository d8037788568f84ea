"""Start a session with its visit, or tell one that is there more of it."""

from leadkeep.actions import clock
from leadkeep.actions.open_session import open_bot
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.session import Session
from leadkeep.domain.session_id import checked_session_id, session_not_found
from leadkeep.domain.visit import SentVisit, read_visit
from leadkeep.storage import sessions
from leadkeep.storage.store import Store


def start_session(
    store: Store, grant: Grant, bot_id: str, session_id: str | None, sent: SentVisit
) -> tuple[Session, bool]:
    """The session, and whether it is new; without an id it is, and gets one.

    What a session knows of its visit stays, since a visitor comes from one place only, and what it lacks is
    added. Raises InvalidError, MalformedError, and NotFoundError for a bot that is not there where the grant
    names bots.
    """
    require_bot_id(bot_id)
    grant.require(Permission.CAPTURE, bot_id)
    checked = clock.new_id() if session_id is None else checked_session_id(session_id)
    visit, now = read_visit(sent), clock.now()
    open_bot(store, grant, bot_id, now)
    is_new = sessions.start(store, bot_id, checked, visit, now)
    if not is_new:
        sessions.add_visit(store, bot_id, checked, visit)
    session = sessions.get(store, bot_id, checked)
    if session is None:
        # Somebody deleted it this very moment.
        raise session_not_found(checked)
    return session, is_new
