"""People over the native face."""

import uuid
from typing import Any

import httpx
import pytest

from tests.support.native import capture
from tests.support.server import Server

PEOPLE = "/api/v2/people"
UNKNOWN = "01a20876-32c0-76e1-941d-bea12d116c5a"


def read(server: Server, path: str, bots: list[str] | None = None, **query: Any) -> httpx.Response:
    return server.client.get(path, params=query, headers=server.bearer("read", bots=bots))


def merge(server: Server, one: str, other: str, reason: str | None = None) -> dict[str, Any]:
    sent = {"person_id": one, "other_id": other, "reason": reason}
    answer = server.client.post("/api/v2/merges", json=sent, headers=server.bearer("write"))
    assert answer.status_code == 201
    done: dict[str, Any] = answer.json()
    return done


def delete(server: Server, path: str) -> None:
    answer = server.client.delete(path, headers=server.bearer("write"))
    assert (answer.status_code, answer.content) == (204, b"")


def address() -> str:
    return f"{uuid.uuid4().hex}@example.com"


def test_a_person_is_what_their_leads_say(server: Server) -> None:
    bot_id, other_bot, email = server.bot(), server.bot(), address()
    first = capture(server, bot_id, session_id="s1", name="Ada", email=email)
    last = capture(server, other_bot, session_id="s/2", name="Ada L", email=email.upper())
    assert last["person_id"] == first["person_id"]
    assert read(server, f"{PEOPLE}/{first['person_id']}").json() == {
        "id": first["person_id"],
        "name": "Ada L",
        "email": email.upper(),
        "phone": None,
        "lead_count": 2,
        "first_at": first["created_at"],
        "last_at": last["created_at"],
        "emails": [email],
        "phones": [],
        "bots": [other_bot, bot_id],
        "sessions": [
            {"bot_id": other_bot, "session_id": "s/2", "last_at": last["created_at"]},
            {"bot_id": bot_id, "session_id": "s1", "last_at": first["created_at"]},
        ],
    }


def test_a_token_for_named_bots_is_told_what_their_leads_say(server: Server) -> None:
    mine, theirs, email = server.bot(), server.bot(), address()
    lead = capture(server, mine, session_id="s", name="Ada", email=email)
    capture(server, theirs, session_id="t", name="Secret", email=email, phone="+49 151 12345678")
    path = f"{PEOPLE}/{lead['person_id']}"
    found = read(server, path, [mine]).json()
    assert (found["name"], found["phone"], found["lead_count"]) == ("Ada", None, 1)
    assert (found["last_at"], found["bots"], found["phones"]) == (lead["created_at"], [mine], [])
    assert [session["session_id"] for session in found["sessions"]] == ["s"]
    assert "Secret" not in read(server, "/api/v2/leads", [mine], person=lead["person_id"]).text
    assert read(server, path, [server.bot()]).status_code == 404


def test_the_leads_of_a_person_are_listed_by_any_id_of_theirs(server: Server) -> None:
    bot_id = server.bot()
    one, other = capture(server, bot_id, email=address()), capture(server, bot_id, email=address())
    capture(server, bot_id, email=address())
    done = merge(server, one["person_id"], other["person_id"])
    for person_id in (done["survivor_id"], done["absorbed_id"]):
        for bots in (None, [bot_id]):
            items = read(server, "/api/v2/leads", bots, person=person_id).json()["items"]
            assert [lead["id"] for lead in items] == [other["id"], one["id"]]
    assert read(server, "/api/v2/leads", person=UNKNOWN).json()["items"] == []
    assert read(server, "/api/v2/leads", person="nope").json()["errors"][0]["field"] == "person"


def test_people_are_listed_newest_lead_first_in_pages(server: Server) -> None:
    bot_id = server.bot()
    ids = [capture(server, bot_id, name=f"n{number}")["person_id"] for number in range(5)]
    first = read(server, PEOPLE, limit=2)
    found, answer = first.json()["items"], first
    while "next" in answer.links and len(found) < 6:
        answer = server.client.get(answer.links["next"]["url"], headers=server.bearer("read"))
        found += answer.json()["items"]
    assert [person["id"] for person in found][:5] == ids[::-1]
    assert [person["last_at"] for person in found] == sorted(
        (person["last_at"] for person in found), reverse=True
    )
    cursor = first.json()["next_cursor"]
    assert read(server, f"{PEOPLE}/{ids[0]}/merges", cursor=cursor).status_code == 422


def test_a_merge_says_what_why_and_by_whom_and_can_be_undone(server: Server) -> None:
    bot_id = server.bot()
    one = capture(server, bot_id, name="Ada", email=address())
    other = capture(server, bot_id, name="Ada L", email=address())
    done = merge(server, other["person_id"], one["person_id"], "Same voice")
    me = server.client.get("/api/v2/me", headers=server.bearer("write")).json()
    by = {"id": me["id"], "name": me["name"]}
    assert done == {
        "id": done["id"],
        "at": done["at"],
        "survivor_id": one["person_id"],
        "absorbed_id": other["person_id"],
        "reason": "Same voice",
        "lead_id": None,
        "merged_by": by,
        "undone_at": None,
        "undone_by": None,
    }
    absorbed = f"{PEOPLE}/{other['person_id']}"
    assert read(server, absorbed).json()["id"] == one["person_id"]
    undo = f"/api/v2/merges/{done['id']}/undo"
    undone = server.client.post(undo, headers=server.bearer("write")).json()
    assert undone == done | {"undone_at": undone["undone_at"], "undone_by": by}
    assert undone["undone_at"] >= done["at"]
    assert server.client.post(undo, headers=server.bearer("write")).status_code == 409
    for person_id in (one["person_id"], other["person_id"]):
        person = read(server, f"{PEOPLE}/{person_id}").json()
        assert (person["id"], person["lead_count"]) == (person_id, 1)
        assert read(server, f"{PEOPLE}/{person_id}/merges").json() == {"items": [undone], "next_cursor": None}


def test_the_merges_of_a_person_come_in_pages_newest_first(server: Server) -> None:
    bot_id, phone = server.bot(), f"+49151{uuid.uuid4().int % 10**8:08}"
    ada = capture(server, bot_id, phone=phone)
    made = []
    for _ in range(3):
        made.append(merge(server, ada["person_id"], capture(server, bot_id, email=address())["person_id"]))
    email = address()
    capture(server, bot_id, email=email)
    link = capture(server, bot_id, email=email, phone=phone)
    path = f"{PEOPLE}/{made[0]['absorbed_id']}/merges"
    answer = read(server, path, limit=3)
    found = answer.json()["items"]
    answer = server.client.get(answer.links["next"]["url"], headers=server.bearer("read"))
    found += answer.json()["items"]
    assert answer.json()["next_cursor"] is None
    assert [item["id"] for item in found[1:]] == [item["id"] for item in made[::-1]]
    assert (found[0]["lead_id"], found[0]["merged_by"]) == (link["id"], None)


def test_who_may_be_the_same_person_is_suggested_with_reasons(server: Server) -> None:
    bot_id, local, name = server.bot(), uuid.uuid4().hex, f"Ada {uuid.uuid4().hex}"
    one = capture(server, bot_id, name=name, email=f"{local}@example.com")
    other = capture(server, bot_id, name=name.upper(), email=f"{local}@web.example")
    answer = read(server, f"{PEOPLE}/{one['person_id']}/suggestions").json()
    person = read(server, f"{PEOPLE}/{other['person_id']}").json()
    shown = {name: person[name] for name in answer["items"][0]["person"]}
    assert answer == {"items": [{"person": shown, "reasons": ["same_name", "similar_email"]}]}


def test_what_is_deleted_is_not_found(server: Server) -> None:
    bot_id, email = server.bot(), address()
    first, second, third = (
        capture(server, bot_id, session_id=session_id, email=email) for session_id in ("a", "b", "c d")
    )
    person = f"{PEOPLE}/{first['person_id']}"
    delete(server, f"/api/v2/leads/{first['id']}")
    assert read(server, f"/api/v2/leads/{first['id']}").status_code == 404
    delete(server, f"/api/v2/bots/{bot_id}/sessions/c%20d")
    assert read(server, f"/api/v2/leads/{third['id']}").status_code == 404
    assert read(server, person).json()["lead_count"] == 1
    delete(server, person)
    assert (
        read(server, person).status_code == read(server, f"/api/v2/leads/{second['id']}").status_code == 404
    )
    for path in (person, f"/api/v2/leads/{first['id']}", f"/api/v2/bots/{bot_id}/sessions/a%20b"):
        assert server.client.delete(path, headers=server.bearer("write")).status_code == 404
    assert server.client.delete(person, headers=server.bearer("write")).status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"person_id": UNKNOWN, "other_id": UNKNOWN}, 404),
        ({"person_id": "nope", "other_id": UNKNOWN}, 404),
        ({"person_id": UNKNOWN}, 422),
        ({"person_id": UNKNOWN, "other_id": UNKNOWN, "reason": "x" * 2001}, 422),
        ({"person_id": UNKNOWN, "other_id": UNKNOWN, "by": "me"}, 422),
    ],
)
def test_a_merge_that_cannot_be_is_refused(server: Server, sent: Any, status: int) -> None:
    answer = server.client.post("/api/v2/merges", json=sent, headers=server.bearer("write"))
    assert answer.status_code == status
