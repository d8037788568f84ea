"""Work in a process of its own, as the server does it: forked by a process that has no threads yet."""

import subprocess
import sys

import pytest

_PRELUDE = """
import asyncio, os, signal, sys
from contextlib import closing
from leadkeep.domain.errors import ConflictError, InvalidError, UnavailableError
from leadkeep.storage import bots
from leadkeep.storage.database import Database
from leadkeep.storage.writer_process import WriterError
from tests.support.leads import START

def where(store): return os.getpid()
def add(store, bot_id, fail=None):
    bots.add_missing(store, [bot_id], START)
    if fail: raise fail
def has(store, bot_id): return bots.get(store, bot_id) is not None
def echo(store, data): return data
def hang(store): signal.pause()

database = Database(sys.argv[1], apart=[where, add, echo, hang])

async def refused(awaitable):
    try: await awaitable
    except Exception as error: return error
"""


def run(url: str, body: str) -> None:
    script = f"{_PRELUDE}\nasync def main():\n{body}\nwith closing(database):\n    asyncio.run(main())\n"
    done = subprocess.run([sys.executable, "-c", script, url], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_only_what_is_set_apart_runs_in_the_other_process(migrated_url: str) -> None:
    run(
        migrated_url,
        """
    assert await database.write(where) != os.getpid()
    assert await database.write(lambda store: os.getpid()) == os.getpid()
    await database.write(add, 'b')
    assert await database.read(has, 'b')
""",
    )


def test_an_error_comes_back_and_nothing_of_its_transaction_is_stored(migrated_url: str) -> None:
    run(
        migrated_url,
        """
    error = await refused(database.write(add, 'b', fail=ConflictError('No', {'claimed_by': 'ann'})))
    assert type(error) is ConflictError and error.message == 'No' and error.facts == {'claimed_by': 'ann'}
    error = await refused(database.write(add, 'b', fail=InvalidError('name', 'Too long')))
    assert type(error) is InvalidError and (error.field, error.message) == ('name', 'Too long')
    error = await refused(database.write(add, 'b', fail=ValueError('ada@example.com')))
    assert type(error) is WriterError and str(error) == 'ValueError'
    assert not await database.read(has, 'b')
""",
    )


def test_large_work_and_many_at_once_get_each_its_own_answer(migrated_url: str) -> None:
    run(
        migrated_url,
        """
    works = [str(number) * (1_000_000 if number % 10 == 0 else 1) for number in range(50)]
    assert await asyncio.gather(*(database.write(echo, work) for work in works)) == works
    given_up = asyncio.create_task(database.write(echo, 'nobody waits for this'))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await database.write(echo, 'mine') == 'mine'
""",
    )


def test_without_the_process_what_was_under_way_fails_and_the_rest_goes_on(migrated_url: str) -> None:
    run(
        migrated_url,
        """
    other = await database.write(where)
    under_way = [asyncio.create_task(database.write(hang)) for _ in range(1)]
    await asyncio.sleep(0.1)
    os.kill(other, signal.SIGKILL)
    assert [type(await refused(one)) for one in under_way] == [UnavailableError]
    assert await database.write(where) == os.getpid()
    await database.write(add, 'b')
    assert await database.read(has, 'b')
""",
    )


def test_it_outlives_the_signals_to_its_group_and_ends_with_the_database(migrated_url: str) -> None:
    run(
        migrated_url,
        """
    other = await database.write(where)
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(other, number)
    assert await database.write(where) == other
    database.close()
    try: os.kill(other, 0)
    except ProcessLookupError: os._exit(0)
    raise AssertionError('it is still there')
""",
    )


@pytest.mark.parametrize("fails", ["raise SystemExit", "os._exit(1)"])
def test_it_ends_with_the_process_it_came_from_however_that_ends(migrated_url: str, fails: str) -> None:
    # Waits for both: the other process holds stdout open for as long as it lives.
    done = subprocess.run(
        [sys.executable, "-c", f"{_PRELUDE}\nprint(os.getpid())\n{fails}", migrated_url],
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.stdout.strip().isdigit()
