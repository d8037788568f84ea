"""Undo a merge of two people."""

import msgspec

from leadkeep.actions import clock
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.people_work import lock_people
from leadkeep.actions.tell import tell_unmerged
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import ConflictError, NotFoundError
from leadkeep.domain.merge import Merge
from leadkeep.storage import merges
from leadkeep.storage.store import Store


def undo_merge(store: Store, grant: Grant, merge_id: str) -> Merge:
    """Put every lead back. Raises NotFoundError, ConflictError where it was undone before."""
    lock_people(store, grant)
    found = merges.merge_of(store, merge_id)
    if found is None:
        raise NotFoundError(f"Merge {merge_id} not found")
    if found.undone_at is not None:
        raise ConflictError("This merge was undone already")
    now = clock.now()
    merges.part(store, found, now, grant.id, grant.name)
    # Who has no lead left is gone, and with them what was said of them.
    reason = found.reason if merges.merge_of(store, merge_id) else None
    undone = msgspec.structs.replace(
        found, reason=reason, undone_at=now, undone_by_id=grant.id, undone_by_name=grant.name
    )
    tell_unmerged(store, undone)
    note_deed(store, grant, Deed.MERGE_UNDONE, undone.survivor_id)
    return undone
