"""Merging, parting and deleting, killed after whichever statement: all of it is there, or none of it."""

import signal
import subprocess
import sys
from typing import Any

import pytest
import sqlalchemy as sa

from leadkeep.actions.capture import Capture, capture, new_lead
from leadkeep.actions.merge_people import merge_people
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.lead import Lead, NewLead
from leadkeep.storage.database import Database
from leadkeep.storage.schema import leads, merges, people, person_keys, sessions
from tests.support.people import assert_whole

pytestmark = pytest.mark.faults

# For each number of statements a process of its own, forked before anything is open, which kills itself after
# so many of the action's. The first that gets through to the end of the transaction is the last.
KILLED = """
import os, signal, sys
from contextlib import closing
from itertools import count
import sqlalchemy as sa
from leadkeep.actions.delete_person import delete_person
from leadkeep.actions.merge_people import merge_people
from leadkeep.actions.undo_merge import undo_merge
from leadkeep.domain.access import OPERATOR
from leadkeep.storage.database import Database

url, verb, *arguments = sys.argv[1:]
action = {"merge": merge_people, "undo": undo_merge, "delete": delete_person}[verb]

def run(statements):
    left = [statements]
    def count_down(*_):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    with closing(Database(url)) as database:
        with database.transaction() as store:
            sa.event.listen(database.engine, "after_cursor_execute", count_down)
            action(store, OPERATOR, *arguments, *([None] if verb == "merge" else []))
            # Everything is written, and nothing committed.
            os.kill(os.getpid(), signal.SIGKILL) if left[0] == 1 else None

for statements in count(1):
    child = os.fork()
    if child == 0:
        run(statements)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status), flush=True)
    sys.stdin.readline()
    if not os.WIFSIGNALED(status):
        break
"""


def captured(database: Database, email: str, count: int) -> Lead:
    new = NewLead(bot_id="bot", session_id=None, name="Ada", email=email, origin="test")
    with database.transaction() as store:
        stored = capture(store, [Capture(new_lead(new), makes_bot=True) for _ in range(count)])
    assert isinstance(stored[0], Lead)
    return stored[0]


def everything(database: Database) -> dict[str, Any]:
    """All rows that say whose leads are whose."""
    with database.snapshot() as store:
        return {
            table.name: sorted(map(str, store.execute(sa.select(table))))
            for table in (leads, people, person_keys, merges, sessions)
        }


@pytest.mark.parametrize("verb", ["merge", "undo", "delete"])
def test_what_is_killed_leaves_nothing_half_done(migrated_url: str, database: Database, verb: str) -> None:
    one, other, third = (captured(database, f"{name}@example.com", 3) for name in ("one", "other", "third"))
    with database.transaction() as store:
        merge_people(store, OPERATOR, str(other.person_id), str(third.person_id), None)
    merge_id = None
    if verb != "merge":
        with database.transaction() as store:
            merge_id = merge_people(store, OPERATOR, str(one.person_id), str(other.person_id), None).id
    arguments = {
        "merge": [str(one.person_id), str(other.person_id)],
        "undo": [str(merge_id)],
        "delete": [str(one.person_id)],
    }[verb]
    before = everything(database)
    command = [sys.executable, "-c", KILLED, migrated_url, verb, *arguments]
    ends: list[int] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        for line in process.stdout:
            ends.append(int(line))
            assert_whole(database)
            if ends[-1] == signal.SIGKILL:
                assert everything(database) == before
            process.stdin.write("\n")
            process.stdin.flush()
    assert len(ends) > 5
    assert ends == [signal.SIGKILL] * (len(ends) - 1) + [0]
    assert everything(database) != before
    with database.snapshot() as store:
        left = store.execute(sa.select(sa.func.count(sa.distinct(leads.c.person_id)))).scalar_one()
    assert left == {"merge": 1, "undo": 2, "delete": 0}[verb]
