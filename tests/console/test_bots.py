"""Bots: who may make and change them, what of them is kept, and what is said where something is wrong."""

from html import unescape
from typing import Any
from uuid import uuid4

from leadkeep.actions.read_bots import get_bot
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.bot import Bot, FormChange, LeadForm
from tests.console.conftest import MakePerson
from tests.support.server import Server

HOSTILE = "<script>alert(1)</script>\"'&"
SETTINGS: dict[str, Any] = {
    "name": "Shop",
    "public": "on",
    "origins": "https://WWW.example.com/\r\n\r\nhttp://localhost:3000",
    "region": "DE",
    "own_contacts": "@Example.com\r\n+49 30 1234567",
    "escalate_after": "15",
    "form.enabled": "on",
    "form.title": "Hello\r\nthere",
    "form.success_message": "Thanks",
    "form.ask_email": "on",
}


def stored(server: Server, bot_id: str) -> Bot:
    with server.database.snapshot() as store:
        return get_bot(store, OPERATOR, bot_id)


def test_a_new_bot_gets_an_id_from_its_name(server: Server, person: MakePerson) -> None:
    owner, unique = person(), uuid4().hex[:8]
    answer = owner.post("/bots/new", name=f"Größe & Co {unique}")
    assert answer.headers["location"] == f"/bots/groesse-co-{unique}"
    assert stored(server, f"groesse-co-{unique}").name == f"Größe & Co {unique}"
    again = owner.post("/bots/new", 422, name="Other", id=f"groesse-co-{unique}").text
    assert "There is a bot with this id already." in again
    assert 'value="Other"' in again
    assert 'aria-describedby="id-wrong"' in owner.post("/bots/new", 422, name="客服").text
    assert 'aria-describedby="id-wrong"' in owner.post("/bots/new", 422, name="New").text
    assert 'aria-describedby="name-wrong"' in owner.post("/bots/new", 422, name=" ").text


def test_settings_are_kept_and_shown(server: Server, person: MakePerson) -> None:
    owner, bot_id = person(), server.bot()
    owner.post(f"/bots/{bot_id}", **SETTINGS)
    bot = stored(server, bot_id)
    assert bot.origins == ("https://www.example.com", "http://localhost:3000")
    assert bot.own_contacts == ("@example.com", "+49301234567")
    assert (bot.name, bot.public, bot.region, bot.extract, bot.escalate_after) == (
        "Shop",
        True,
        "DE",
        False,
        15,
    )
    form = LeadForm(title="Hello\nthere", success_message="Thanks", ask_name=False, ask_phone=False)
    assert bot.form == form
    page = owner.get(f"/bots/{bot_id}")
    assert "https://www.example.com\nhttp://localhost:3000</textarea>" in page
    # What was blank, or not ticked, is taken away.
    owner.post(f"/bots/{bot_id}", name="Shop")
    emptied = stored(server, bot_id)
    assert (emptied.public, emptied.origins, emptied.region, emptied.escalate_after) == (
        False,
        (),
        None,
        None,
    )


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    server: Server, person: MakePerson
) -> None:
    owner, bot_id = person(), server.bot(name="Before")
    for field, typed in (
        ("origins", "https://example.com/path"),
        ("own_contacts", "@example.com\nnobody"),
        ("escalate_after", "soon"),
        ("escalate_after", "0"),
        ("region", "ZZ"),
        ("form.title", "x" * 2001),
    ):
        page = owner.post(f"/bots/{bot_id}", 422, **SETTINGS | {"name": "After", field: typed}).text
        assert f'id="{field}-wrong"' in page, field
        assert 'value="After"' in page
        assert typed in unescape(page) or field == "region"
    assert stored(server, bot_id).name == "Before"


def test_snippets_name_this_server_and_the_bot(server: Server, person: MakePerson) -> None:
    bot_id = server.bot(public=True)
    page = unescape(person("viewer", [bot_id]).get(f"/bots/{bot_id}"))
    assert f"chatflowid: '{bot_id}'" in page
    assert f"apiHost: '{server.url}'" in page
    assert f"curl {server.url}/api/v2/leads" in page
    assert f"{server.url}/v1/get-conversation-ids/{bot_id}" in page


def test_whoever_is_no_owner_sees_their_bots_and_changes_none(server: Server, person: MakePerson) -> None:
    mine, other = server.bot(name="Mine"), server.bot(name="Other")
    agent = person("agent", [mine])
    listed = agent.get("/bots")
    assert f"/bots/{mine}" in agent.get("/bots?after=%00")
    assert (f"/bots/{mine}" in listed, other in listed, "/bots/new" in listed) == (True, False, False)
    page = agent.get(f"/bots/{mine}")
    assert ("<textarea" in page, 'action="/bots' in page) == (False, False)
    agent.get(f"/bots/{other}", 404)
    agent.get("/bots/new", 403)
    agent.post("/bots/new", 403, name="x")
    agent.post(f"/bots/{mine}", 403, **SETTINGS)
    agent.post(f"/bots/{mine}/delete", 403)
    assert stored(server, mine).name == "Mine"


def test_only_an_empty_bot_is_deleted(server: Server, person: MakePerson) -> None:
    owner, empty, full = person(), server.bot(), server.bot()
    server.client.post("/api/v2/leads", json={"bot_id": full}, headers=server.bearer("capture"))
    assert "This bot was not deleted" in owner.post(f"/bots/{full}/delete", 409).text
    assert f'action="/bots/{full}/delete"' not in owner.get(f"/bots/{full}")
    assert f'action="/bots/{empty}/delete"' in owner.get(f"/bots/{empty}")
    assert owner.post(f"/bots/{empty}/delete").headers["location"] == "/bots"
    owner.get(f"/bots/{empty}", 404)


def test_hostile_settings_are_shown_as_text(server: Server, person: MakePerson) -> None:
    bot_id = server.bot(name=HOSTILE, form=FormChange(title=HOSTILE, success_message=HOSTILE))
    for role in ("owner", "viewer"):
        one = person(role)
        for path in ("/bots?after=bot-", f"/bots/{bot_id}"):
            page = one.get(path)
            assert "<script>alert" not in page
    assert HOSTILE in unescape(page)
