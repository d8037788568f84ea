"""A 200 means on disk: whatever is killed afterwards, the lead is there, and there once."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from leadkeep.storage.database import Database
from leadkeep.storage.schema import leads
from tests.support.command import Command, run_anew
from tests.support.load import PATIENCE, Load
from tests.support.process import StartServer
from tests.support.server import make_token

pytestmark = pytest.mark.faults


def test_no_acknowledged_lead_is_lost_over_ten_kills(
    migrated_url: str, database: Database, start_server: StartServer
) -> None:
    process = start_server(migrated_url)
    with Load(database, process.url) as load:
        for _ in range(10):
            load.wait_for(40)
            process.kill()
            process.start()
    assert len(load.acknowledged) >= 400
    assert set(load.statuses) == {200}
    load.check(process.url)


def test_a_server_of_which_only_the_listener_is_killed_can_be_started_again_at_once(
    migrated_url: str, database: Database, start_server: StartServer
) -> None:
    process = start_server(migrated_url)
    with Load(database, process.url) as load:
        for _ in range(3):
            load.wait_for(40)
            process.kill_first()
            process.start()
        load.wait_for(40)
    assert set(load.statuses) == {200}
    load.check(process.url)


def test_a_server_whose_writer_is_killed_goes_on_by_itself(
    migrated_url: str, database: Database, start_server: StartServer
) -> None:
    process = start_server(migrated_url)
    with Load(database, process.url) as load:
        load.wait_for(40)
        os.kill(process.writer, signal.SIGKILL)
        load.wait_for(200)
    assert set(load.statuses) <= {200, 503}
    assert load.without_retry_after == 0
    load.check(process.url)
    assert "writer_process_lost" in process.complaints()
    assert process.terminate() == 0


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_the_other_process_goes_on_when_one_is_killed(
    migrated_url: str, database: Database, start_server: StartServer
) -> None:
    first, second = start_server(migrated_url), start_server(migrated_url)
    with Load(database, first.url, second.url) as load:
        load.wait_for(50, url=first.url)
        load.wait_for(50, url=second.url)
        first.kill()
        load.wait_for(200, url=second.url)
    assert set(load.statuses) == {200}
    load.check(second.url)


def test_what_was_asked_with_a_key_happened_with_its_key_or_not_at_all(
    migrated_url: str, database: Database, start_server: StartServer
) -> None:
    """A bot made without its key would be a conflict when it is asked for again."""
    process = start_server(migrated_url)
    headers = {"Authorization": f"Bearer {make_token(database, 'admin')}"}
    batch = {"leads": [{"bot_id": "batch", "session_id": f"s{number}"} for number in range(1_000)]}
    bots = [f"bot-{number}" for number in range(120)]
    keys = [*bots[:40], "batch-1", *bots[40:80], "batch-2", *bots[80:]]
    with httpx.Client(base_url=process.url, headers=headers, trust_env=False, timeout=PATIENCE) as client:

        def ask(key: str) -> httpx.Response | None:
            path, body = ("leads/batch", batch) if key.startswith("batch") else ("bots", {"id": key})
            with suppress(httpx.TransportError):
                return client.post(f"/api/v2/{path}", json=body, headers={"Idempotency-Key": key})
            return None

        with ThreadPoolExecutor(4) as clients:
            asked = [clients.submit(ask, key) for key in keys]
            for number in (10, 41, 81):
                asked[number].result()
                process.kill()
                process.start()
        before, after, again = ([one.result() for one in asked], list(map(ask, keys)), list(map(ask, keys)))
    for first, second, third in zip(before, after, again, strict=True):
        assert second is not None
        assert third is not None
        assert second.is_success, second.text
        assert third.content == second.content
        assert first is None or first.content == second.content
    with database.snapshot() as store:
        assert store.execute(sa.select(sa.func.count()).select_from(leads)).scalar_one() == 2_000


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_command_beside_the_server_takes_nothing_with_it(
    migrated_url: str, start_server: StartServer, tmp_path: Path
) -> None:
    """Whoever closes a SQLite database last removes its log: a command must not take itself for the last."""
    with closing(Database(migrated_url)) as database:
        headers = {"Authorization": f"Bearer {make_token(database, 'capture')}"}
    process, leadkeep = start_server(migrated_url), Command(run_anew, tmp_path)
    for number in range(3):
        lead = {"bot_id": "shop", "session_id": f"s{number}"}
        answer = httpx.post(f"{process.url}/api/v2/leads", json=lead, headers=headers, trust_env=False)
        assert answer.status_code == 201
        leadkeep("keys", "list", "--database", migrated_url)
    process.kill()
    with closing(Database(migrated_url)) as database, database.snapshot() as store:
        assert store.execute(sa.select(sa.func.count()).select_from(leads)).scalar_one() == 3
