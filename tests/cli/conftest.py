"""The command on a database, or on none."""

from pathlib import Path

import pytest

from tests.support.command import Command


@pytest.fixture
def bare(tmp_path: Path) -> Command:
    """Knows of no database."""
    return Command(tmp_path)


@pytest.fixture
def leadkeep(tmp_path: Path, migrated_url: str) -> Command:
    """On a database with today's schema; the fixture `database` is open on the same one."""
    return Command(tmp_path, LEADKEEP_DATABASE_URL=migrated_url)
