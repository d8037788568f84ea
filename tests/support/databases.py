"""Databases for tests: as many as wanted, on either engine, empty or migrated."""

import shutil
import uuid
from functools import cached_property
from pathlib import Path
from typing import Protocol

from leadkeep.storage.database import Database
from leadkeep.storage.migrate import bring_up_to_date
from tests.support.postgres import PostgresServer


class Engine(Protocol):
    """Makes databases of one engine. Each method gives a URL."""

    name: str

    def empty(self) -> str: ...

    def migrated(self) -> str:
        """A copy of one that was migrated once: much cheaper than to migrate each."""

    def drop(self, url: str) -> None: ...


class SQLiteEngine:
    name = "sqlite"

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def empty(self) -> str:
        return f"sqlite:///{self._directory / uuid.uuid4().hex}.db"

    def migrated(self) -> str:
        url = self.empty()
        shutil.copyfile(_path(self._template), _path(url))
        return url

    def drop(self, url: str) -> None:
        for path in self._directory.glob(f"{_path(url).name}*"):
            path.unlink()

    @cached_property
    def _template(self) -> str:
        return _migrate(self.empty())


class PostgreSQLEngine:
    name = "postgresql"

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    def empty(self) -> str:
        return self._create("template0")

    def migrated(self) -> str:
        return self._create(self._template.rpartition("/")[2])

    def drop(self, url: str) -> None:
        self._server.run(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _create(self, template: str) -> str:
        name = f"test_{uuid.uuid4().hex}"
        self._server.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self._server.url(name)

    @cached_property
    def _template(self) -> str:
        return _migrate(self.empty())


def _migrate(url: str) -> str:
    database = Database(url)
    bring_up_to_date(database)
    database.close()
    return url


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
