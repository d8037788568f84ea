"""Keep house: the small regular work that no request should wait for."""

import asyncio
from datetime import timedelta

import structlog

from leadkeep.actions import clock, once
from leadkeep.actions.escalate_handovers import any_waits_too_long, escalate_handovers
from leadkeep.actions.forget_events import forget_events
from leadkeep.actions.gate import Gate
from leadkeep.storage import idempotency, sign_ins
from leadkeep.storage.database import Database

EVERY = 30.0
"""Seconds between two rounds."""

ESCALATE_EVERY = 5.0
"""Seconds between two looks for hand-overs that nobody has claimed."""
_BETWEEN = 0.05
"""Seconds between two steps, for captures."""

_log = structlog.get_logger("leadkeep.housekeeping")


async def keep_house(database: Database, gate: Gate, keep_events: timedelta) -> None:
    """Until cancelled. A round that fails is logged, and the next one tries again."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            await gate.flush()
            await database.write(idempotency.forget_before, clock.now() - once.LIFE)
            await database.write(sign_ins.forget_old, clock.now())
            await _forget_old(database, keep_events)
        except Exception as error:
            _log.warning("round_failed", error=type(error).__name__)


async def watch_handovers(database: Database) -> None:
    """Until cancelled. Nobody waits much longer than their bot says before more people are told."""
    while True:
        await asyncio.sleep(ESCALATE_EVERY)
        try:
            if await database.read(any_waits_too_long):
                await database.write(escalate_handovers)
        except Exception as error:
            _log.warning("handovers_not_escalated", error=type(error).__name__)


async def _forget_old(database: Database, keep_events: timedelta) -> None:
    more = True
    while more:
        more = await database.write(forget_events, keep_events)
        await asyncio.sleep(_BETWEEN if more else 0)
