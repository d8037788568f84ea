"""Who may do what: every route of the native face, called by everyone who might."""

import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx
import pytest
import sqlalchemy as sa

from leadkeep.actions.create_key import create_key
from leadkeep.domain.access import OPERATOR, Permission
from leadkeep.domain.key import NewKey
from leadkeep.storage.schema import events
from tests.support.conversations import Talk
from tests.support.server import Server


class Sent(NamedTuple):
    """One request: what stands in the path's braces, the query, the body."""

    path: Mapping[str, str] = MappingProxyType({})
    query: Mapping[str, str] = MappingProxyType({})
    json: Any = None


def new_lead(server: Server) -> Sent:
    return Sent(json={"bot_id": server.bot()})


def new_leads(server: Server) -> Sent:
    return Sent(json={"leads": [new_lead(server).json]})


def of_bot(server: Server) -> Sent:
    return Sent(query={"bot": server.bot()})


def lead(server: Server) -> Sent:
    sent = server.client.post(
        "/api/v2/leads", json=new_lead(server).json, headers=server.bearer("capture", "read")
    )
    return Sent(path={"lead_id": sent.json()["id"]})


def lead_change(server: Server) -> Sent:
    return lead(server)._replace(json={"owner": "Grace"})


def leads_change(server: Server) -> Sent:
    return Sent(json={"ids": [lead(server).path["lead_id"]], "change": {"owner": "Grace"}})


def new_note(server: Server) -> Sent:
    return lead(server)._replace(json={"text": "hello"})


def note(server: Server) -> Sent:
    new = new_note(server)
    path = f"/api/v2/leads/{new.path['lead_id']}/notes"
    sent = server.client.post(path, json=new.json, headers=server.bearer("write"))
    return Sent(path={**new.path, "note_id": sent.json()["id"]})


def person_id(server: Server) -> str:
    headers = server.bearer("capture", "read")
    made = server.client.post("/api/v2/leads", json=new_lead(server).json, headers=headers)
    return str(made.json()["person_id"])


def person(server: Server) -> Sent:
    return Sent(path={"person_id": person_id(server)})


def two_people(server: Server) -> Sent:
    return Sent(json={"person_id": person_id(server), "other_id": person_id(server)})


def merge(server: Server) -> Sent:
    sent = two_people(server).json
    done = server.client.post("/api/v2/merges", json=sent, headers=server.bearer("write"))
    return Sent(path={"merge_id": done.json()["id"]})


def new_bot(server: Server) -> Sent:
    return Sent(json={"id": str(uuid.uuid4())})


def bot(server: Server) -> Sent:
    return Sent(path={"bot_id": server.bot()})


def bot_change(server: Server) -> Sent:
    return Sent(path={"bot_id": server.bot()}, json={"name": "changed"})


def new_session(server: Server) -> Sent:
    return Sent(path={"bot_id": server.bot()}, json={"id": "a/b"})


def session(server: Server) -> Sent:
    talk = Talk(server)
    talk.open()
    return Sent(path={"bot_id": talk.bot_id, "session_id": talk.session_id})


def message(server: Server) -> Sent:
    return session(server)._replace(json={"messages": [{"role": "bot", "text": "Hi"}]})


def handover(server: Server) -> Sent:
    return session(server)._replace(json={"reason": "help"})


def waiting(server: Server) -> Sent:
    talk = Talk(server)
    talk.request()
    return Sent(path={"bot_id": talk.bot_id, "session_id": talk.session_id})


def new_key(server: Server) -> Sent:
    return Sent(json={"name": "made", "permissions": ["read"]})


def key(server: Server) -> Sent:
    new = NewKey(name="to revoke", permissions=frozenset({Permission.READ}))
    with server.database.transaction() as store:
        return Sent(path={"key_id": create_key(store, OPERATOR, new)[0].id})


def new_endpoint(server: Server) -> Sent:
    # Of what hardly ever happens: the server is shared by all tests.
    return Sent(json={"url": "https://hooks.example.com/x", "types": ["person.unmerged"]})


def endpoint(server: Server) -> Sent:
    new = new_endpoint(server).json
    made = server.client.post("/api/v2/endpoints", json=new, headers=server.bearer("admin"))
    return Sent(path={"endpoint_id": made.json()["id"]})


def endpoint_change(server: Server) -> Sent:
    return endpoint(server)._replace(json={"description": "changed"})


def endpoint_past(server: Server) -> Sent:
    return endpoint(server)._replace(json={"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"})


def a_preview(server: Server) -> Sent:
    return Sent(json={"form": "slack"})


def an_event(server: Server) -> Sent:
    captured = lead(server).path["lead_id"]
    with server.database.snapshot() as store:
        found = store.execute(sa.select(events.c.id).where(events.c.subject == captured)).scalar_one()
    return Sent(path={"event_id": found})


def a_delivery(server: Server) -> Sent:
    made = endpoint(server).path["endpoint_id"]
    event = an_event(server).path["event_id"]
    again = f"/api/v2/endpoints/{made}/redeliver"
    server.client.post(again, json={"event_id": event}, headers=server.bearer("admin"))
    found = server.client.get(f"/api/v2/endpoints/{made}/deliveries", headers=server.bearer("admin"))
    return Sent(path={"delivery_id": str(found.json()["items"][0]["id"])})


def a_search(server: Server) -> Sent:
    return Sent(query={"q": "ada"})


def nothing(server: Server) -> Sent:
    return Sent()


# With no token and a wrong one; with each permission for all bots; with each for another bot.
CALLERS = ["none", "wrong", "capture", "read", "write", "admin"]
CALLERS += [f"other's {permission}" for permission in ("capture", "read", "write", "admin")]

BOT_SESSIONS = "/api/v2/bots/{bot_id}/sessions"
ENDPOINT = "/api/v2/endpoints/{endpoint_id}"
SESSION = f"{BOT_SESSIONS}/{{session_id}}"

MATRIX: dict[tuple[str, str], tuple[Callable[[Server], Sent], list[int]]] = {
    ("post", "/api/v2/leads"): (new_lead, [401, 401, 201, 403, 403, 201, 404, 403, 403, 404]),
    # A bot that the token does not cover is told of in the outcome of its lead.
    ("post", "/api/v2/leads/batch"): (new_leads, [401, 401, 200, 403, 403, 200, 200, 403, 403, 200]),
    ("get", "/api/v2/leads"): (of_bot, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("get", "/api/v2/leads/count"): (of_bot, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("get", "/api/v2/search"): (a_search, [401, 401, 403, 200, 403, 200, 403, 200, 403, 200]),
    ("get", "/api/v2/leads/{lead_id}"): (lead, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("post", BOT_SESSIONS): (new_session, [401, 401, 201, 403, 403, 201, 404, 403, 403, 404]),
    ("get", "/api/v2/sessions"): (of_bot, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("get", SESSION): (session, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("post", f"{SESSION}/messages"): (message, [401, 401, 200, 403, 403, 200, 404, 403, 403, 404]),
    ("get", f"{SESSION}/messages"): (session, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("post", f"{SESSION}/handover"): (handover, [401, 401, 201, 403, 201, 201, 404, 403, 404, 404]),
    ("post", f"{SESSION}/handover/claim"): (waiting, [401, 401, 403, 403, 200, 200, 403, 403, 404, 404]),
    ("post", f"{SESSION}/handover/return"): (waiting, [401, 401, 403, 403, 200, 200, 403, 403, 404, 404]),
    ("post", f"{SESSION}/handover/resolve"): (waiting, [401, 401, 403, 403, 200, 200, 403, 403, 404, 404]),
    ("get", f"{SESSION}/handovers"): (session, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    # The answer shows the lead, so writing it takes reading too.
    ("patch", "/api/v2/leads/{lead_id}"): (
        lead_change,
        [401, 401, 403, 403, 403, 200, 403, 403, 403, 404],
    ),
    ("patch", "/api/v2/leads"): (leads_change, [401, 401, 403, 403, 200, 200, 403, 403, 404, 404]),
    ("post", "/api/v2/leads/{lead_id}/notes"): (
        new_note,
        [401, 401, 403, 403, 201, 201, 403, 403, 404, 404],
    ),
    ("get", "/api/v2/leads/{lead_id}/notes"): (lead, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("delete", "/api/v2/leads/{lead_id}/notes/{note_id}"): (
        note,
        [401, 401, 403, 403, 204, 204, 403, 403, 404, 404],
    ),
    ("get", "/api/v2/leads/{lead_id}/history"): (lead, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("get", "/api/v2/counts"): (of_bot, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("delete", "/api/v2/leads/{lead_id}"): (lead, [401, 401, 403, 403, 204, 204, 403, 403, 404, 404]),
    # What a person is to all bots, only a token for all bots may know and change.
    ("get", "/api/v2/people"): (nothing, [401, 401, 403, 200, 403, 200, 403, 403, 403, 403]),
    ("get", "/api/v2/people/{person_id}"): (person, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("delete", "/api/v2/people/{person_id}"): (person, [401, 401, 403, 403, 204, 204, 403, 403, 403, 403]),
    ("get", "/api/v2/people/{person_id}/merges"): (
        person,
        [401, 401, 403, 200, 403, 200, 403, 403, 403, 403],
    ),
    ("get", "/api/v2/people/{person_id}/suggestions"): (
        person,
        [401, 401, 403, 200, 403, 200, 403, 403, 403, 403],
    ),
    ("post", "/api/v2/merges"): (two_people, [401, 401, 403, 403, 201, 201, 403, 403, 403, 403]),
    ("post", "/api/v2/merges/{merge_id}/undo"): (merge, [401, 401, 403, 403, 200, 200, 403, 403, 403, 403]),
    ("delete", "/api/v2/bots/{bot_id}/sessions/{session_id}"): (
        session,
        [401, 401, 403, 403, 204, 204, 403, 403, 404, 404],
    ),
    ("post", "/api/v2/bots"): (new_bot, [401, 401, 403, 403, 403, 201, 403, 403, 403, 403]),
    ("get", "/api/v2/bots"): (nothing, [401, 401, 403, 200, 403, 200, 403, 200, 403, 200]),
    ("get", "/api/v2/bots/{bot_id}"): (bot, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("patch", "/api/v2/bots/{bot_id}"): (bot_change, [401, 401, 403, 403, 403, 200, 403, 403, 403, 404]),
    ("delete", "/api/v2/bots/{bot_id}"): (bot, [401, 401, 403, 403, 403, 204, 403, 403, 403, 404]),
    # The key asked for holds for all bots, which is more than a key for another bot can give.
    ("post", "/api/v2/keys"): (new_key, [401, 401, 403, 403, 403, 201, 403, 403, 403, 403]),
    ("get", "/api/v2/keys"): (nothing, [401, 401, 403, 403, 403, 200, 403, 403, 403, 200]),
    ("delete", "/api/v2/keys/{key_id}"): (key, [401, 401, 403, 403, 403, 200, 403, 403, 403, 404]),
    # Events of all bots may be told to those only who may know of all bots.
    ("post", "/api/v2/endpoints"): (new_endpoint, [401, 401, 403, 403, 403, 201, 403, 403, 403, 403]),
    ("get", "/api/v2/endpoints"): (nothing, [401, 401, 403, 403, 403, 200, 403, 403, 403, 200]),
    ("get", ENDPOINT): (endpoint, [401, 401, 403, 403, 403, 200, 403, 403, 403, 404]),
    ("patch", ENDPOINT): (endpoint_change, [401, 401, 403, 403, 403, 200, 403, 403, 403, 404]),
    ("delete", ENDPOINT): (endpoint, [401, 401, 403, 403, 403, 204, 403, 403, 403, 404]),
    ("post", f"{ENDPOINT}/rotate-secret"): (endpoint, [401, 401, 403, 403, 403, 200, 403, 403, 403, 404]),
    ("post", f"{ENDPOINT}/test"): (endpoint, [401, 401, 403, 403, 403, 202, 403, 403, 403, 404]),
    ("post", f"{ENDPOINT}/redeliver"): (
        endpoint_past,
        [401, 401, 403, 403, 403, 202, 403, 403, 403, 404],
    ),
    ("get", f"{ENDPOINT}/deliveries"): (endpoint, [401, 401, 403, 403, 403, 200, 403, 403, 403, 404]),
    ("post", "/api/v2/endpoints/preview"): (a_preview, [401, 401, 403, 403, 403, 200, 403, 403, 403, 200]),
    ("get", "/api/v2/deliveries/{delivery_id}/attempts"): (
        a_delivery,
        [401, 401, 403, 403, 403, 200, 403, 403, 403, 404],
    ),
    ("get", "/api/v2/leads/{lead_id}/deliveries"): (lead, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("get", "/api/v2/events/{event_id}/deliveries"): (
        an_event,
        [401, 401, 403, 200, 403, 200, 403, 404, 403, 404],
    ),
    ("get", "/api/v2/events"): (of_bot, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("get", "/api/v2/stream"): (of_bot, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("get", "/api/v2/events/samples"): (nothing, [401, 401, 403, 200, 403, 200, 403, 200, 403, 200]),
    ("get", "/api/v2/events/{event_id}"): (an_event, [401, 401, 403, 200, 403, 200, 403, 404, 403, 404]),
    ("get", "/api/v2/me"): (nothing, [401, 401, 200, 200, 200, 200, 200, 200, 200, 200]),
}


def headers_of(server: Server, caller: str) -> dict[str, str]:
    if caller == "none":
        return {}
    if caller == "wrong":
        return {"Authorization": "Bearer lk_wrong"}
    permission = caller.removeprefix("other's ")
    return server.bearer(permission, bots=["another-bot"] if permission != caller else None)


def send(server: Server, method: str, path: str, sent: Sent, headers: dict[str, str]) -> httpx.Response:
    target, params = path.format(**sent.path), dict(sent.query)
    # The body of a stream has no end.
    with server.client.stream(method, target, params=params, json=sent.json, headers=headers) as answer:
        return answer


def test_the_matrix_has_every_route(server: Server) -> None:
    paths = server.client.get("/openapi.json").json()["paths"]
    assert set(MATRIX) == {(method, path) for path, operations in paths.items() for method in operations}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(("method", "path"), list(MATRIX))
def test_a_route_answers_a_caller(server: Server, method: str, path: str, caller: str) -> None:
    prepare, expected = MATRIX[method, path]
    answer = send(server, method, path, prepare(server), headers_of(server, caller))
    assert answer.status_code == expected[CALLERS.index(caller)]


def test_a_refused_caller_changes_nothing(server: Server) -> None:
    bot_id = server.bot()
    for caller in ("none", "wrong", "capture", "read", "write", "other's admin"):
        headers = headers_of(server, caller)
        assert server.client.delete(f"/api/v2/bots/{bot_id}", headers=headers).status_code >= 400
        assert server.client.patch(f"/api/v2/bots/{bot_id}", json={"name": "x"}, headers=headers).is_error
    answer = server.client.get(f"/api/v2/bots/{bot_id}", headers=server.bearer("read"))
    assert answer.json()["name"] == bot_id


def test_lists_hold_only_what_the_token_covers(server: Server) -> None:
    mine, other = server.bot(), server.bot()
    for bot_id in (mine, other):
        made = server.client.post("/api/v2/leads", json={"bot_id": bot_id}, headers=server.bearer("capture"))
        assert made.status_code == 201
    headers = server.bearer("read", bots=[mine])
    leads = server.client.get("/api/v2/leads", headers=headers).json()["items"]
    assert [lead["bot_id"] for lead in leads] == [mine]
    bots = server.client.get("/api/v2/bots", headers=headers).json()["items"]
    assert [bot["id"] for bot in bots] == [mine]


def test_a_key_gives_no_more_than_its_maker_has(server: Server) -> None:
    mine, other = server.bot(), server.bot()
    headers = server.bearer("admin", bots=[mine])
    new = {"name": "made", "permissions": ["read"]}
    for bots, status in ((None, 403), ([other], 403), ([mine, other], 403), ([mine], 201)):
        made = server.client.post("/api/v2/keys", json={**new, "bots": bots}, headers=headers)
        assert made.status_code == status
