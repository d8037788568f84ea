"""The courier: in turns of one transaction each it records what it has tried, makes deliveries of new events,
and takes the next ones in hand."""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from leadkeep.actions import clock
from leadkeep.actions.mend_times import mend_times
from leadkeep.actions.next_deliveries import Work, give_back
from leadkeep.actions.take_turn import take_turn
from leadkeep.delivery.lane import AT_ONCE, Lane
from leadkeep.domain.delivery import Attempt, Claim
from leadkeep.domain.endpoint import Endpoint, Form
from leadkeep.storage.database import Database

IN_ONE_MAIL = 200
"""Events; where there are more, it is more than one mail."""
POLL = 1.0
"""Seconds after which it looks for what other processes wrote, whether it was told or not."""
PAUSE = 0.01
"""Seconds between two turns, at least: so attempts gather."""
_TO_OTHERS, _TO_WRITERS = 2, 8
"""How many times as long as its turn took it rests; where others have written meanwhile, it is for them."""
_AFTER_FAILURE = 1.0
_JUMP = timedelta(seconds=5)

_log = structlog.get_logger("leadkeep.delivery")

Send = Callable[[Claim], Awaitable[Attempt]]
Mail = Callable[[Sequence[Claim]], Awaitable[list[Attempt]]]


class Courier:
    """Belongs to one event loop. `send` makes one attempt, `mail` one for several; neither ever raises."""

    def __init__(self, database: Database, send: Send, mail: Mail) -> None:
        self._database = database
        self._send = send
        self._mail = mail
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._lanes: defaultdict[str, Lane] = defaultdict(Lane)
        self._made: list[Attempt] = []
        self._awake = asyncio.Event()
        self._written = self._stopping = False
        self._watch = ClockWatch()

    def wake(self) -> None:
        """There may be something to do."""
        self._awake.set()

    def told(self) -> None:
        """Somebody has written something."""
        self._written = True
        self.wake()

    async def run(self) -> None:
        """Until stopped. A turn that fails is taken again: nothing that was tried is forgotten."""
        while not self._stopping:
            self._awake.clear()
            self._written = False
            try:
                started = time.monotonic()
                work = await self._turn()
            except Exception as error:
                _log.warning("turn_failed", error=type(error).__name__)
                await asyncio.sleep(_AFTER_FAILURE)
                continue
            took = time.monotonic() - started
            await asyncio.sleep(max(PAUSE, took * (_TO_WRITERS if self._written else _TO_OTHERS)))
            await self._rest(work)

    async def stop(self, patience: float) -> None:
        """Take nothing more; what is under way has so many seconds, and is given back after that."""
        self._stopping = True
        self.wake()
        if self._in_hand:
            await asyncio.wait(self._in_hand.values(), timeout=patience)
        for task in self._in_hand.values():
            task.cancel()
        left = set(self._in_hand) - {attempt.claim.number for attempt in self._made}
        with contextlib.suppress(Exception):
            await self._database.write(take_turn, tuple(self._made), _no_room)
            await self._database.write(give_back, left)

    async def _turn(self) -> Work:
        jump = self._watch.jump()
        if jump < timedelta(0):
            _log.warning("clock_went_back", seconds=round(-jump.total_seconds()))
            await self._database.write(mend_times)
        made, at_hand = tuple(self._made), {key: lane.at_hand for key, lane in self._lanes.items()}
        rooms = {key: lane.room() for key, lane in self._lanes.items()}

        def room(endpoint: Endpoint) -> int:
            if endpoint.digest_minutes:
                return IN_ONE_MAIL - at_hand.get(endpoint.id, 0)
            return rooms.get(endpoint.id, AT_ONCE)

        work = await self._database.write(take_turn, made, room)
        del self._made[: len(made)]
        for attempt in made:
            self._in_hand.pop(attempt.claim.number, None)
        # A clock that jumped may have ended the lease of one that is still in hand.
        new = [claim for claim in work.claims if claim.number not in self._in_hand]
        for claims in _parcels(new):
            task = asyncio.create_task(self._try(claims))
            self._in_hand.update(dict.fromkeys((claim.number for claim in claims), task))
        return work

    async def _try(self, claims: Sequence[Claim]) -> None:
        lane = self._lanes[claims[0].endpoint.id]
        try:
            with lane.holding(len(claims)):
                async with lane.turn:
                    if not self._stopping:
                        made = await self._attempts(claims)
                        lane.took(made[0].milliseconds)
                        self._made += made
        except Exception as error:
            # No attempt to record: the lease runs out, and it is claimed again.
            _log.error("attempt_failed", error=type(error).__name__)
            for claim in claims:
                self._in_hand.pop(claim.number, None)
        finally:
            self.wake()

    async def _attempts(self, claims: Sequence[Claim]) -> list[Attempt]:
        if claims[0].endpoint.form is Form.EMAIL:
            return await self._mail(claims)
        return [await self._send(claims[0])]

    async def _rest(self, work: Work) -> None:
        """Until there is something to do."""
        if work.more or self._stopping:
            return
        wait = POLL
        if work.next_at is not None:
            wait = min(POLL, max(0.0, (work.next_at - clock.now()).total_seconds()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._awake.wait(), wait)


def _parcels(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Each by itself, but for what is gathered into one mail."""
    gathered: dict[str, list[Claim]] = {}
    for claim in claims:
        together = claim.endpoint.id if claim.endpoint.digest_minutes else str(claim.number)
        gathered.setdefault(together, []).append(claim)
    return list(gathered.values())


def _no_room(endpoint: Endpoint) -> int:
    return 0


class ClockWatch:
    """Tells when the clock by which times are stored was set, by one that nobody sets."""

    def __init__(self) -> None:
        self._wall, self._steady = clock.now(), time.monotonic()

    def jump(self) -> timedelta:
        """By how much it was set since the last call; nothing for what a clock drifts."""
        wall, steady = clock.now(), time.monotonic()
        jump = (wall - self._wall) - timedelta(seconds=steady - self._steady)
        self._wall, self._steady = wall, steady
        return jump if abs(jump) > _JUMP else timedelta(0)
