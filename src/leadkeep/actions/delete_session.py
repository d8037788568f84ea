"""Delete a session with all that hangs on it."""

from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.tell import tell_deleted
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.session_id import known_session_id, session_not_found
from leadkeep.storage import deletions
from leadkeep.storage.store import Store


def delete_session(store: Store, grant: Grant, bot_id: str, session_id: str) -> None:
    """Its messages, hand-overs and leads too. Raises NotFoundError."""
    require_bot_id(bot_id)
    grant.require(Permission.WRITE, bot_id)
    place = (bot_id, known_session_id(session_id))
    store.dialect.lock_people(store.connection)
    if not deletions.lock_sessions(store, [place]):
        raise session_not_found(session_id)
    gone = deletions.leads_of_session(store, place)
    deletions.delete_leads(store, gone)
    deletions.delete_sessions(store, [place])
    tell_deleted(store, grant, gone, [place])
    note_deed(store, grant, Deed.SESSION_DELETED, None, bot=bot_id, leads=len(gone))
