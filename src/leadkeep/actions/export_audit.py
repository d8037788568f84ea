"""Export the audit log, which is itself written down."""

from typing import Any

import msgspec

from leadkeep.actions import clock
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.user_work import require_owner
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import AuditFilter, Deed
from leadkeep.storage.store import Store


def begin_audit_export(store: Store, grant: Grant, wanted: AuditFilter) -> str:
    """The id before which `read_audit` finds what is to be exported. Raises ForbiddenError."""
    require_owner(grant)
    before = clock.new_id()
    conditions: dict[str, Any] = msgspec.to_builtins(wanted)
    given = {name: value for name, value in conditions.items() if value is not None}
    note_deed(store, grant, Deed.AUDIT_EXPORTED, None, filter=given)
    return before
