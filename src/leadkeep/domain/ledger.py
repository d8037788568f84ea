"""The ledger: what was delivered to whom, when, and what came of each attempt."""

from datetime import datetime

import msgspec

from leadkeep.domain.delivery import State


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery as it stands. `due_at` is when it is tried next, of one that is not finished; `outcome` and
    `status` are those of the last attempt, at `tried_at`."""

    number: int
    endpoint_id: str
    endpoint_url: str
    endpoint_description: str
    event_id: str
    event_type: str
    bot_id: str | None
    subject: str
    state: State
    attempts: int
    due_at: datetime
    created_at: datetime
    finished_at: datetime | None
    tried_at: datetime | None
    outcome: str | None
    status: int | None


class PastAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt that was made. `answer` is how the receiver's answer begins."""

    id: str
    at: datetime
    milliseconds: int
    outcome: str
    status: int | None
    answer: str | None


class LedgerFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Of one endpoint, event or subject; every condition given must hold."""

    endpoint_id: str | None = None
    event_id: str | None = None
    subject: str | None = None
    state: State | None = None
    outcome: str | None = None


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How an endpoint is doing. `unfinished` are on their way or wait for another; `outcomes` those of the
    last attempts, newest first, and `tried_at` when the last one was."""

    unfinished: int = 0
    outcomes: tuple[str, ...] = ()
    tried_at: datetime | None = None
