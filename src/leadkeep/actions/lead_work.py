"""What the verbs that work on leads share: finding them, changing them, and writing their history."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from leadkeep.actions import clock
from leadkeep.actions.tell import tell_updated
from leadkeep.domain.access import Grant
from leadkeep.domain.errors import InvalidError, LeadkeepError, NotFoundError
from leadkeep.domain.lead import Lead
from leadkeep.domain.lead_change import Change, ChangedLead, LeadChange, PastChange
from leadkeep.storage import lead_changes, leads
from leadkeep.storage.store import Store

_TICK = timedelta(milliseconds=1)


def lead_not_found(lead_id: str) -> LeadkeepError:
    return NotFoundError(f"Lead {lead_id[:100]} not found")


def lock_lead(store: Store, grant: Grant, lead_id: str) -> Lead:
    """The lead, which nobody else changes in the meantime. Raises NotFoundError as for one to read."""
    found = leads.lock(store, [lead_id])
    if not found or not grant.covers(found[0].bot_id):
        raise lead_not_found(lead_id)
    return found[0]


def next_moment(lead: Lead) -> datetime:
    """When a change to a locked lead takes place: after the one before, whatever the clocks say, so that a
    history is in the order in which it happened."""
    return max(clock.now(), lead.changed_at + _TICK)


def make_change(store: Store, grant: Grant, locked: Sequence[Lead], change: LeadChange) -> list[Lead]:
    """The leads as they are then; what changes nothing of a lead leaves its version and history alone.

    Raises InvalidError, naming the lead, for what one of them cannot be.
    """
    outcomes = [_outcome(lead, change) for lead in locked]
    changed = [outcome for outcome in outcomes if outcome.changes]
    if changed:
        lead_changes.save(store, changed)
        lead_changes.add(
            store,
            [
                past_change(grant, lead.after.id, lead.after.changed_at, made)
                for lead in changed
                for made in lead.changes
            ],
        )
    for lead in changed:
        tell_updated(store, grant, lead.after, lead.changes)
    return [outcome.after for outcome in outcomes]


def past_change(grant: Grant, lead_id: str, at: datetime, made: Change) -> PastChange:
    return PastChange(
        id=clock.new_id(),
        lead_id=lead_id,
        at=at,
        changed_by_id=grant.id,
        changed_by_name=grant.name,
        field=made.field,
        before=made.before,
        after=made.after,
    )


def _outcome(lead: Lead, change: LeadChange) -> ChangedLead:
    try:
        outcome = change.applied_to(lead)
    except InvalidError as error:
        raise InvalidError(error.field, f"Lead {lead.id}: {error.message}") from None
    if not outcome.changes:
        return outcome
    now: dict[str, Any] = {"version": lead.version + 1, "changed_at": next_moment(lead)}
    return outcome._replace(after=msgspec.structs.replace(outcome.after, **now))
