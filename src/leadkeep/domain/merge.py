"""A merge: that two people were found to be one."""

from datetime import datetime

import msgspec


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """That `absorbed_id` was merged into `survivor_id`; by a lead that linked them, or by somebody."""

    id: str
    survivor_id: str
    absorbed_id: str
    reason: str | None
    lead_id: str | None
    at: datetime
    merged_by_id: str | None
    merged_by_name: str | None
    undone_at: datetime | None
    undone_by_id: str | None
    undone_by_name: str | None
