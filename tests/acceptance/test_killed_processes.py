"""A 200 means on disk: whatever is killed afterwards, the lead is there, and there once."""

import pytest

from leadkeep.storage.database import Database
from tests.support.load import Load
from tests.support.process import StartServer

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
    load.check(load.stored(process.url))


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
    load.check(load.stored(second.url))
