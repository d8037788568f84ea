"""Keeps a courier running beside the server, from when there is somebody to deliver to."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process

import msgspec
import structlog

from leadkeep.settings import Settings
from leadkeep.storage.database import Database
from leadkeep.storage.endpoints import any_enabled

LOOK_EVERY = 2.0
"""Seconds between two looks whether another process has made the first endpoint."""
_AT_LEAST = 0.2
_LONGEST_PAUSE = 30.0
_PATIENCE = 10.0
_MAX_WAITING = 4096

_log = structlog.get_logger("leadkeep.delivery")


class Supervisor:
    """Belongs to one event loop; tells the courier whenever something was written."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._process: Process | None = None
        self._written = asyncio.Event()
        database.on_write.append(self._nudge)

    async def run(self) -> None:
        """Until cancelled, which ends the courier too."""
        try:
            await self._until_wanted()
            pause = _AT_LEAST
            while True:
                started = asyncio.get_running_loop().time()
                code = await self._run_one()
                if asyncio.get_running_loop().time() - started > _LONGEST_PAUSE:
                    pause = _AT_LEAST
                _log.error("courier_ended", code=code, restarted_in=pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
        finally:
            await asyncio.shield(self._end())

    async def _until_wanted(self) -> None:
        while not await self._is_wanted():
            self._written.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._written.wait(), LOOK_EVERY)
            # Leads come in all the time: not a look for each.
            await asyncio.sleep(_AT_LEAST)

    async def _is_wanted(self) -> bool:
        try:
            return await self._database.glance(any_enabled)
        except Exception as error:
            _log.warning("endpoints_not_read", error=type(error).__name__)
            return False

    async def _run_one(self) -> int:
        command = (sys.executable, "-m", "leadkeep.delivery")
        self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE)
        # Not among the arguments, which everybody on the machine can read.
        self._tell(msgspec.json.encode(self._settings))
        return await self._process.wait()

    def _nudge(self) -> None:
        self._written.set()
        self._tell(b"")

    def _tell(self, line: bytes) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdin.transport.is_closing():
            return
        # Where it has not read the last lines, it will come to them.
        if process.stdin.transport.get_write_buffer_size() < _MAX_WAITING:
            process.stdin.write(line + b"\n")

    async def _end(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _PATIENCE)
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
