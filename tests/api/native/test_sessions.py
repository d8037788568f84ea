"""Sessions over the native face."""

import uuid
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.conversations import Talk
from tests.support.server import Server

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
EMPTY_UTM = {"source": None, "medium": None, "campaign": None, "term": None, "content": None}


def of(talk: Talk, query: str = "") -> list[Any]:
    """The sessions of a bot, from all pages, as a token for this bot alone is shown them."""
    headers = talk.server.bearer("read", bots=[talk.bot_id])
    answer = talk.server.client.get(f"/api/v2/sessions?{query}", headers=headers)
    items: list[Any] = answer.raise_for_status().json()["items"]
    while "next" in answer.links:
        answer = talk.server.client.get(answer.links["next"]["url"], headers=headers)
        items += answer.json()["items"]
    assert answer.json()["next_cursor"] is None
    return items


def test_a_session_is_opened_once_and_read_where_the_answer_says(server: Server) -> None:
    talk = Talk(server)
    made = talk.open(
        page_url="https://me:secret@www.example.com/a?utm_source=news",
        referrer="https://search.example/",
        utm={"term": "bot"},
        locale="de-DE",
        country="de",
        user_agent=FIREFOX,
    )
    assert made.status_code == 201
    assert set(made.json()) == {"id", "bot_id", "created_at"}
    again = talk.open(page_url="https://other.example/")
    assert (again.status_code, again.json()) == (200, made.json())
    read = server.client.get(made.headers["location"], headers=server.bearer("read")).json()
    assert read == {
        **made.json(),
        "lead_at": None,
        "name": None,
        "email": None,
        "phone": None,
        "page_url": "https://www.example.com/a?utm_source=news",
        "referrer": "https://search.example/",
        "utm": {**EMPTY_UTM, "source": "news", "term": "bot"},
        "locale": "de-DE",
        "country": "DE",
        "user_agent": FIREFOX,
        "browser": "Firefox",
        "os": "Linux",
        "device": None,
        "handed_over_at": None,
        "handover": None,
        "waiting_since": None,
        "current_handover": None,
    }
    del read["current_handover"]
    assert of(talk) == [read]


def test_a_session_without_an_id_is_told_the_one_it_got(server: Server) -> None:
    path = f"/api/v2/bots/{server.bot()}/sessions"
    made = server.client.post(path, json={}, headers=server.bearer("capture"))
    assert (made.status_code, made.headers["location"]) == (201, f"{path}/{made.json()['id']}")


def test_a_session_is_never_refused_for_its_visit(server: Server) -> None:
    talk = Talk(server)
    sent = {"page_url": "javascript:x", "referrer": "x" * 9_000, "locale": "-", "country": "T1"}
    assert talk.open(**sent, user_agent="\0" * 3).status_code == 201
    assert {name: talk.get().json()[name] for name in (*sent, "user_agent")} == dict.fromkeys(
        (*sent, "user_agent")
    )


def test_a_session_of_a_lead_knows_its_visitor_and_hides_them_from_who_only_captures(server: Server) -> None:
    talk = Talk(server)
    lead = {"bot_id": talk.bot_id, "session_id": talk.session_id, "name": "Ada", "phone": "+44 20 7946 0958"}
    server.client.post("/api/v2/leads", json=lead, headers=server.bearer("capture")).raise_for_status()
    session = talk.get().json()
    assert (session["name"], session["phone"]) == ("Ada", "+442079460958")
    assert session["utm"] == EMPTY_UTM
    assert session["lead_at"] is not None
    assert "Ada" not in talk.open(permission="capture").text


@pytest.mark.parametrize(
    "session_id",
    [
        "a/b",
        "/",
        "//",
        "a%2Fb",
        "%",
        "a b?c#d&e=f",
        "é漢👩‍👧",
        "..",
        "\u202e",
        "\r\nX: y",
        "\ufffd",
        "x" * 200,
    ],
)
def test_an_id_may_hold_any_character(server: Server, session_id: str) -> None:
    talk = Talk(server, session_id=session_id)
    location = talk.open().raise_for_status().headers["location"]
    assert location == talk.path
    # A client would take its dots for steps up.
    if session_id != "..":
        assert talk.get().json()["id"] == session_id
        talk.say("one", "two").raise_for_status()
        assert talk.get("/messages?limit=1").links["next"]["url"].startswith(f"{talk.path}/messages?")
        first = talk.get("/messages?limit=1")
        second = server.client.get(first.links["next"]["url"], headers=server.bearer("read"))
        assert [item["text"] for item in first.json()["items"] + second.json()["items"]] == ["one", "two"]
        assert talk.request().status_code == 201
    assert [item["id"] for item in of(talk)] == [session_id]


def test_an_encoded_nul_is_no_slash(server: Server) -> None:
    talk = Talk(server, session_id="a/b")
    talk.open()
    path = talk.path.replace("%2F", "%00")
    assert server.client.get(path, headers=server.bearer("read")).status_code == 404


def test_an_encoded_slash_is_part_of_an_id_on_other_routes_too(server: Server) -> None:
    answer = server.client.get(f"/api/v2/bots%2F{server.bot()}", headers=server.bearer("read"))
    assert answer.status_code == 404


def test_a_page_links_to_the_next(server: Server) -> None:
    bot_id = server.bot()
    talks = [Talk(server, bot_id, f"{number}/é") for number in range(3)]
    for talk in talks:
        talk.open()
    found = [item["id"] for item in of(talks[0], "limit=2")]
    assert sorted(found) == [talk.session_id for talk in talks]


def test_sessions_are_chosen_by_their_handover(server: Server) -> None:
    bot_id = server.bot()
    talks = [Talk(server, bot_id) for _ in range(2)]
    for talk in talks:
        talk.request("help")
    talks[1].post("handover/claim")
    (waiting,) = of(talks[0], "handover=waiting")
    assert waiting["id"] == talks[0].session_id
    assert waiting["waiting_since"] == waiting["handed_over_at"]
    (claimed,) = of(talks[0], "handover=claimed")
    assert (claimed["id"], claimed["waiting_since"]) == (talks[1].session_id, None)
    assert len(of(talks[0], "handed_over=true&is_lead=true")) == 2
    assert of(talks[0], "handed_over=false") == of(talks[0], "is_lead=false") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("handover=open", "handover"),
        ("handed_over=1", "handed_over"),
        ("is_lead=yes", "is_lead"),
        ("created_from=soon", "created_from"),
        ("bot=a/b", "bot"),
        ("sort=name", "sort"),
        ("limit=201", "limit"),
        ("cursor=AA", "cursor"),
    ],
)
def test_a_wrong_condition_is_named(server: Server, query: str, field: str) -> None:
    answer = server.client.get(f"/api/v2/sessions?{query}", headers=server.bearer("read"))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_cursor_holds_for_the_list_it_came_from(server: Server) -> None:
    talk = Talk(server)
    for _ in range(2):
        Talk(server, talk.bot_id).open()
    headers = server.bearer("read")
    page = server.client.get(f"/api/v2/sessions?bot={talk.bot_id}&limit=1", headers=headers).json()
    for query in ("is_lead=true", "handover=waiting", ""):
        params = f"cursor={quote(page['next_cursor'])}&{query}"
        assert server.client.get(f"/api/v2/sessions?{params}", headers=headers).status_code == 422


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"id": "\0"}, "session_id"),
        ({"page_url": 5}, "page_url"),
        ({"utm": {"utm_source": "x"}}, "utm.utm_source"),
        ({"name": "Ada"}, "name"),
    ],
)
def test_what_breaks_a_rule_is_named(server: Server, sent: Any, field: str) -> None:
    path = f"/api/v2/bots/{server.bot()}/sessions"
    answer = server.client.post(path, json=sent, headers=server.bearer("capture"))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_bot_is_made_on_the_fly_by_a_token_for_all(server: Server) -> None:
    new = f"bot-{uuid.uuid4()}"
    path = f"/api/v2/bots/{new}/sessions"
    assert server.client.post(path, json={}, headers=server.bearer("capture", bots=[new])).status_code == 404
    assert server.client.post(path, json={}, headers=server.bearer("capture")).status_code == 201
