"""Every event arrives at least once and in order, whatever is killed, hangs or lies."""

import os
import random
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from leadkeep.storage.database import Database
from leadkeep.storage.schema import deliveries
from tests.support.endpoints import make_endpoint, outcomes_of
from tests.support.process import ServerProcess, StartServer
from tests.support.receiver import Arrival, Receiver, receiver
from tests.support.server import make_token
from tests.support.tls import server_context
from tests.support.waiting import wait_until

pytestmark = pytest.mark.faults

LOCAL = "127.0.0.1"


@contextmanager
def client_of(process: ServerProcess, database: Database) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {make_token(database, 'admin')}"}
    with httpx.Client(
        base_url=f"{process.url}/api/v2", headers=headers, trust_env=False, timeout=60
    ) as client:
        yield client


def capture(client: httpx.Client, count: int, name: str = "s") -> list[str]:
    """The ids of so many new leads."""
    leads = [{"bot_id": "shop", "session_id": f"{name}{number}"} for number in range(count)]
    answer = client.post("/leads/batch", json={"leads": leads})
    assert answer.status_code == 200, answer.text
    return [item["lead"]["id"] for item in answer.json()["items"]]


def change(client: httpx.Client, lead_ids: list[str], **fields: Any) -> None:
    assert client.patch("/leads", json={"ids": lead_ids, "change": fields}).status_code == 200


def types_by_subject(arrivals: list[Arrival]) -> dict[str, list[str]]:
    """Of each lead what arrived of it, in order, without what arrived again."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for arrival in arrivals:
        event = arrival.event
        found[event["data"]["lead"]["id"]].setdefault(arrival.id, event["type"])
    return {subject: list(types.values()) for subject, types in found.items()}


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_every_event_arrives_in_order_over_twenty_kills(
    migrated_url: str, database: Database, start_server: StartServer, hooks: Receiver
) -> None:
    process = start_server(migrated_url, deliver_to=LOCAL)
    endpoint = make_endpoint(database, hooks.url())
    chance = random.Random(20)
    with client_of(process, database) as client:
        leads = [lead for part in range(2) for lead in capture(client, 500, f"p{part}-")]
        for part in range(0, 1_000, 500):
            change(client, leads[part : part + 500], owner="ada")
    for _ in range(20):
        goal = len(hooks.arrivals) + chance.randrange(10, 80)
        hooks.wait_for(partial(_enough, hooks, goal))
        process.kill()
        _expire_leases(database)
        process.start()
    arrivals = hooks.wait_for(lambda arrivals: len(hooks.ids) == 2_000)
    assert types_by_subject(arrivals) == {lead: ["lead.captured", "lead.updated"] for lead in leads}
    bodies = defaultdict(set)
    for arrival in arrivals:
        bodies[arrival.id].add(arrival.body)
    assert len(bodies) == 2_000
    assert all(len(body) == 1 for body in bodies.values())
    assert process.terminate() == 0
    assert set(outcomes_of(database, endpoint)) == {"ok"}


def _enough(hooks: Receiver, goal: int, arrivals: list[Arrival]) -> bool:
    return len(arrivals) >= goal or len(hooks.ids) == 2_000


def _expire_leases(database: Database) -> None:
    """Those of whoever was killed: the test need not wait for them."""
    leased = sa.update(deliveries).where(
        deliveries.c.leased_until.is_not(None), deliveries.c.finished_at.is_(None)
    )
    with database.transaction() as store:
        store.execute(leased.values(due_at=deliveries.c.created_at, leased_until=None))


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_two_servers_share_the_work_and_one_goes_on_alone(
    migrated_url: str, database: Database, start_server: StartServer, hooks: Receiver
) -> None:
    make_endpoint(database, hooks.url())
    first, second = start_server(migrated_url, deliver_to=LOCAL), start_server(migrated_url, deliver_to=LOCAL)
    with client_of(first, database) as one, client_of(second, database) as other:
        capture(one, 300, "a")
        capture(other, 300, "b")
        arrivals = hooks.wait_for_count(600)
        assert max(Counter(arrival.id for arrival in arrivals).values()) == 1
        hooks.answers = lambda arrival: 200
        first.kill()
        capture(other, 50, "c")
    hooks.wait_for_count(650)
    assert second.terminate() == 0


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_what_a_killed_server_had_in_hand_is_taken_over_after_its_lease(
    migrated_url: str, database: Database, start_server: StartServer, hooks: Receiver
) -> None:
    endpoint = make_endpoint(database, hooks.url("/hang"))
    first = start_server(migrated_url, deliver_to=LOCAL)
    with client_of(first, database) as client:
        capture(client, 1)
        (arrival,) = hooks.wait_for_count(1)
    second = start_server(migrated_url, deliver_to=LOCAL)
    first.kill()
    other = make_endpoint(database, hooks.url("/other"))
    with client_of(second, database) as client:
        capture(client, 1, "other")
    # The second has taken its turns, and left the first one's delivery alone.
    hooks.wait_for(lambda arrivals: {one.path for one in arrivals[1:]} == {"/hang", "/other"})
    assert [one.id for one in hooks.arrivals].count(arrival.id) == 1
    _expire_leases(database)
    hooks.wait_for(lambda arrivals: [one.id for one in arrivals].count(arrival.id) == 2)
    assert outcomes_of(database, endpoint) == []
    wait_until(lambda: outcomes_of(database, other) == ["ok"])


BAD = {
    "/hang": None,
    "/slow": None,
    "/endless": "ok",
    "/close": "closed",
    "/status/500": "http_500",
    "/redirect": "http_302",
}


def test_no_receiver_holds_up_another_or_captures(
    migrated_url: str, database: Database, start_server: StartServer, hooks: Receiver
) -> None:
    process = start_server(migrated_url, deliver_to=LOCAL)
    good = make_endpoint(database, hooks.url())
    bad = {path: make_endpoint(database, hooks.url(path)) for path in BAD}
    named = make_endpoint(database, "http://nothing.invalid/")
    inside = make_endpoint(database, hooks.url(host="[::1]"))
    with receiver(server_context("127.0.0.1")) as secure, client_of(process, database) as client:
        untrusted = make_endpoint(database, secure.url())
        leads = capture(client, 100)
        arrived = hooks.wait_for(lambda arrivals: sum(one.path == "/ok" for one in arrivals) >= 100)
        assert {one.event["data"]["lead"]["id"] for one in arrived if one.path == "/ok"} == set(leads)
        expected = {
            good.id: "ok",
            named.id: "dns_failed",
            inside.id: "blocked_address",
            untrusted.id: "tls_failed",
            **{bad[path].id: outcome for path, outcome in BAD.items() if outcome},
        }
        by_id = {one.id: one for one in (good, named, inside, untrusted, *bad.values())}
        wait_until(
            lambda: all(outcome in outcomes_of(database, by_id[one]) for one, outcome in expected.items())
        )
        assert capture(client, 1, "after")
        assert secure.arrivals == []
    for one, outcome in expected.items():
        assert set(outcomes_of(database, by_id[one])) == {outcome}
    assert process.terminate() == 0


def test_a_courier_that_is_killed_is_started_again(
    migrated_url: str, database: Database, start_server: StartServer, hooks: Receiver
) -> None:
    make_endpoint(database, hooks.url())
    process = start_server(migrated_url, deliver_to=LOCAL)
    with client_of(process, database) as client:
        capture(client, 10)
        hooks.wait_for_count(10)
        os.kill(process.courier, signal.SIGKILL)
        capture(client, 10, "later")
        hooks.wait_for_count(20)
    assert "courier_ended" in process.complaints()
    assert process.terminate() == 0


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_server_that_stops_leaves_no_courier_and_nothing_in_hand(
    migrated_url: str, database: Database, start_server: StartServer, hooks: Receiver
) -> None:
    make_endpoint(database, hooks.url("/hang"))
    process = start_server(migrated_url, deliver_to=LOCAL)
    with client_of(process, database) as client:
        capture(client, 3)
        hooks.wait_for_count(3)
    courier = process.courier
    assert process.terminate() == 0
    assert not Path(f"/proc/{courier}").exists()
    with database.snapshot() as store:
        leased = sa.select(sa.func.count()).where(deliveries.c.leased_until.is_not(None))
        assert store.execute(leased).scalar_one() == 0


def test_events_that_other_processes_wrote_are_delivered(
    migrated_url: str, database: Database, start_server: StartServer, hooks: Receiver
) -> None:
    from leadkeep.actions.request_handover import request_handover
    from leadkeep.domain.access import OPERATOR

    process = start_server(migrated_url, deliver_to=LOCAL)
    make_endpoint(database, hooks.url())
    with database.transaction() as store:
        request_handover(store, OPERATOR, "shop", "s1", "Asks for a person")
    (arrival,) = hooks.wait_for_count(1)
    assert arrival.event["type"] == "session.handed_over"
    assert process.terminate() == 0


def test_captures_and_deliveries_go_on_side_by_side(
    migrated_url: str, database: Database, start_server: StartServer, hooks: Receiver
) -> None:
    for _ in range(3):
        make_endpoint(database, hooks.url())
    process = start_server(migrated_url, deliver_to=LOCAL)
    with client_of(process, database) as client, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: capture(client, 50, f"t{number}-"), range(8)))
        arrivals = hooks.wait_for_count(1_200)
    assert Counter(Counter(arrival.id for arrival in arrivals).values()) == {3: 400}
    assert process.terminate() == 0
