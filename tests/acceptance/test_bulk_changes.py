"""A change to many leads is there whole or not at all, whatever is killed while it is made."""

import random
import threading
import time
from collections import Counter
from itertools import count

import httpx
import pytest
import sqlalchemy as sa

from leadkeep.actions.change_leads import MAX_LEADS
from leadkeep.storage.database import Database
from leadkeep.storage.schema import lead_changes, lead_tags, leads
from tests.support.leads import a_lead, put
from tests.support.load import PATIENCE
from tests.support.process import StartServer
from tests.support.server import make_token

pytestmark = pytest.mark.faults

KILLS = 4


class Changers:
    """Two clients that change the same leads over and over, each time to an owner and a tag of their own."""

    def __init__(self, url: str, token: str, ids: list[str]) -> None:
        self.acknowledged: set[str] = set()
        self.unexpected: list[str] = []
        self._ids = ids
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=PATIENCE,
        )
        self._number = count()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(2)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._client.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            name = f"o{next(self._number)}"
            change = {"ids": self._ids, "change": {"owner": name, "tags": [name]}}
            try:
                answer = self._client.patch("/api/v2/leads", json=change)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.json() == {"matched": MAX_LEADS, "changed": MAX_LEADS}:
                self.acknowledged.add(name)
            else:
                self.unexpected.append(answer.text)


def test_no_change_to_a_thousand_leads_is_half_done_over_many_kills(
    migrated_url: str, database: Database, start_server: StartServer
) -> None:
    new = [a_lead("shop", after_ms=number) for number in range(MAX_LEADS)]
    put(database, *new)
    process = start_server(migrated_url)
    changers = Changers(process.url, make_token(database, "write"), [lead.id for lead in new])
    changers.start()
    try:
        for _ in range(KILLS):
            before, deadline = len(changers.acknowledged), time.monotonic() + PATIENCE
            while len(changers.acknowledged) == before:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            # Somewhere in the middle of the next one.
            time.sleep(random.uniform(0, 0.15))
            process.kill()
            process.start()
    finally:
        changers.stop()
    assert changers.unexpected == []
    check(database, changers.acknowledged)


def check(database: Database, acknowledged: set[str]) -> None:
    with database.snapshot() as store:
        past = store.execute(sa.select(lead_changes.c.field, lead_changes.c.after)).all()
        tagged = Counter(row.tag for row in store.execute(sa.select(lead_tags.c.tag)))
        now = store.execute(sa.select(leads.c.owner, leads.c.version, leads.c.tags)).all()
    made = Counter(row.after for row in past if row.field == "owner")
    assert set(made.values()) == {MAX_LEADS}
    assert Counter(row.after[0] for row in past if row.field == "tags") == made
    assert acknowledged <= made.keys()
    assert len(acknowledged) >= KILLS
    (owner,) = {row.owner for row in now}
    assert owner in made
    assert {row.version for row in now} == {1 + len(made)}
    assert tagged == {owner: MAX_LEADS}
    assert {tuple(row.tags) for row in now} == {(owner,)}
