"""Change a lead."""

from collections.abc import Collection

from leadkeep.actions.lead_work import lock_lead, make_change
from leadkeep.actions.note_deed import note_deed
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import PreconditionError
from leadkeep.domain.lead import Lead
from leadkeep.domain.lead_change import LeadChange
from leadkeep.domain.moments import iso_z
from leadkeep.storage.store import Store


def change_lead(
    store: Store, grant: Grant, lead_id: str, change: LeadChange, versions: Collection[int] | None = None
) -> Lead:
    """The lead as it is afterwards. `versions`: those that the caller takes it for, None for any.

    Raises InvalidError, MalformedError, NotFoundError, and PreconditionError for another version.
    """
    grant.require(Permission.WRITE)
    grant.require(Permission.READ)
    checked = change.checked()
    lead = lock_lead(store, grant, lead_id)
    if versions is not None and lead.version not in versions:
        raise PreconditionError(
            f"This lead was changed at {iso_z(lead.changed_at)}: it is at version {lead.version}"
        )
    changed = make_change(store, grant, [lead], checked)[0]
    if changed.version != lead.version:
        fields = {made.field.partition(".")[0] for made in checked.applied_to(lead).changes}
        note_deed(store, grant, Deed.LEAD_CHANGED, lead.id, fields=sorted(fields))
    return changed
