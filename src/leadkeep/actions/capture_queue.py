"""The capture queue: while one batch is being committed, the next one gathers (group commit).

An answer waits for its own commit, so it says what is on disk; and a commit is shared, so that the disk is
asked once for many leads.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextvars import Context

import structlog

from leadkeep.actions.capture import Capture, Outcome, capture_alone
from leadkeep.actions.capture_apart import capture_apart, whole
from leadkeep.domain.errors import UnavailableError
from leadkeep.domain.lead import Lead
from leadkeep.storage.database import Database

MIN_BATCH = 32
MAX_BATCH = 512
PORTION = 250
"""Of many that come at once, how many share a commit: what one that comes alone may have to wait for."""

_log = structlog.get_logger("leadkeep.capture")
_Waiting = tuple[Capture, "asyncio.Future[Lead]"]


class CaptureQueue:
    """Belongs to one event loop. `limit`: how many captures may wait before the next is sent away;
    `on_batch` is told how many leads each commit stored."""

    def __init__(
        self, database: Database, limit: int, on_batch: Callable[[int], None] = lambda leads: None
    ) -> None:
        self._database = database
        self._limit = limit
        self._on_batch = on_batch
        self._waiting: list[_Waiting] = []
        self._draining: asyncio.Task[None] | None = None
        self._many = 0
        self._turn = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._waiting)

    async def put(self, item: Capture) -> Lead:
        """Return the lead once it is on disk. Raises UnavailableError, and what `capture` refuses it for."""
        if len(self._waiting) >= self._limit:
            raise _full()
        loop = asyncio.get_running_loop()
        stored: asyncio.Future[Lead] = loop.create_future()
        self._waiting.append((item, stored))
        if self._draining is None:
            # Of no request's log context: what goes wrong here is not that one's alone.
            self._draining = loop.create_task(self._drain(), context=Context())
        return await stored

    async def put_many(self, items: Sequence[Capture]) -> list[Outcome | Exception]:
        """What became of each, in commits of their own: however many they are, they take none of the room of
        those that come one by one, between whose commits theirs fall.

        Raises UnavailableError, and stores none, where there is no room for more or no database.
        """
        if len(self._waiting) + self._many >= self._limit:
            raise _full()
        self._many += len(items)
        try:
            outcomes = await self._portions(items)
        finally:
            self._many -= len(items)
        if outcomes and all(isinstance(outcome, UnavailableError) for outcome in outcomes):
            raise outcomes[0]  # type: ignore[misc]
        return outcomes

    async def _portions(self, items: Sequence[Capture]) -> list[Outcome | Exception]:
        outcomes: list[Outcome | Exception] = []
        for start in range(0, len(items), PORTION):
            async with self._turn:
                outcomes += await self._committed(items[start : start + PORTION])
            if isinstance(outcomes[-1], UnavailableError):
                return outcomes + outcomes[-1:] * (len(items) - len(outcomes))
        return outcomes

    async def _committed(self, items: Sequence[Capture]) -> Sequence[Outcome | Exception]:
        outcomes = await self._outcomes(items)
        pairs = zip(items, outcomes, strict=True)
        self._count(sum(isinstance(outcome, Lead) and outcome.id == item.lead.id for item, outcome in pairs))
        return outcomes

    async def _drain(self) -> None:
        while self._waiting:
            size = _batch_size(len(self._waiting))
            batch, self._waiting = self._waiting[:size], self._waiting[size:]
            outcomes = await self._committed([item for item, _ in batch])
            for (_, stored), outcome in zip(batch, outcomes, strict=True):
                _settle(stored, outcome)
        self._draining = None

    def _count(self, leads: int) -> None:
        try:
            self._on_batch(leads)
        except Exception as error:
            # A figure that cannot be written down must not keep the next leads waiting.
            _log.warning("batch_not_counted", error=type(error).__name__)

    async def _outcomes(self, items: Sequence[Capture]) -> Sequence[Outcome | Exception]:
        try:
            return whole(items, await self._database.write(capture_apart, items))
        except UnavailableError as error:
            return [error] * len(items)
        except Exception as error:
            _log.warning("batch_failed", leads=len(items), error=type(error).__name__)
            return await self._one_by_one(items)

    async def _one_by_one(self, items: Sequence[Capture]) -> list[Outcome | Exception]:
        """Each in a transaction of its own, so that one that cannot be stored sinks no other."""
        outcomes: list[Outcome | Exception] = []
        for item in items:
            try:
                outcomes.append(await self._database.write(capture_alone, item))
            except UnavailableError as error:
                # Waiting for a dead database once for each would hold up the answers to all.
                return outcomes + [error] * (len(items) - len(outcomes))
            except Exception as error:
                outcomes.append(error)
        return outcomes


def _batch_size(waiting: int) -> int:
    """Half of many: the other half is committed while the first half's answers go out, so that neither the
    disk nor the event loop stands idle."""
    return min(max(MIN_BATCH, waiting // 2), MAX_BATCH)


def _full() -> UnavailableError:
    return UnavailableError("Too many leads are waiting to be stored; please try again", retry_after=1)


def _settle(stored: "asyncio.Future[Lead]", outcome: Outcome | Exception) -> None:
    if stored.done():
        return
    if isinstance(outcome, Lead):
        stored.set_result(outcome)
    else:
        stored.set_exception(outcome)
