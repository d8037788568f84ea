"""A POST that is sent again with its Idempotency-Key is obeyed once, whatever it does."""

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from queue import Queue
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from leadkeep.storage.database import Database
from leadkeep.storage.schema import leads, metadata
from tests.api.native.test_permissions import MATRIX, Sent
from tests.support.process import StartServer
from tests.support.server import Server
from tests.support.waiting import wait_until

POSTS = [path for method, path in MATRIX if method == "post"]
SHOWN_ONCE = {"/api/v2/keys", "/api/v2/endpoints", "/api/v2/endpoints/{endpoint_id}/rotate-secret"}
"""Routes whose answer holds a secret."""

COURIERS = {"deliveries", "attempts", "markers"}
"""Tables that the courier writes, whatever we do meanwhile."""

SAID = ("content-type", "location", "etag", "cache-control", "access-control-allow-origin")


def post(server: Server, path: str, sent: Sent, key: str, *, spaces: str = "") -> httpx.Response:
    """`spaces` make another body of the same meaning."""
    body = "" if sent.json is None else json.dumps(sent.json) + spaces
    headers = {**server.bearer("admin"), "Content-Type": "application/json", "Idempotency-Key": key}
    return server.client.post(path.format(**sent.path), content=body, headers=headers)


def new_key() -> str:
    return str(uuid.uuid4())


def rows(server: Server) -> dict[str, int]:
    with server.database.snapshot() as store:
        return {
            name: store.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
            if name not in COURIERS
        }


def said(answer: httpx.Response) -> tuple[Any, ...]:
    return (answer.status_code, answer.content, *(answer.headers.get(name) for name in SAID))


@pytest.mark.parametrize("path", POSTS)
def test_the_same_request_is_answered_the_same_and_stores_nothing(server: Server, path: str) -> None:
    sent, key = MATRIX["post", path][0](server), new_key()
    first = post(server, path, sent, key)
    assert first.is_success, first.text
    assert "idempotent-replayed" not in first.headers
    before = rows(server)
    again = post(server, path, sent, key)
    assert rows(server) == before
    if path in SHOWN_ONCE:
        assert again.status_code == 409
        assert "not kept" in again.json()["detail"]
    else:
        assert said(again) == said(first)
        assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("path", POSTS)
def test_another_body_with_the_same_key_is_refused(server: Server, path: str) -> None:
    prepare, key = MATRIX["post", path][0], new_key()
    assert post(server, path, prepare(server), key).is_success
    other = prepare(server)
    before = rows(server)
    answer = post(server, path, other, key, spaces=" ")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert rows(server) == before


@pytest.mark.parametrize("path", POSTS)
def test_the_same_key_on_another_route_is_refused(server: Server, path: str) -> None:
    key = new_key()
    assert post(server, path, MATRIX["post", path][0](server), key).is_success
    elsewhere = next(other for other in POSTS if other != path)
    answer = post(server, elsewhere, MATRIX["post", elsewhere][0](server), key)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize("path", POSTS)
def test_a_key_that_cannot_be_one_is_refused(server: Server, path: str) -> None:
    sent = MATRIX["post", path][0](server)
    before = rows(server)
    for key in ("", "x" * 201, "a b"):
        answer = post(server, path, sent, key)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert rows(server) == before


@pytest.mark.parametrize("path", POSTS)
def test_two_callers_do_not_meet_in_a_key(server: Server, path: str) -> None:
    key = new_key()
    for bots in (None, ["one"]):
        headers = server.bearer("admin", bots=bots) | {"Idempotency-Key": key}
        sent = MATRIX["post", path][0](server)
        answer = server.client.post(path.format(**sent.path), json=sent.json, headers=headers)
        assert answer.status_code != 422
        assert "idempotent-replayed" not in answer.headers


def test_what_was_refused_is_tried_anew(server: Server) -> None:
    bot, key = server.bot(), new_key()
    sent = Sent(json={"id": bot})
    assert post(server, "/api/v2/bots", sent, key).status_code == 409
    server.client.delete(f"/api/v2/bots/{bot}", headers=server.bearer("admin"))
    assert post(server, "/api/v2/bots", sent, key).status_code == 201


def test_a_lead_is_answered_as_it_was_captured_whatever_became_of_it(server: Server) -> None:
    sent, key = Sent(json={"bot_id": server.bot(), "attributes": {"b": 1, "a": 2.50}}), new_key()
    first = post(server, "/api/v2/leads", sent, key)
    with server.database.transaction() as store:
        change = {"name": "changed", "attributes": {}, "phone_type": "mobile"}
        store.execute(sa.update(leads).where(leads.c.id == first.json()["id"]).values(change))
    assert said(post(server, "/api/v2/leads", sent, key)) == said(first)


def test_a_deleted_lead_is_not_answered_again(server: Server) -> None:
    sent, key = Sent(json={"bot_id": server.bot()}), new_key()
    first = post(server, "/api/v2/leads", sent, key).json()
    with server.database.transaction() as store:
        store.execute(sa.delete(leads).where(leads.c.id == first["id"]))
    assert post(server, "/api/v2/leads", sent, key).json()["id"] != first["id"]


def test_a_token_that_was_shown_is_stored_nowhere(server: Server) -> None:
    sent = Sent(json={"name": "made", "permissions": ["read"]})
    token = post(server, "/api/v2/keys", sent, new_key()).json()["token"]
    with server.database.snapshot() as store:
        kept = store.execute(sa.select(metadata.tables["idempotency_keys"].c.answer)).scalars()
        assert token not in str(list(kept))


@contextmanager
def nothing_is_written(database: Database, table: str) -> Iterator[None]:
    """Holds up whoever writes to the table, while it may be read."""
    with database.transaction() as store:
        if database.dialect.name == "postgresql":
            store.execute(sa.text(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))
        yield


SLOW = [("/api/v2/bots", "bots"), ("/api/v2/leads", "leads"), ("/api/v2/leads/batch", "leads")]


def is_held_up(database: Database) -> bool:
    """Whether somebody waits for the table; only PostgreSQL tells."""
    if database.dialect.name == "sqlite":
        return True
    waiting = (
        "SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database"
        " WHERE NOT granted AND datname = current_database()"
    )
    with database.snapshot() as store:
        return store.execute(sa.text(waiting)).first() is not None


def race(servers: list[Server], path: str, table: str) -> tuple[httpx.Response, httpx.Response]:
    """The same request at each of two servers, while the first is under way; which answers first, and which
    second."""
    sent, key = MATRIX["post", path][0](servers[0]), new_key()
    answers: Queue[httpx.Response] = Queue()
    # The same caller at both.
    token = servers[0].token("admin")

    def run(server: Server) -> None:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        answers.put(
            httpx.post(f"{server.url}{path}", json=sent.json, headers=headers, trust_env=False, timeout=60)
        )

    threads = [threading.Thread(target=run, args=(server,)) for server in servers]
    with nothing_is_written(servers[0].database, table):
        threads[0].start()
        wait_until(lambda: is_held_up(servers[0].database))
        threads[1].start()
        first = answers.get(timeout=60)
    second = answers.get(timeout=60)
    for thread in threads:
        thread.join()
    return first, second


@pytest.mark.parametrize(("path", "table"), SLOW)
def test_a_request_that_is_under_way_is_not_waited_for(server: Server, path: str, table: str) -> None:
    first, second = race([server, server], path, table)
    assert (first.status_code, second.is_success) == (409, True)
    assert "under way" in first.json()["detail"]


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_nor_is_one_in_another_process(start_server: StartServer, migrated_url: str) -> None:
    with ExitStack() as opened:
        servers = [opened.enter_context(closing(Server(start_server(migrated_url)))) for _ in range(2)]
        for path, table in SLOW:
            first, second = race(servers, path, table)
            assert (first.status_code, second.is_success) == (409, True), path
            assert "under way" in first.json()["detail"]


def test_a_deleted_note_is_not_shown_again(server: Server) -> None:
    lead = server.client.post(
        "/api/v2/leads", json={"bot_id": server.bot()}, headers=server.bearer("admin")
    ).json()
    path, key = f"/api/v2/leads/{lead['id']}/notes", new_key()
    sent = Sent(json={"text": "her other number"})
    note = post(server, path, sent, key).json()
    server.client.delete(f"{path}/{note['id']}", headers=server.bearer("admin")).raise_for_status()
    again = post(server, path, sent, key)
    assert again.status_code == 409
    assert "her other number" not in again.text


def test_a_merge_is_undone_whoever_is_gone_and_says_nothing_of_them(server: Server) -> None:
    headers, bot_id = server.bearer("admin"), server.bot()

    def captured(email: str) -> dict[str, Any]:
        sent = {"bot_id": bot_id, "email": email}
        lead: dict[str, Any] = server.client.post("/api/v2/leads", json=sent, headers=headers).json()
        return lead

    one, other = captured(f"{new_key()}@example.com"), captured(f"{new_key()}@example.com")
    sent = Sent(
        json={"person_id": one["person_id"], "other_id": other["person_id"], "reason": "her other address"}
    )
    merging = new_key()
    merge = post(server, "/api/v2/merges", sent, merging).json()
    server.client.delete(f"/api/v2/leads/{one['id']}", headers=headers).raise_for_status()
    undoing = new_key()
    undone = [post(server, f"/api/v2/merges/{merge['id']}/undo", Sent(), undoing) for _ in range(2)]
    assert [answer.status_code for answer in undone] == [200, 200]
    assert undone[0].content == undone[1].content
    assert "her other address" not in undone[0].text
    assert post(server, "/api/v2/merges", sent, merging).status_code == 409
