"""The command on a database, or on none."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command import Command, Run, RunForked, run_anew
from tests.support.forks import Zygote


@pytest.fixture(scope="session")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with closing(Zygote("commands")) as zygote:
        yield RunForked(zygote, tmp_path_factory.mktemp("written"))


@pytest.fixture
def bare(tmp_path: Path, forked: Run) -> Command:
    """Knows of no database."""
    return Command(forked, tmp_path)


@pytest.fixture
def started(tmp_path: Path) -> Command:
    """Begins with nothing imported, as for an operator; knows of no database."""
    return Command(run_anew, tmp_path)


@pytest.fixture
def leadkeep(tmp_path: Path, forked: Run, migrated_url: str) -> Command:
    """On a database with today's schema; the fixture `database` is open on the same one."""
    return Command(forked, tmp_path, LEADKEEP_DATABASE_URL=migrated_url)
