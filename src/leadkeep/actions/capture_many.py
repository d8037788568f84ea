"""Capture many leads that came in one request, each with an outcome of its own."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from leadkeep.actions import once
from leadkeep.actions.admit import Admission, Caller
from leadkeep.actions.capture import Capture, Outcome, new_lead
from leadkeep.actions.desk import Desk
from leadkeep.actions.once import Once
from leadkeep.domain.errors import LeadkeepError, NotFoundError
from leadkeep.domain.lead import Lead, NewLead

MAX_LEADS = 1_000
"""In one request."""
_BETWEEN = 32
"""Leads that are looked into before others on the event loop have a turn."""

Sent = NewLead | LeadkeepError
"""A lead, or why it cannot be one."""


class Captured(NamedTuple):
    """What became of one; `again`: it is the outcome of an earlier time."""

    outcome: Outcome | Exception
    again: bool = False


async def capture_many(
    desk: Desk, caller: Caller, leads: Sequence[Sent], wish: Once | None
) -> list[Captured]:
    """What became of each, in order: one that is refused sinks no other.

    With a wish, those that were stored before are answered again and the others tried anew.
    Raises UnauthenticatedError, ForbiddenError; UnavailableError where none could be stored; with a wish,
    ConflictError and InvalidError as `once.begin` does.
    """
    bots = {lead.bot_id for lead in leads if isinstance(lead, NewLead)}
    admissions = await desk.doorkeeper.admit_many(caller, bots)
    if wish is not None:
        await desk.database.write(once.begin, wish)
    prepared: list[Capture | LeadkeepError] = []
    for number, lead in enumerate(leads):
        if number % _BETWEEN == 0:
            await asyncio.sleep(0)
        prepared.append(_prepared(lead, admissions, wish and wish.part(number)))
    return await _stored(desk, prepared)


def _prepared(
    lead: Sent, admissions: dict[str, Admission | NotFoundError], wish: Once | None
) -> Capture | LeadkeepError:
    if isinstance(lead, LeadkeepError):
        return lead
    admission = admissions[lead.bot_id]
    if isinstance(admission, NotFoundError):
        return admission
    return Capture(new_lead(lead, admission.region), admission.makes_bot, wish, admission.bot_known)


async def _stored(desk: Desk, prepared: Sequence[Capture | LeadkeepError]) -> list[Captured]:
    items = [item for item in prepared if isinstance(item, Capture)]
    stored = iter(await desk.captures.put_many(items))
    return [
        _captured(item, next(stored)) if isinstance(item, Capture) else Captured(item) for item in prepared
    ]


def _captured(item: Capture, outcome: Outcome | Exception) -> Captured:
    return Captured(outcome, isinstance(outcome, Lead) and outcome.id != item.lead.id)
