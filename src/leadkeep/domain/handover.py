"""A hand-over: a session waits for a live agent, who claims it and returns it to the bot or resolves it."""

from datetime import datetime
from enum import StrEnum

import msgspec

MAX_REASON = 2_000


class HandoverState(StrEnum):
    """How a session's newest hand-over stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    RETURNED = "returned"
    RESOLVED = "resolved"


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """A stored hand-over; whoever did something is kept by id, and by name as it was then.

    `escalated_at` is when more people were told that nobody had claimed it. `answered_at` is the first
    message of an agent after it was requested. `outcome`, of one that has ended, is `returned` or `resolved`.
    """

    id: str
    bot_id: str
    session_id: str
    reason: str | None = None
    requested_at: datetime
    requested_by_id: str | None = None
    requested_by_name: str | None = None
    claimed_at: datetime | None = None
    claimed_by_id: str | None = None
    claimed_by_name: str | None = None
    escalated_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by_id: str | None = None
    ended_by_name: str | None = None
    outcome: HandoverState | None = None

    @property
    def waiting_seconds(self) -> float | None:
        """From the request to the claim; None before that."""
        return self._seconds_until(self.claimed_at)

    @property
    def first_answer_seconds(self) -> float | None:
        """From the request to an agent's first message; None before that."""
        return self._seconds_until(self.answered_at)

    def _seconds_until(self, moment: datetime | None) -> float | None:
        return None if moment is None else (moment - self.requested_at).total_seconds()
