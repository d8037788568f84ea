"""Read the audit log, page by page."""

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import AuditFilter, Entry
from leadkeep.storage import audit
from leadkeep.storage.store import Store


def read_audit(
    store: Store, grant: Grant, wanted: AuditFilter, before: str | None, limit: int
) -> list[Entry]:
    """Newest first, those with a smaller id than `before`. Needs `admin` for all bots."""
    grant.require(Permission.ADMIN)
    grant.require_all_bots()
    return audit.page(store, wanted, before, limit)
