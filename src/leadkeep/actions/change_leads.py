"""Change many leads at once: all of them, or none."""

from collections.abc import Collection
from typing import NamedTuple

from leadkeep.actions.lead_work import lead_not_found, make_change
from leadkeep.actions.note_deed import note_deed
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.lead import Lead, LeadFilter
from leadkeep.domain.lead_change import LeadChange
from leadkeep.storage import leads
from leadkeep.storage.store import Store

MAX_LEADS = 1_000


class Outcome(NamedTuple):
    """How many leads were meant, and how many of them are not what they were."""

    matched: int
    changed: int


def change_leads(
    store: Store, grant: Grant, which: Collection[str] | LeadFilter, change: LeadChange
) -> Outcome:
    """`which`: ids, or a filter, which needs `read` too since it finds things out.

    Raises InvalidError, also for more than MAX_LEADS, MalformedError, and NotFoundError for a lead or a bot
    that is not there or outside the grant.
    """
    grant.require(Permission.WRITE)
    checked = change.checked()
    found = _fitting(store, grant, which) if isinstance(which, LeadFilter) else _named(store, grant, which)
    made = make_change(store, grant, found, checked)
    changed = sum(after.version != before.version for before, after in zip(found, made, strict=True))
    if changed:
        note_deed(store, grant, Deed.LEADS_CHANGED, leads=changed)
    return Outcome(len(found), changed)


def _named(store: Store, grant: Grant, lead_ids: Collection[str]) -> list[Lead]:
    wanted = dict.fromkeys(lead_ids)
    if len(wanted) > MAX_LEADS:
        raise InvalidError("ids", f"ids holds more than {MAX_LEADS} leads")
    found = leads.lock(store, wanted)
    covered = {lead.id for lead in found if grant.covers(lead.bot_id)}
    for lead_id in wanted:
        if lead_id not in covered:
            raise lead_not_found(lead_id)
    return found


def _fitting(store: Store, grant: Grant, wanted: LeadFilter) -> list[Lead]:
    if wanted.bot_id is not None:
        require_bot_id(wanted.bot_id)
    grant.require(Permission.READ, wanted.bot_id)
    only = None if wanted.bot_id else grant.bots
    found = leads.lock_fitting(store, wanted, only_bots=only, limit=MAX_LEADS + 1)
    if len(found) > MAX_LEADS:
        raise InvalidError("filter", f"filter fits more than {MAX_LEADS} leads; none was changed")
    return found
