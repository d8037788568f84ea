"""Hand-overs are claimed, answered and ended by those who may, and everybody sees it at once."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx

from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.request_handover import request_handover
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.message import NewMessage, Role
from leadkeep.storage import handovers
from tests.console.conftest import MakePerson
from tests.support.console import Person
from tests.support.server import Server

SESSION = "a/b%2F ü?#<i>"
HERE = quote(SESSION, safe="")


def ask(server: Server, bot_id: str, session_id: str = SESSION, reason: str = "Help") -> None:
    with server.database.transaction() as store:
        request_handover(store, OPERATOR, bot_id, session_id, reason)


def test_the_way_of_a_handover(server: Server, person: MakePerson) -> None:
    bot_id = server.bot(escalate_after=5)
    ask(server, bot_id, reason="<script>alert(1)</script>")
    ada, bob = person("agent", [bot_id]), person("agent", [bot_id])
    path = f"/sessions/{bot_id}/{HERE}"
    page = ada.get("/handovers")
    assert f'href="{path}"' in page
    assert "<script>alert" not in page
    assert ada.post(f"{path}/claim").headers["location"] == path
    bob.post(f"{path}/claim")
    assert f"{ada.user.name} claimed this at" in bob.get("/handovers")
    ada.post(f"{path}/answer", text="I am here")
    with server.database.snapshot() as store:
        current = handovers.open_of(store, bot_id, SESSION)
    assert current is not None
    assert current.answered_at is not None
    assert "answered after" in ada.get("/handovers?mine=1")
    assert "I am here" in ada.get(path)
    ada.post(f"{path}/resolve")
    bob.post(f"{path}/return")
    assert "Somebody else has ended this already" in bob.get(path)
    bob.post(f"{path}/handover", reason="Once more")
    assert "Once more" in bob.get("/handovers")


def test_viewers_only_look_and_others_see_nothing(server: Server, person: MakePerson) -> None:
    bot_id = server.bot()
    ask(server, bot_id)
    path = f"/sessions/{bot_id}/{HERE}"
    viewer, stranger = person("viewer", [bot_id]), person("agent", [server.bot()])
    assert "/claim" not in viewer.get("/handovers")
    for verb in ("claim", "return", "resolve", "answer", "handover"):
        viewer.post(f"{path}/{verb}", 403, text="x")
        stranger.post(f"{path}/{verb}", 404, text="x")
    assert bot_id not in stranger.get("/handovers")
    stranger.get(f"/handovers?bot={bot_id}", 404)
    stranger.get(f"/live/handovers?bot={bot_id}", 404)


async def changes(person: Person) -> AsyncIterator[None]:
    """Something for each change that the stream tells of, beginning with its start."""
    async with (
        httpx.AsyncClient(cookies=person.client.cookies, trust_env=False, timeout=20) as client,
        client.stream("GET", f"{person.client.base_url}/live/handovers") as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            if line.startswith(("retry:", "event: changed")):
                yield


def test_the_queue_is_live_until_the_sign_in_ends(server: Server, person: MakePerson) -> None:
    bot_id = server.bot()
    ada, bob = person("agent", [bot_id]), person("agent", [bot_id])
    path = f"/sessions/{bot_id}/{HERE}"

    def answer_by_key() -> None:
        with server.database.transaction() as store:
            append_messages(store, OPERATOR, bot_id, SESSION, [NewMessage(role=Role.AGENT, text="Hi")])

    async def watch() -> None:
        stream = changes(ada)
        await anext(stream)
        bob.form_token()
        for act in (
            lambda: bob.post(f"{path}/handover"),
            lambda: bob.post(f"{path}/claim"),
            answer_by_key,
            lambda: bob.post(f"{path}/resolve"),
        ):
            coming = asyncio.ensure_future(anext(stream))
            await asyncio.to_thread(act)
            await asyncio.wait_for(coming, 10)
        await asyncio.to_thread(ada.post, "/account/sign-out")
        async with asyncio.timeout(15):
            async for _ in stream:
                pass

    asyncio.run(watch())
