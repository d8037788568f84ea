"""The feed live: what happens reaches whoever may know of it, and nobody else."""

import httpx
import pytest

from leadkeep.actions.revoke_key import revoke_key
from leadkeep.domain.access import OPERATOR
from leadkeep.storage.database import Database
from tests.support.feed import Listener, listening
from tests.support.native import capture
from tests.support.process import StartServer
from tests.support.server import Server, make_token


def ids(listener: Listener, count: int) -> list[str]:
    return [heard.event["data"]["lead"]["id"] for heard in listener.wait_for(count)]


def test_a_lead_is_told_as_it_is_captured(server: Server) -> None:
    bot = server.bot()
    with listening(server.url, server.bearer("read"), bot=bot) as listener:
        assert listener.headers["content-type"].startswith("text/event-stream")
        assert listener.headers["cache-control"] == "no-store"
        leads = [capture(server, bot)["id"] for _ in range(3)]
        assert ids(listener, 3) == leads
        assert {heard.type for heard in listener.heard} == {"lead.captured"}


def test_only_what_was_asked_for_and_may_be_seen_is_told(server: Server) -> None:
    mine, other = server.bot(), server.bot()
    with listening(server.url, server.bearer("read", bots=[mine])) as covered:
        capture(server, other)
        lead = capture(server, mine)
        with listening(server.url, server.bearer("read"), bot=mine, types="lead.updated") as updates:
            path = f"/api/v2/leads/{lead['id']}"
            server.client.patch(path, json={"owner": "Ada"}, headers=server.bearer("admin"))
            assert ids(updates, 1) == [lead["id"]]
        assert ids(covered, 2) == [lead["id"]] * 2


def test_who_comes_back_goes_on_where_they_were(server: Server) -> None:
    bot = server.bot()
    with listening(server.url, server.bearer("read"), bot=bot) as listener:
        first = capture(server, bot)["id"]
        (heard,) = listener.wait_for(1)
    missed = [capture(server, bot)["id"] for _ in range(2)]
    headers = {**server.bearer("read"), "Last-Event-ID": heard.id}
    with listening(server.url, headers, bot=bot) as again:
        assert ids(again, 2) == missed
        live = capture(server, bot)["id"]
        assert ids(again, 3) == [*missed, live]
    assert first not in missed


def test_the_whole_feed_can_be_heard_from_the_beginning(server: Server) -> None:
    # Whose event is the feed's first, if this is the first test of all.
    capture(server, server.bot())
    bot = server.bot()
    leads = [capture(server, bot)["id"] for _ in range(5)]
    answer = server.client.get("/api/v2/events", params={"limit": 1}, headers=server.bearer("read"))
    after = answer.json()["next_cursor"]
    with listening(server.url, server.bearer("read"), bot=bot, after=after) as listener:
        assert ids(listener, 5) == leads


def test_a_stream_ends_with_its_key(server: Server) -> None:
    bot, token = server.bot(), make_token(server.database, "read")
    headers = {"Authorization": f"Bearer {token}"}
    me = server.client.get("/api/v2/me", headers=headers).json()["id"]
    with listening(server.url, headers, bot=bot) as listener:
        with server.database.transaction() as store:
            revoke_key(store, OPERATOR, me)
        while not listener.ended.is_set():
            capture(server, bot)
            listener.ended.wait(0.3)
        before = len(listener.heard)
    assert before < 30


@pytest.mark.parametrize("after", ["", "x", "W10", "WzFd" * 30])
def test_a_place_that_is_none_is_refused(server: Server, after: str) -> None:
    answer = server.client.get("/api/v2/stream", params={"after": after}, headers=server.bearer("read"))
    assert answer.status_code == 422


def test_a_token_holds_so_many_streams_and_no_more(
    migrated_url: str, database: Database, start_server: StartServer
) -> None:
    process = start_server(migrated_url)
    headers = {"Authorization": f"Bearer {make_token(database, 'read')}"}
    with httpx.Client(trust_env=False, timeout=30, limits=httpx.Limits(max_connections=200)) as client:
        held = []
        for _ in range(100):
            request = client.build_request("GET", f"{process.url}/api/v2/stream", headers=headers)
            held.append(client.send(request, stream=True))
        refused = client.get(f"{process.url}/api/v2/stream", headers=headers)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
        for answer in held:
            answer.close()
    # Streams that are open hold nothing up at the end.
    with listening(process.url, headers) as listener:
        assert process.terminate() == 0
        assert listener.ended.wait(10)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_what_one_server_writes_another_tells(
    migrated_url: str, database: Database, start_server: StartServer
) -> None:
    first, second = start_server(migrated_url), start_server(migrated_url)
    headers = {"Authorization": f"Bearer {make_token(database, 'capture', 'read')}"}
    with listening(second.url, headers) as listener:
        for number in range(3):
            body = {"bot_id": "shop", "session_id": f"s{number}"}
            answer = httpx.post(f"{first.url}/api/v2/leads", json=body, headers=headers, trust_env=False)
            assert answer.status_code in {201, 404}, answer.text
        assert len(listener.wait_for(3)) == 3
