"""The log: one JSON object a line, or lines for people where a person is watching.

What a visitor typed never gets in. An exception is logged as its type and the places it passed through; its
message is left out, because a database's message can quote the very row it is about.
"""

import atexit
import json
import logging
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor

from leadkeep.domain.errors import LeadkeepError

MAX_FRAMES = 50
"""Innermost frames kept of one exception: an endless recursion must not make an endless line."""


def configure_logs(level: str, *, stream: TextIO | None = None, gather: float = 0.0) -> None:
    """Set up structlog, and the standard library's logging through it, to write to `stream` or to stderr.

    For up to `gather` seconds lines wait to be written together; a warning or worse takes all of them along.
    """
    stream = sys.stderr if stream is None else stream
    sink = _Sink(stream, gather)
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _name_exceptions,
            *(_for_people() if sink.is_watched else [_as_json]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda name="leadkeep": _Line(name, sink),
        cache_logger_on_first_use=True,
    )
    _route_standard_logging(number)


RequestLog = Callable[[str, str, str, int, float, str], None]
"""Logs one request: its face, method, route, status, milliseconds and id."""


class _RequestLine(msgspec.Struct):
    time: str
    face: str
    method: str
    route: str
    status: int
    ms: float
    request_id: str
    level: str = "info"
    logger: str = "leadkeep.access"
    event: str = "request"


def request_log() -> RequestLog:
    """The log of requests: the same lines as any other's, for a tenth of the time where they are JSON."""
    line: _Line = structlog.get_config()["logger_factory"]("leadkeep.access")
    encode = msgspec.json.Encoder().encode
    if line.is_watched:
        return _log_for_people

    def log(face: str, method: str, route: str, status: int, ms: float, request_id: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line.info(encode(_RequestLine(now, face, method, route, status, ms, request_id)).decode())

    return log


def _log_for_people(face: str, method: str, route: str, status: int, ms: float, request_id: str) -> None:
    logger = structlog.get_logger("leadkeep.access")
    logger.info("request", face=face, method=method, route=route, status=status, ms=ms)


def exception_chain(error: BaseException) -> Iterator[BaseException]:
    """The error, then the members of a group, then what led to it."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
        before = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        if before is not None:
            waiting.append(before)


class _Sink:
    """Where lines go. Whatever happens to the log's reader, the work that is logged goes on.

    A write lets other threads in and waits for them to be done: one for each request would cost a busy server
    a fifth of its speed.
    """

    def __init__(self, stream: TextIO, gather: float) -> None:
        self.is_watched = stream.isatty()
        self._stream = stream
        self._gather = gather
        self._lock = threading.Lock()
        self._waiting: deque[str] = deque()
        self._timed = False
        if gather:
            atexit.register(self.flush)

    def add(self, line: str, *, urgent: bool) -> None:
        self._waiting.append(line)
        if urgent or not self._gather:
            self.flush()
        elif not self._timed:
            self._timed = True
            timer = threading.Timer(self._gather, self.flush)
            timer.daemon = True
            timer.start()

    def flush(self) -> None:
        """One write, so that the lines of several threads and processes do not mix."""
        with self._lock:
            self._timed = False
            lines = [self._waiting.popleft() for _ in range(len(self._waiting))]
            try:
                self._stream.write("".join(f"{line}\n" for line in lines))
                self._stream.flush()
            except (OSError, ValueError):
                pass


class _Line:
    """A logger by name."""

    def __init__(self, name: str, sink: _Sink) -> None:
        self.name = name
        self._sink = sink

    @property
    def is_watched(self) -> bool:
        """Whether a person reads along."""
        return self._sink.is_watched

    def info(self, line: str) -> None:
        self._sink.add(line, urgent=False)

    def error(self, line: str) -> None:
        self._sink.add(line, urgent=True)

    msg = log = debug = info
    warn = warning = critical = exception = fatal = error


def _for_people() -> list[Processor]:
    return [
        _add_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]


def _add_name(logger: _Line, method: str, event: EventDict) -> EventDict:
    event["logger"] = logger.name
    return event


_STAMP = structlog.processors.TimeStamper(fmt="iso", utc=True, key="time")
_ENCODER = msgspec.json.Encoder(enc_hook=lambda value: f"<{type(value).__name__}>", order=None)


def _as_json(logger: _Line, method: str, event: EventDict) -> str:
    line = {**_STAMP(logger, method, {}), "level": method, "logger": logger.name, **event}
    try:
        return _ENCODER.encode(line).decode()
    except (UnicodeEncodeError, TypeError, ValueError):
        # Lone surrogates and odd keys: JSON can say them, only slower.
        return json.dumps(line, skipkeys=True, default=lambda value: f"<{type(value).__name__}>")


def _name_exceptions(logger: _Line, method: str, event: EventDict) -> EventDict:
    error = _exception_of(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = "\n".join(_described(one) for one in exception_chain(error))
    return event


def _exception_of(given: Any) -> BaseException | None:
    if isinstance(given, tuple):
        given = given[1]
    return given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None


def _described(error: BaseException) -> str:
    kind = type(error)
    message = f": {error.message}" if isinstance(error, LeadkeepError) else ""
    return "\n".join([f"{kind.__module__}.{kind.__qualname__}{message}", *_frames(error.__traceback__)])


def _frames(traceback: TracebackType | None) -> list[str]:
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"  {code.co_filename}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return frames[-MAX_FRAMES:]


class _ToStructlog(logging.Handler):
    """Passes on what libraries log."""

    def emit(self, record: logging.LogRecord) -> None:
        # Further lines hold what the first one speaks of, such as asyncio's repr of a failed task.
        event = record.getMessage().partition("\n")[0]
        level = record.levelno // 10 * 10
        structlog.get_logger(record.name).log(level, event, exc_info=record.exc_info)


def _route_standard_logging(level: int) -> None:
    # A failure to log would be printed with the values that were to be logged.
    logging.raiseExceptions = False
    # Other libraries' chatter names URLs and statements; uvicorn's access log names paths.
    logging.basicConfig(handlers=[_ToStructlog()], level=max(level, logging.WARNING), force=True)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).setLevel(level)
    logging.getLogger("uvicorn.access").disabled = True
