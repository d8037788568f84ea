"""What all tests stand on: databases of both engines, and a real server on each."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from leadkeep.storage.database import Database
from tests.support.databases import Engine, PostgreSQLEngine, SQLiteEngine
from tests.support.forks import Zygote
from tests.support.postgres import PostgresServer
from tests.support.process import ServerProcess, StartServer
from tests.support.receiver import Receiver, receiver
from tests.support.server import Server

# Hundreds of processes are started here: where none may keep what it compiled, each compiles all of Leadkeep.
# `make clean` removes it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# How long an example takes says more about the machine than about us.
settings.register_profile("leadkeep", deadline=None, max_examples=50)
settings.load_profile("leadkeep")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One for each worker of the test run."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return SQLiteEngine(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_engine(postgres_server: PostgresServer) -> Engine:
    return PostgreSQLEngine(postgres_server)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def engine(engine_name: str, request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = request.getfixturevalue(f"{engine_name}_engine")
    return chosen


@pytest.fixture
def database_url(engine: Engine) -> Iterator[str]:
    """An empty database."""
    url = engine.empty()
    yield url
    engine.drop(url)


@pytest.fixture
def migrated_url(engine: Engine) -> Iterator[str]:
    """A database with today's schema and no rows."""
    url = engine.migrated()
    yield url
    engine.drop(url)


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """An open database with today's schema and no rows."""
    with closing(Database(migrated_url)) as opened:
        yield opened


@pytest.fixture(scope="session")
def sqlite_server(sqlite_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from _running(sqlite_engine.migrated(), tmp_path_factory.mktemp("server"))


@pytest.fixture(scope="session")
def postgresql_server(
    postgresql_engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    yield from _running(postgresql_engine.migrated(), tmp_path_factory.mktemp("server"))


@pytest.fixture
def server(engine_name: str, request: pytest.FixtureRequest) -> Server:
    """A running server that tests share, each with bots of its own."""
    chosen: Server = request.getfixturevalue(f"{engine_name}_server")
    return chosen


def _running(database_url: str, directory: Path) -> Iterator[Server]:
    # All tests come from one address; what the limits do is tested on servers of their own.
    generous = "1000000/minute"
    process = ServerProcess(
        database_url,
        directory / "log",
        public_rate_per_address=generous,
        public_rate_per_bot=generous,
        api_rate_per_key=generous,
        deliver_to="127.0.0.1",
    )
    try:
        process.start()
        with closing(Server(process)) as server:
            yield server
        code = process.terminate()
        assert code == 0, process.log.read_text()
    finally:
        process.kill()


@pytest.fixture(scope="session")
def server_zygote() -> Iterator[Zygote]:
    """Most of a server's start is imports, and many tests start one only to kill it."""
    with closing(Zygote("serve")) as zygote:
        yield zygote


@pytest.fixture
def start_server(tmp_path: Path, server_zygote: Zygote) -> Iterator[StartServer]:
    """Starts servers of the test's own, and ends whatever is left of them."""
    started: list[ServerProcess] = []
    number = count()

    def start(
        database_url: str,
        *,
        workers: int = 1,
        ready: bool = True,
        anew: bool = False,
        **settings: object,
    ) -> ServerProcess:
        process = ServerProcess(
            database_url,
            tmp_path / f"server-{next(number)}.log",
            # Workers are no forks: they import what is there under the name of the first process.
            zygote=None if anew or workers > 1 else server_zygote,
            workers=workers,
            **settings,
        )
        started.append(process)
        process.launch()
        if ready:
            process.wait_until_ready()
        return process

    yield start
    for process in started:
        process.kill()
        # Shown where the test fails.
        print(process.complaints())


@pytest.fixture
def hooks() -> Iterator[Receiver]:
    """A receiver of webhooks, of the test's own."""
    with receiver() as running:
        yield running
