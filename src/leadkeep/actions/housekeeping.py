"""Keep house: the small regular work that no request should wait for."""

import asyncio

import structlog

from leadkeep.actions import clock, once
from leadkeep.actions.gate import Gate
from leadkeep.storage import idempotency
from leadkeep.storage.database import Database

EVERY = 30.0
"""Seconds between two rounds."""

_log = structlog.get_logger("leadkeep.housekeeping")


async def keep_house(database: Database, gate: Gate) -> None:
    """Until cancelled. A round that fails is logged, and the next one tries again."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            await gate.flush()
            await database.write(idempotency.forget_before, clock.now() - once.LIFE)
        except Exception as error:
            _log.warning("round_failed", error=type(error).__name__)
