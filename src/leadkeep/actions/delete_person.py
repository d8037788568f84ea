"""Delete a person with all that hangs on them."""

from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.people_work import known_person, lock_people
from leadkeep.actions.tell import tell_deleted
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.storage import deletions, sessions
from leadkeep.storage.store import Store


def delete_person(store: Store, grant: Grant, person_id: str) -> None:
    """All their leads, also those of whoever was merged into them, and the sessions that hold nobody else's.

    Needs `write` for all bots: a person's leads may be any bot's. Raises NotFoundError.
    """
    lock_people(store, grant)
    person = known_person(store, person_id)
    gone = deletions.leads_of_person(store, person.id)
    places = deletions.lock_sessions(store, ((lead.bot_id, lead.session_id) for lead in gone))
    with_others = deletions.shared(store, places, person.id)
    deletions.delete_leads(store, gone)
    emptied = [place for place in places if place not in with_others]
    deletions.delete_sessions(store, emptied)
    for bot_id, session_id in sorted(with_others):
        sessions.say_anew(store, bot_id, session_id)
    tell_deleted(store, grant, gone, emptied)
    note_deed(store, grant, Deed.PERSON_DELETED, person.id, leads=len(gone))
