"""The command on a database, or on none."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command import Command, Zygote, run_anew


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    with closing(Zygote(tmp_path_factory.mktemp("zygote"))) as started:
        yield started


@pytest.fixture
def bare(tmp_path: Path, zygote: Zygote) -> Command:
    """Knows of no database."""
    return Command(zygote, tmp_path)


@pytest.fixture
def started(tmp_path: Path) -> Command:
    """Begins with nothing imported, as for an operator; knows of no database."""
    return Command(run_anew, tmp_path)


@pytest.fixture
def leadkeep(tmp_path: Path, zygote: Zygote, migrated_url: str) -> Command:
    """On a database with today's schema; the fixture `database` is open on the same one."""
    return Command(zygote, tmp_path, LEADKEEP_DATABASE_URL=migrated_url)
