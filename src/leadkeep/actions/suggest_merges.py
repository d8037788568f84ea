"""Suggest who may be the same person as another; merging is left to whoever reads it."""

from typing import NamedTuple

from leadkeep.actions.read_people import whole_person
from leadkeep.domain.access import Grant
from leadkeep.domain.duplicates import Reason, reasons_for
from leadkeep.domain.person import Person
from leadkeep.storage import duplicates, merges, people
from leadkeep.storage.store import Store

MAX_SUGGESTIONS = 20


class Suggestion(NamedTuple):
    person: Person
    reasons: list[Reason]


def suggest_merges(store: Store, grant: Grant, person_id: str) -> list[Suggestion]:
    """Those with most reasons first; nobody who was parted from the person by hand.

    Needs `read` for all bots. Raises NotFoundError.
    """
    root = whole_person(store, grant, person_id).id
    reasons = _reasons(store, root)
    for parted in merges.parted_from(store, root):
        reasons.pop(parted, None)
    found = [Suggestion(one, sorted(reasons[one.id])) for one in people.several(store, reasons)]
    found.sort(key=lambda one: (len(one.reasons), one.person.last_at, one.person.id), reverse=True)
    return found[:MAX_SUGGESTIONS]


def _reasons(store: Store, root: str) -> dict[str, set[Reason]]:
    known = duplicates.known_of(store, root)
    namesakes = duplicates.namesakes(store, known.names, root)
    reasons = {other: reasons_for(known.contacts, theirs) for other, theirs in namesakes.items()}
    for other in duplicates.of_same_mailbox(store, known.contacts.emails, root):
        reasons.setdefault(other, set()).add(Reason.SAME_MAILBOX)
    return {other: why for other, why in reasons.items() if why}
