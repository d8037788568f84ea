"""Finding leads over the native face: searched, filtered, sorted, counted."""

import uuid
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from leadkeep.storage import schema
from tests.api.native.test_leads import listed
from tests.support.conversations import Talk
from tests.support.native import LEADS, capture, fields_at_fault
from tests.support.server import Server


def names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [lead["name"] for lead in answer.json()["items"]]


def count(server: Server, **query: Any) -> httpx.Response:
    return server.client.get(f"{LEADS}/count", params=query, headers=server.bearer("read"))


def search(server: Server, q: str, bots: list[str] | None = None, **query: Any) -> Any:
    headers = server.bearer("read", bots=bots)
    answer = server.client.get("/api/v2/search", params={"q": q, **query}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def new_phone() -> str:
    """Nobody else's: a known one would make the lead a known person's."""
    return f"+4915{uuid.uuid4().int % 10**9:09}"


@pytest.fixture
def bot(server: Server) -> str:
    """A bot with three leads."""
    bot_id = server.bot()
    capture(
        server, bot_id, name="Zoë Müller", email="zoe@example.com", attributes={"plan": "pro", "seats": 3}
    )
    capture(server, bot_id, name="Ann", phone="+49 151 23456789")
    capture(server, bot_id, name="Anna Mulligan", email="not an address", attributes={"plan": "free"})
    return bot_id


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "MÜLLER"}, ["Zoë Müller"]),
        ({"q": "mull"}, ["Anna Mulligan", "Zoë Müller"]),
        ({"q": "mull ann"}, ["Anna Mulligan"]),
        ({"q": "6789"}, ["Ann"]),
        ({"q": "0151 / 234 567 89"}, ["Ann"]),
        ({"q": "zoe@example.com"}, ["Zoë Müller"]),
        ({"q": "nobody"}, []),
        ({"q": "ann", "sort": "best"}, ["Ann", "Anna Mulligan"]),
        ({"sort": "name"}, ["Ann", "Anna Mulligan", "Zoë Müller"]),
        ({"sort": "created"}, ["Zoë Müller", "Ann", "Anna Mulligan"]),
        ({"status": "new,won"}, ["Anna Mulligan", "Ann", "Zoë Müller"]),
        ({"status": "won"}, []),
        ({"origin": "native", "has_phone": "true"}, ["Ann"]),
        ({"has_email": "true", "valid_email": "false"}, ["Anna Mulligan"]),
        ({"attribute": "plan:pro"}, ["Zoë Müller"]),
        ({"attribute": "seats:3"}, ["Zoë Müller"]),
        ({"attribute": "plan:"}, []),
        ({"handed_over": "true"}, []),
        ({"owner": "ada"}, []),
        ({"tag": "vip"}, []),
        ({"changed_from": "2000-01-01T00:00:00Z", "changed_to": "2000-01-02T00:00:00Z"}, []),
    ],
)
def test_leads_are_found(server: Server, bot: str, query: dict[str, str], found: list[str]) -> None:
    assert names(listed(server, bot=bot, **query)) == found
    filters = {name: value for name, value in query.items() if name != "sort"}
    assert count(server, bot=bot, **filters).json() == {"count": len(found), "exact": True}


def test_leads_are_found_by_what_became_of_them(server: Server) -> None:
    bot_id = server.bot()
    talks = {name: Talk(server, bot_id) for name in ("waits", "is claimed", "was changed")}
    leads = {
        name: capture(server, bot_id, session_id=talk.session_id, name=name) for name, talk in talks.items()
    }
    talks["waits"].request()
    talks["is claimed"].request()
    talks["is claimed"].post("handover/claim")
    path, change = f"{LEADS}/{leads['was changed']['id']}", {"status": "won"}
    at = server.client.patch(path, json=change, headers=server.bearer("write", "read")).json()["changed_at"]
    for query, found in (
        ({"handed_over": "true"}, ["is claimed", "waits"]),
        ({"handed_over": "false"}, ["was changed"]),
        ({"waiting": "true"}, ["waits"]),
        ({"waiting": "false"}, ["was changed", "is claimed"]),
        ({"changed_from": at}, ["was changed"]),
        ({"changed_to": at}, ["is claimed", "waits"]),
    ):
        assert names(listed(server, bot=bot_id, **query)) == found, query
        assert count(server, bot=bot_id, **query).json()["count"] == len(found), query


@pytest.mark.parametrize("sort", ["-created", "created", "-changed", "changed", "name", "-name", "best"])
def test_pages_in_every_order_hold_every_lead_once(server: Server, bot: str, sort: str) -> None:
    query = {"bot": bot, "sort": sort, "q": "m", "limit": 1}
    whole = names(listed(server, **{**query, "limit": 200}))
    found: list[str] = []
    answer = listed(server, **query)
    while True:
        found += names(answer)
        if "link" not in answer.headers:
            break
        target = answer.headers["link"].partition(">")[0].lstrip("<")
        answer = server.client.get(target, headers=server.bearer("read"))
    assert found == whole
    assert len(set(found)) == len(found) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("q=", "q"),
        ("q=%3F%21", "q"),
        ("q=%00", "q"),
        (f"q={'+'.join('abcdefghijklmnopq')}", "q"),
        (f"q={'a' * 201}", "q"),
        ("q=a&q=b", "q"),
        ("status=open", "status"),
        ("status=", "status"),
        ("status=new,", "status"),
        ("status=new&status=won", "status"),
        ("owner=", "owner"),
        ("tag=", "tag"),
        ("origin=", "origin"),
        ("changed_from=soon", "changed_from"),
        ("changed_to=2026-13-01T00:00:00Z", "changed_to"),
        ("has_email=yes", "has_email"),
        ("has_phone=1", "has_phone"),
        ("valid_email=", "valid_email"),
        ("valid_phone=True", "valid_phone"),
        ("handed_over=no", "handed_over"),
        ("waiting=x", "waiting"),
        ("attribute=plan", "attribute"),
        ("attribute=:pro", "attribute"),
    ],
)
def test_a_filter_that_breaks_a_rule_is_refused(server: Server, query: str, field: str) -> None:
    for path in (LEADS, f"{LEADS}/count"):
        answer = server.client.get(f"{path}?{query}", headers=server.bearer("read"))
        assert fields_at_fault(answer) == [field]


def test_an_order_that_breaks_a_rule_is_refused(server: Server) -> None:
    for sort in ("best", "newest", "", "+name", "id"):
        assert fields_at_fault(listed(server, sort=sort)) == ["sort"]
    assert fields_at_fault(count(server, sort="name")) == ["sort"]
    assert fields_at_fault(count(server, limit=5)) == ["limit"]


def test_a_cursor_holds_for_its_own_search_and_order_only(server: Server, bot: str) -> None:
    cursor = listed(server, bot=bot, q="m", sort="name", limit=1).json()["next_cursor"]
    for other in ({"q": "mu", "sort": "name"}, {"q": "m"}, {"q": "m", "sort": "-name"}, {"sort": "name"}):
        assert fields_at_fault(listed(server, bot=bot, cursor=cursor, **other)) == ["cursor"]


def test_a_search_finds_leads_and_their_people(server: Server) -> None:
    bot_id, phone = server.bot(), new_phone()
    word = bot_id.replace("-", "")
    email = f"{word}@example.com"
    first = capture(server, bot_id, name=f"{word} Q", email=email)
    second = capture(server, bot_id, name=f"{word} Quirin", email=email, phone=phone)
    found = search(server, word)
    assert found["leads"] == [second, first]
    assert found["people"] == [
        {
            "id": first["person_id"],
            "name": f"{word} Quirin",
            "email": email,
            "phone": phone,
            "lead_count": 2,
            "first_at": first["created_at"],
            "last_at": second["created_at"],
        }
    ]
    assert search(server, f"{word} q")["leads"] == [first, second]
    assert search(server, word, limit=1)["leads"] == [second]


def test_a_search_shows_nothing_of_bots_that_the_token_does_not_cover(server: Server) -> None:
    mine, theirs = server.bot(), server.bot()
    word = mine.replace("-", "")
    email = f"{word}@example.com"
    seen = capture(server, mine, name="Seen", email=email)
    capture(server, theirs, name="Hidden", email=email, phone=new_phone())
    assert len(search(server, word)["leads"]) == 2
    found = search(server, word, [mine])
    assert found["leads"] == [seen]
    (person,) = found["people"]
    assert (person["name"], person["phone"], person["lead_count"]) == ("Seen", None, 1)
    assert search(server, f"{word} hidden", [mine]) == {"leads": [], "people": []}
    assert search(server, word, [server.bot()]) == {"leads": [], "people": []}


def test_a_filter_finds_what_a_team_made_of_leads(server: Server, bot: str) -> None:
    lead_id = listed(server, bot=bot, q="zoe").json()["items"][0]["id"]
    leads = schema.leads
    with server.database.transaction() as store:
        worked_on = {"status": "won", "owner": "ada", "tags": ["vip"]}
        store.execute(sa.update(leads).where(leads.c.id == lead_id).values(worked_on))
        store.execute(sa.insert(schema.lead_tags).values(tag="vip", lead_id=lead_id))
    for query in ({"status": "won"}, {"owner": "ada"}, {"tag": "vip"}, {"status": "won", "owner": "ada"}):
        assert names(listed(server, bot=bot, **query)) == ["Zoë Müller"]
        assert count(server, bot=bot, **query).json() == {"count": 1, "exact": True}


def test_flags_of_a_change_of_many_are_true_and_false(server: Server) -> None:
    bot_id = server.bot()
    capture(server, bot_id, email="ada@example.com")
    capture(server, bot_id)
    for flag, matched in ((True, 1), (False, 1)):
        sent = {"filter": {"bot": bot_id, "has_email": flag}, "change": {"owner": "Grace"}}
        answer = server.client.patch("/api/v2/leads", json=sent, headers=server.bearer("read", "write"))
        assert answer.json()["matched"] == matched


@pytest.mark.parametrize("text", ["1", "True", "yes", ""])
def test_flags_of_a_query_are_true_and_false(server: Server, text: str) -> None:
    answer = server.client.get("/api/v2/leads", params={"has_email": text}, headers=server.bearer("read"))
    assert answer.status_code == 422
    assert answer.json()["detail"] == "has_email: must be one of true, false"
