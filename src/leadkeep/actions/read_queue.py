"""Read the queue of hand-overs: who waits for an agent, and who has claimed whom."""

from typing import NamedTuple

from leadkeep.actions.read_events import end_of_feed
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.handover_queue import Queue, Waiting
from leadkeep.domain.moments import iso_z
from leadkeep.storage import handover_queue
from leadkeep.storage.store import Store

SHOWN = 100
"""Of either kind: nobody works down more than this at once."""


def read_queue(store: Store, grant: Grant, bot_id: str | None = None, *, mine: bool = False) -> Queue:
    """The open hand-overs of the bots that the grant covers, or of the one. `mine`: only what the caller has
    claimed, and nobody who waits. Raises ForbiddenError, NotFoundError for a bot outside the grant."""
    only = _bots(grant, bot_id)
    by_id = grant.id if mine else None
    waiting = [] if mine else handover_queue.waiting(store, only, SHOWN)
    claimed = handover_queue.claimed(store, only, by_id, SHOWN)
    # To count takes a look at all of them, and is worth it only where there are more.
    all_waiting = handover_queue.count_waiting(store, only).number if len(waiting) == SHOWN else len(waiting)
    all_claimed = handover_queue.count_claimed(store, only, by_id) if len(claimed) == SHOWN else len(claimed)
    return Queue(waiting, claimed, all_waiting - len(waiting), all_claimed - len(claimed))


def count_waiting(store: Store, grant: Grant, bot_id: str | None = None) -> Waiting:
    """Raises as `read_queue` does."""
    return handover_queue.count_waiting(store, _bots(grant, bot_id))


class Seen(NamedTuple):
    """What of the queue has been seen: the events up to this number of the feed, and by a mark, which is
    another after every answer, the answers, of which no event tells."""

    number: int
    answers: str


def seen_now(store: Store, grant: Grant, bot_id: str | None = None) -> Seen:
    """Raises as `read_queue` does."""
    return Seen(end_of_feed(store), answers_now(store, grant, bot_id))


def answers_now(store: Store, grant: Grant, bot_id: str | None = None) -> str:
    """Raises as `read_queue` does."""
    number, last = handover_queue.last_answer(store, _bots(grant, bot_id))
    return f"{number}-{iso_z(last)}" if last else str(number)


def _bots(grant: Grant, bot_id: str | None) -> frozenset[str] | None:
    if bot_id is not None:
        require_bot_id(bot_id)
    grant.require(Permission.READ, bot_id)
    return grant.bots if bot_id is None else frozenset({bot_id})
