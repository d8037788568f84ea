"""A process of its own for the transactions that come most often.

Threads of one process share one interpreter: the thread that stores leads would wait at each of its steps for
the event loop that receives the next ones, and the other way round.
"""

import asyncio
import contextlib
import gc
import os
import pickle
import signal
import socket
import struct
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

import structlog

from leadkeep.domain.errors import LeadkeepError, UnavailableError

_log = structlog.get_logger("leadkeep.storage")
_LENGTH = struct.Struct("<I")
_PROTOCOL = pickle.HIGHEST_PROTOCOL
_STDERR = 2

Work = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
"""A function that stands in a module, and what it is to be called with."""


class WriterError(Exception):
    """What failed over there with an error that is not ours; its text is the error's type."""


class WriterProcess:
    """Forked at once: before this process has threads, and before it opens the database, which must not be
    taken over a fork (SQLite, "How To Corrupt", 2.6). What `start` makes over there is given each `Work`.

    It ends when this process does, however that ends, after the transaction at hand.
    """

    def __init__(self, start: Callable[[], Callable[[Work], Any]]) -> None:
        self._ours, theirs = socket.socketpair()
        # What is there stays, here and there: to look through it for garbage would copy every page of it.
        gc.collect()
        gc.freeze()
        self._pid = os.fork()
        if not self._pid:
            _serve(theirs, start)
        theirs.close()
        self._line: _Line | None = None
        self._connecting = asyncio.Lock()

    @property
    def is_lost(self) -> bool:
        return self._line is not None and self._line.is_lost

    async def run(self, work: Work) -> Any:
        """Raises what it raises, errors of others as WriterError; UnavailableError where the process is gone,
        with or without having done it."""
        line = self._line or await self._connected()
        done, result = pickle.loads(await line.ask(pickle.dumps(work, _PROTOCOL)))  # noqa: S301 - our own
        if not done:
            raise result
        return result

    async def _connected(self) -> "_Line":
        async with self._connecting:
            if self._line is None:
                loop = asyncio.get_running_loop()
                _, self._line = await loop.create_connection(_Line, sock=self._ours)
        return self._line

    def close(self) -> None:
        if self._line is not None:
            self._line.is_closing = True
        with contextlib.suppress(OSError):
            self._ours.shutdown(socket.SHUT_RDWR)
        self._ours.close()
        os.waitpid(self._pid, 0)


class _Line(asyncio.Protocol):
    """Requests go out at once, and answers come in the same order. Nobody waits for a turn of the event loop
    in between, which is long when it is busy: the process would stand idle meanwhile."""

    def __init__(self) -> None:
        self.is_lost = self.is_closing = False
        self._asked: deque[asyncio.Future[bytes]] = deque()
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    async def ask(self, request: bytes) -> bytes:
        if self.is_lost:
            raise _gone()
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        self._transport.write(_LENGTH.pack(len(request)) + request)
        return await answer

    def data_received(self, data: bytes) -> None:
        received = self._received
        received += data
        while len(received) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(received)[0]
            if len(received) < end:
                return
            answer = self._asked.popleft()
            # Whoever asked may have given up.
            if not answer.done():
                answer.set_result(bytes(received[_LENGTH.size : end]))
            del received[:end]

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True
        for answer in self._asked:
            if not answer.done():
                answer.set_exception(_gone())
        if not self.is_closing:
            _log.error("writer_process_lost", advice="restart the server to have its full speed back")
        self._asked.clear()


def _gone() -> UnavailableError:
    return UnavailableError("This may not have been stored; please try again", retry_after=1)


def _serve(theirs: socket.socket, start: Callable[[], Callable[[Work], Any]]) -> NoReturn:
    """The life of the process; whatever happens, it never returns into what it was forked from."""
    try:
        _settle_in(theirs.fileno())
        run = start()
        with theirs.makefile("rb") as requests, contextlib.suppress(ConnectionError):
            while (data := _next(requests)) is not None:
                answer = _answer(run, data)
                theirs.sendall(_LENGTH.pack(len(answer)) + answer)
    except Exception:
        _log.exception("writer_process_failed")
    finally:
        os._exit(0)


def _settle_in(keep: int) -> None:
    signal.set_wakeup_fd(-1)
    # Signals are for the process that waits for this one.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    # Nothing that it has open is to be held open here: least of all its port.
    for descriptor in (int(entry.name) for entry in Path("/dev/fd").iterdir()):
        if descriptor > _STDERR and descriptor != keep:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _next(requests: BinaryIO) -> bytes | None:
    head = requests.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = requests.read(length)
    return data if len(data) == length else None


def _answer(run: Callable[[Work], Any], data: bytes) -> bytes:
    try:
        return pickle.dumps((True, run(pickle.loads(data))), _PROTOCOL)  # noqa: S301 - from ours
    except LeadkeepError as error:
        return pickle.dumps((False, error), _PROTOCOL)
    except Exception as error:
        return pickle.dumps((False, WriterError(type(error).__name__)), _PROTOCOL)
