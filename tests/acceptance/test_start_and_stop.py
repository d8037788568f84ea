"""Processes that come up together, and leave without losing what they took."""

import os
import signal
import socket
import time
from contextlib import closing

import pytest

from leadkeep.storage.database import Database
from tests.support.load import Load
from tests.support.process import StartServer

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("whole_group", [False, True])
def test_a_server_told_to_stop_under_load_answers_all_that_it_stored(
    migrated_url: str, database: Database, start_server: StartServer, whole_group: bool
) -> None:
    """Some init systems tell all processes of a service, some its first."""
    process = start_server(migrated_url)
    with Load(database, process.url, clients=32) as load:
        for _ in range(2):
            load.wait_for(100)
            assert process.terminate(whole_group=whole_group) == 0
            process.start()
    rows = load.stored(process.url)
    load.check(process.url)
    assert set(load.statuses) == {200}
    assert {row["email"] for row in rows} == load.acknowledged.keys()


def test_two_servers_started_at_once_on_an_empty_database_both_come_up(
    database_url: str, start_server: StartServer
) -> None:
    both = [start_server(database_url, ready=False, anew=True) for _ in range(2)]
    for process in both:
        process.wait_until_ready()
    with closing(Database(database_url)) as database:
        with Load(database, *(process.url for process in both), clients=4) as load:
            for process in both:
                load.wait_for(20, url=process.url)
        for process in both:
            load.check(process.url)
            assert process.terminate() == 0


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_several_workers_share_one_port_and_stop_together(
    migrated_url: str, database: Database, start_server: StartServer
) -> None:
    process = start_server(migrated_url, workers=2)
    with Load(database, process.url) as load:
        load.wait_for(200)
    load.check(process.url)
    assert set(load.statuses) == {200}
    assert process.terminate() == 0


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_workers_do_not_outlive_the_server_they_belong_to(
    migrated_url: str, start_server: StartServer
) -> None:
    process = start_server(migrated_url, workers=2)
    os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while accepts(process.port):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def accepts(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
