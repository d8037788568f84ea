"""Merge people: two that a lead links, or that somebody knows to be one."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from leadkeep.actions import clock
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.people_work import known_person, lock_people
from leadkeep.actions.tell import tell_merged
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import ConflictError
from leadkeep.domain.lead import Lead
from leadkeep.domain.merge import Merge
from leadkeep.domain.person import MAX_REASON, Person
from leadkeep.domain.text import as_text
from leadkeep.storage import merges, people
from leadkeep.storage.people import Placed
from leadkeep.storage.store import Store

Stamp = Callable[[Lead], tuple[str, datetime]]
"""The id and the time of the merge that a lead makes."""


def _stamped(lead: Lead) -> tuple[str, datetime]:
    return clock.new_id(), clock.now()


def merge_linked(store: Store, placed: Placed, stamp: Stamp = _stamped) -> tuple[list[Lead], list[Merge]]:
    """Merge the people that these leads, just stored, link; the leads as they are then, and the merges, of
    which the caller may tell.

    What was parted by hand stays apart, however many leads link it.
    """
    if not placed.links:
        return placed.leads, []
    by_id, made = {lead.id: lead for lead in placed.leads}, list[Merge]()
    for link in placed.links:
        one, other = known_person(store, link.person_id), known_person(store, link.other_id)
        if one.id != other.id and other.id not in merges.parted_from(store, one.id):
            made.append(_merge(store, one, other, *stamp(by_id[link.lead_id]), lead_id=link.lead_id))
    moved = {merge.absorbed_id for merge in made}
    owners = people.people_of_leads(store, [lead.id for lead in placed.leads if lead.person_id in moved])
    leads = [
        msgspec.structs.replace(lead, person_id=owners.get(lead.id, lead.person_id)) for lead in placed.leads
    ]
    return leads, made


def merge_people(store: Store, grant: Grant, one_id: str, other_id: str, reason: str | None) -> Merge:
    """By hand. Raises NotFoundError, ConflictError where they are one already, InvalidError, MalformedError.

    Needs `write` for all bots: a person's leads may be any bot's.
    """
    lock_people(store, grant)
    reason = as_text(reason, "reason", MAX_REASON) or None
    one, other = known_person(store, one_id), known_person(store, other_id)
    if one.id == other.id:
        raise ConflictError("These two are one person already")
    merge = _merge(store, one, other, clock.new_id(), clock.now(), reason=reason, by=grant)
    tell_merged(store, merge)
    note_deed(store, grant, Deed.PEOPLE_MERGED, merge.survivor_id)
    return merge


def _merge(
    store: Store,
    one: Person,
    other: Person,
    merge_id: str,
    at: datetime,
    *,
    reason: str | None = None,
    lead_id: str | None = None,
    by: Grant | None = None,
) -> Merge:
    """The one known for longer goes on."""
    survivor, absorbed = sorted((one, other), key=lambda who: (who.first_at, who.id))
    record = Merge(
        id=merge_id,
        survivor_id=survivor.id,
        absorbed_id=absorbed.id,
        reason=reason,
        lead_id=lead_id,
        at=at,
        merged_by_id=by.id if by else None,
        merged_by_name=by.name if by else None,
        undone_at=None,
        undone_by_id=None,
        undone_by_name=None,
    )
    merges.merge(store, record)
    return record
