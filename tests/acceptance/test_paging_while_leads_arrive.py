"""Pages read one after the other, while another process stores leads."""

import subprocess
import sys

import pytest

from leadkeep.domain.lead import Lead, LeadFilter, Position, Sort
from leadkeep.domain.search import read_search
from leadkeep.storage import leads
from leadkeep.storage.database import Database
from tests.support.leads import SHAPE, a_lead, ids, put, rows_of

# Some newer than what is there, some older, some in between; a few in each transaction.
ARRIVING = """
import random, sys
from leadkeep.storage.database import Database
from tests.support.leads import a_lead, put
database = Database(sys.argv[1])
print("ready", flush=True)
for number in range(100_000):
    put(database, *(a_lead("b", name="Anna New", after_ms=random.randrange(-500, 2_000)) for _ in range(3)))
"""
COUNT = 400


@pytest.mark.parametrize("search", [None, "ann"])
@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST, Sort.LAST_CHANGED, Sort.A_TO_Z])
def test_no_lead_that_was_there_is_skipped_or_repeated(
    database: Database, migrated_url: str, sort: Sort, search: str | None
) -> None:
    there = [a_lead("b", name=f"Anna {number % 7}", after_ms=number // 2) for number in range(COUNT)]
    put(database, *there)
    wanted = LeadFilter(search=read_search(search, "q") if search else None)
    writer = subprocess.Popen([sys.executable, "-c", ARRIVING, migrated_url], stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        found = pages(database, wanted, sort)
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.communicate()
    assert len(set(found)) == len(found)
    assert in_order(found, there) == in_order([lead.id for lead in expected(there, sort)], there)


def pages(database: Database, wanted: LeadFilter, sort: Sort) -> list[str]:
    found: list[str] = []
    after: Position | None = None
    while True:
        with database.snapshot() as store:
            page = leads.page(store, wanted, SHAPE, after=after, limit=20, sort=sort)
        found += ids(rows_of(page))
        # The writer may keep ahead of a list that grows at its end.
        if page.next is None or len(found) > 20 * COUNT:
            return found
        after = page.next


def in_order(found: list[str], there: list[Lead]) -> list[str]:
    known = {lead.id for lead in there}
    return [lead_id for lead_id in found if lead_id in known]


def expected(there: list[Lead], sort: Sort) -> list[Lead]:
    if sort is Sort.A_TO_Z:
        return sorted(there, key=lambda lead: (lead.name or "", lead.id))
    return sorted(there, key=lambda lead: (lead.created_at, lead.id), reverse=sort is not Sort.OLDEST)
