"""The open database: transactions for synchronous callers, one hop into a thread for asynchronous ones."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from random import uniform
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
import structlog

from leadkeep.domain.errors import ConflictError, LeadkeepError, UnavailableError
from leadkeep.storage import events
from leadkeep.storage.dialect import dialect_of, read_url
from leadkeep.storage.store import Store
from leadkeep.storage.writer_process import Work, WriterProcess

P = ParamSpec("P")
T = TypeVar("T")

_log = structlog.get_logger("leadkeep.storage")
_TRIES = 3


class Database:
    """Opens nothing until it is used; `close` ends its threads and connections.

    `apart`: the actions, each standing in a module, that `write` runs in a process of their own. It is forked
    here: see `WriterProcess` for when that may be. `on_write`: what is called, on the event loop, whenever
    `write` has committed something.
    """

    def __init__(self, url: str, apart: Collection[Callable[..., Any]] = ()) -> None:
        self._apart = frozenset(apart)
        self.url = read_url(url)
        self.dialect = dialect_of(self.url)
        # Which loads the driver, and connects to nothing: both processes have it in the same memory.
        self.engine = self.dialect.create_engine(self.url)
        self._process = WriterProcess(partial(_writing, url)) if apart else None
        self.on_write: list[Callable[[], object]] = []
        self._writers = ThreadPoolExecutor(self.dialect.writers, "leadkeep-write")
        self._readers = ThreadPoolExecutor(self.dialect.readers, "leadkeep-read")
        self._on_loop: sa.Connection | None = None
        # Whom SQLite tells to wait for another process, it lets try again now and then, and not in turn.
        in_turn = self._process is not None and self.dialect.writers == 1
        self._turn: asyncio.Lock | nullcontext[None] = asyncio.Lock() if in_turn else nullcontext()

    @contextmanager
    def transaction(self) -> Iterator[Store]:
        """Everything inside is committed together, or not at all. Raises UnavailableError, ConflictError."""
        with self._translated(), self.engine.connect() as connection:
            writing = self.dialect.writing(connection)
            with writing.begin():
                store = Store(writing, self.dialect)
                yield store
                if store.told:
                    events.add(store, store.told)

    @contextmanager
    def snapshot(self) -> Iterator[Store]:
        """For reading: all of it is of one moment. Raises UnavailableError."""
        with self._translated(), self.engine.connect() as connection:
            reading = self.dialect.reading(connection)
            with reading.begin():
                yield Store(reading, self.dialect)

    async def write(self, action: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do as `run` does, on a writer thread or in the process apart. Writers queue fairly, in order of
        arrival."""
        async with self._turn:
            done = await self._written(action, *args, **kwargs)
        self._tell_written()
        return done

    def _tell_written(self) -> None:
        for tell in self.on_write:
            try:
                tell()
            except Exception as error:
                # It is on disk: whoever wrote it must not be told otherwise.
                _log.warning("write_not_told", error=type(error).__name__)

    async def _written(
        self, action: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self._process is not None and action in self._apart and not self._process.is_lost:
            done: T = await self._process.run((action, args, kwargs))
            return done
        run = partial(self.run, action, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._writers, run)

    def run(self, action: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the action in one transaction; again where the database took it back in favour of another."""
        for _ in range(_TRIES - 1):
            try:
                with self.transaction() as store:
                    return action(store, *args, **kwargs)
            except UnavailableError as error:
                if not self._is_lost_race(error):
                    raise
            # Not into the other one's arms again.
            time.sleep(uniform(0.01, 0.05))  # noqa: S311 - no secret
        with self.transaction() as store:
            return action(store, *args, **kwargs)

    async def read(self, action: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the action on a reader thread."""

        def run() -> T:
            with self.snapshot() as store:
                return action(store, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._readers, run)

    async def glance(
        self, action: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Like `read`, for one bounded index read: on the event loop itself where that is cheaper."""
        if not self.dialect.reads_on_loop:
            return await self.read(action, *args, **kwargs)
        with self._translated():
            if self._on_loop is None:
                self._on_loop = self.dialect.glancing(self.engine.connect())
            return action(Store(self._on_loop, self.dialect), *args, **kwargs)

    def notices(self) -> AsyncGenerator[None, None]:
        """Something for each time that a transaction of any process may have written events."""
        return self.dialect.notices(self.url)

    def close(self) -> None:
        if self._process is not None:
            self._process.close()
        self._writers.shutdown()
        self._readers.shutdown()
        if self._on_loop is not None:
            self._on_loop.close()
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise self._as_ours(error) from error

    def _is_lost_race(self, error: UnavailableError) -> bool:
        """Whether the database chose another transaction over this one: to try again may do."""
        return isinstance(error.__cause__, sa.exc.DBAPIError) and self.dialect.is_lost_race(error.__cause__)

    def _as_ours(self, error: sa.exc.DBAPIError) -> LeadkeepError | sa.exc.DBAPIError:
        if isinstance(error, sa.exc.IntegrityError):
            return ConflictError("This clashes with what is stored already")
        if not self.dialect.is_passing(error):
            return error
        _log.warning("database_unavailable", code=self.dialect.code_of(error))
        return UnavailableError("The database cannot take this right now; please try again", retry_after=2)


def _writing(url: str) -> Callable[[Work], Any]:
    """What the process apart does: work on a database that it opens itself."""
    database = Database(url)

    def run(work: Work) -> Any:
        action, args, kwargs = work
        return database.run(action, *args, **kwargs)

    return run
