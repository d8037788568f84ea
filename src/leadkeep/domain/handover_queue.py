"""The queue of hand-overs that are open: who waits for an agent, and who talks to one."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from leadkeep.domain.handover import Handover

WARNED_AFTER = 0.6
"""Of the time that a bot allows."""


class Patience(StrEnum):
    """How long somebody has waited, by what their bot allows."""

    FINE = "fine"
    SHORT = "short"
    OVER = "over"


class Queued(Handover, frozen=True, kw_only=True):
    """An open hand-over, with what is known of the visitor, and their bot's name and limit."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    bot_name: str
    escalate_after: int | None = None


class Queue(NamedTuple):
    """Who waits and who was claimed, each oldest first, up to a limit; `waiting_more` and `claimed_more`
    are how many there are besides."""

    waiting: list[Queued]
    claimed: list[Queued]
    waiting_more: int
    claimed_more: int


class Waiting(NamedTuple):
    """How many wait, and since when the one who has waited longest."""

    number: int
    since: datetime | None


def patience(waiting: Handover, escalate_after: int | None, now: datetime) -> Patience:
    """Until an agent has claimed it, since that is what the limit, in minutes, is for."""
    if escalate_after is None or waiting.claimed_at is not None:
        return Patience.FINE
    share = (now - waiting.requested_at) / timedelta(minutes=escalate_after)
    if share >= 1:
        return Patience.OVER
    return Patience.SHORT if share >= WARNED_AFTER else Patience.FINE
