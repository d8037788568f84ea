"""Work on leads over the native face: changes, notes, history."""

import threading
from typing import Any

import httpx
import pytest

from tests.support.native import LEADS, capture, fields_at_fault
from tests.support.server import Server

NOWHERE = "019ab1f2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"


def patch(
    server: Server, lead_id: str, change: Any, if_match: str | None = None, token: str | None = None
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else server.bearer("write", "read")
    headers |= {"If-Match": if_match} if if_match is not None else {}
    return server.client.patch(f"{LEADS}/{lead_id}", json=change, headers=headers)


def patch_many(server: Server, **sent: Any) -> httpx.Response:
    return server.client.patch(LEADS, json=sent, headers=server.bearer("write", "read"))


def read(server: Server, path: str, **query: Any) -> httpx.Response:
    answer = server.client.get(f"{LEADS}/{path}", params=query, headers=server.bearer("read"))
    assert answer.status_code == 200, answer.text
    return answer


def note(server: Server, lead_id: str, text: str) -> dict[str, Any]:
    answer = server.client.post(
        f"{LEADS}/{lead_id}/notes", json={"text": text}, headers=server.bearer("write")
    )
    assert answer.status_code == 201, answer.text
    written: dict[str, Any] = answer.json()
    return written


def test_a_new_lead_is_nobodys_work_yet(server: Server) -> None:
    lead = capture(server)
    fresh: dict[str, Any] = {
        "status": "new",
        "owner": None,
        "tags": [],
        "value": None,
        "currency": None,
        "version": 1,
    }
    assert {name: lead[name] for name in fresh} == fresh
    assert lead["changed_at"] == lead["created_at"]
    assert lead["message_id"] is None


def test_a_changed_lead_looks_the_same_wherever_it_is_answered(server: Server) -> None:
    lead = capture(server, attributes={"plan": "free"})
    change = {
        "status": "won",
        "owner": "Grace Hopper",
        "tags": ["VIP", "Zürich"],
        "value": 120.5,
        "currency": "eur",
        "attributes": {"plan": "pro", "seats": [1, 2.5]},
    }
    answer = patch(server, lead["id"], change)
    changed = answer.json()
    assert answer.status_code == 200
    assert changed == {
        **lead,
        **change,
        "value": "120.5",
        "currency": "EUR",
        "version": 2,
        "changed_at": changed["changed_at"],
    }
    assert changed["changed_at"] > lead["changed_at"]
    assert read(server, lead["id"]).json() == changed
    listed = server.client.get(LEADS, params={"bot": lead["bot_id"]}, headers=server.bearer("read"))
    assert listed.json()["items"] == [changed]


def test_the_etag_is_the_version_wherever_one_lead_is_answered(server: Server) -> None:
    sent = {"bot_id": server.bot()}
    made = server.client.post(LEADS, json=sent, headers=server.bearer("capture"))
    lead_id = made.json()["id"]
    assert made.headers["etag"] == read(server, lead_id).headers["etag"] == '"1"'
    changed = patch(server, lead_id, {"owner": "Grace"}, '"1"')
    assert changed.headers["etag"] == read(server, lead_id).headers["etag"] == '"2"'


@pytest.mark.parametrize("if_match", ['"1"', '"1", "2"', '"x" ,W/"y",\t"1"', "*"])
def test_a_change_goes_through_where_the_lead_is_what_the_caller_saw(server: Server, if_match: str) -> None:
    assert patch(server, capture(server)["id"], {"owner": "Grace"}, if_match).status_code == 200


@pytest.mark.parametrize("if_match", ['"2"', '"0"', '""', 'W/"1"', '"01"', '"x", "3"', '"\xe9"'])
def test_a_change_to_what_the_caller_did_not_see_is_refused(server: Server, if_match: str) -> None:
    lead = capture(server)
    raw = [(name.encode(), value.encode()) for name, value in server.bearer("write", "read").items()]
    raw += [(b"If-Match", if_match.encode("latin-1"))]
    answer = server.client.patch(f"{LEADS}/{lead['id']}", json={"owner": "Grace"}, headers=raw)
    assert answer.status_code == 412
    problem = answer.json()
    assert (problem["title"], problem["status"]) == ("Precondition Failed", 412)
    assert "version 1" in problem["detail"]
    assert read(server, lead["id"]).json() == lead


@pytest.mark.parametrize(
    "if_match", ["", "1", "'1'", '"1 "', '"1', '"1";', '"1" "2"', '"1",', '*, "1"', 'w/"1"']
)
def test_an_if_match_that_is_none_is_named(server: Server, if_match: str) -> None:
    lead_id = capture(server)["id"]
    assert fields_at_fault(patch(server, lead_id, {"owner": "Grace"}, if_match)) == ["If-Match"]


def test_of_two_people_who_change_what_they_both_saw_one_is_told(server: Server) -> None:
    lead = capture(server)
    etag = read(server, lead["id"]).headers["etag"]
    ready = threading.Barrier(2)
    answers: list[httpx.Response] = []

    def work(owner: str) -> None:
        token = server.token("write", "read")
        with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
            client.get("/livez")
            ready.wait()
            headers = {"Authorization": f"Bearer {token}", "If-Match": etag}
            answers.append(client.patch(f"{LEADS}/{lead['id']}", json={"owner": owner}, headers=headers))

    people = [threading.Thread(target=work, args=(owner,)) for owner in ("Ada", "Grace")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (200, 412)
    now = read(server, lead["id"]).json()
    assert now == won.json()
    assert [past["after"] for past in read(server, f"{lead['id']}/history").json()["items"]] == [now["owner"]]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"status": "maybe"}, "status"),
        ({"status": None}, "status"),
        ({"owner": ""}, "owner"),
        ({"owner": " "}, "owner"),
        ({"owner": "x" * 201}, "owner"),
        ({"owner": 5}, "owner"),
        ({"tags": None}, "tags"),
        ({"tags": "vip"}, "tags"),
        ({"tags": ["a", 5]}, "tags[1]"),
        ({"tags": ["x" * 51]}, "tags[0]"),
        ({"tags": list(map(str, range(51)))}, "tags"),
        ({"tags": [], "add_tags": ["a"]}, "tags"),
        ({"value": 5}, "currency"),
        ({"value": -5, "currency": "EUR"}, "value"),
        ({"value": "5,00", "currency": "EUR"}, "value"),
        ({"value": 0.00001, "currency": "EUR"}, "value"),
        ({"value": 1e15, "currency": "EUR"}, "value"),
        ({"value": True, "currency": "EUR"}, "value"),
        ({"value": 5, "currency": "EURO"}, "currency"),
        ({"value": 5, "currency": "XYZ"}, "currency"),
        ({"value": 5, "currency": "DEM"}, "currency"),
        ({"currency": "EUR"}, "value"),
        ({"attributes": []}, "attributes"),
        ({"attributes": {"k" * 65: 1}}, "attributes"),
        ({"version": 3}, "version"),
        ({"name": "Ada"}, "name"),
        ([], "body"),
    ],
)
def test_a_field_that_breaks_a_rule_is_named_and_nothing_is_changed(
    server: Server, change: Any, field: str
) -> None:
    lead = capture(server)
    body = change if isinstance(change, list) else {"status": "won", **change}
    assert fields_at_fault(patch(server, lead["id"], body)) == [field]
    assert read(server, lead["id"]).json() == lead


def test_a_merge_patch_is_welcome(server: Server) -> None:
    lead_id = capture(server, attributes={"a": {"b": 1, "c": 2}, "d": 3})["id"]
    patch(server, lead_id, {"owner": "Grace", "value": 5, "currency": "EUR"})
    headers = server.bearer("write", "read") | {"Content-Type": "application/merge-patch+json"}
    body = b'{"owner": null, "value": null, "attributes": {"a": {"b": null}, "d": null}}'
    changed = server.client.patch(f"{LEADS}/{lead_id}", content=body, headers=headers).json()
    assert (changed["owner"], changed["value"], changed["currency"]) == (None, None, None)
    assert changed["attributes"] == {"a": {"c": 2}}


def test_a_history_says_who_when_from_and_to_page_by_page(server: Server) -> None:
    lead = capture(server)
    token = server.token("write", "read")
    me = server.client.get("/api/v2/me", headers={"Authorization": f"Bearer {token}"}).json()
    moments = [
        patch(server, lead["id"], {"status": status}, token=token).json()["changed_at"]
        for status in ("contacted", "qualified", "won")
    ]
    path = f"{lead['id']}/history"
    items = read(server, path).json()["items"]
    assert [(past["field"], past["before"], past["after"]) for past in items] == [
        ("status", "qualified", "won"),
        ("status", "contacted", "qualified"),
        ("status", "new", "contacted"),
    ]
    assert [past["at"] for past in items] == moments[::-1]
    assert all(past["by"] == {"id": me["id"], "name": me["name"]} for past in items)
    first = read(server, path, limit=2)
    assert first.json()["items"] == items[:2]
    rest = server.client.get(first.links["next"]["url"], headers=server.bearer("read")).json()
    assert rest == {"items": items[2:], "next_cursor": None}


def test_notes_are_written_listed_and_deleted(server: Server) -> None:
    lead_id = capture(server)["id"]
    notes = [note(server, lead_id, text) for text in ("one", "two", "three")][::-1]
    path = f"{lead_id}/notes"
    assert read(server, path).json() == {"items": notes, "next_cursor": None}
    first = read(server, path, limit=2)
    rest = server.client.get(first.links["next"]["url"], headers=server.bearer("read")).json()
    assert (first.json()["items"], rest["items"]) == (notes[:2], notes[2:])
    gone = server.client.delete(f"{LEADS}/{path}/{notes[0]['id']}", headers=server.bearer("write"))
    assert (gone.status_code, gone.content) == (204, b"")
    assert read(server, path).json()["items"] == notes[1:]
    past = read(server, f"{lead_id}/history").json()["items"]
    assert [(one["field"], one["before"], one["after"]) for one in past[:2]] == [
        ("note", notes[0]["id"], None),
        ("note", None, notes[0]["id"]),
    ]


def test_a_note_moves_a_leads_time_and_not_its_version(server: Server) -> None:
    lead = capture(server)
    written = note(server, lead["id"], "hello")
    now = read(server, lead["id"]).json()
    assert now == {**lead, "changed_at": written["written_at"]}


def test_a_cursor_of_another_lead_or_list_is_refused(server: Server) -> None:
    lead_id, other = capture(server)["id"], capture(server)["id"]
    for text in ("one", "two"):
        note(server, lead_id, text)
    cursor = read(server, f"{lead_id}/notes", limit=1).json()["next_cursor"]
    for path in (f"{lead_id}/history", f"{other}/notes"):
        answer = server.client.get(
            f"{LEADS}/{path}", params={"cursor": cursor}, headers=server.bearer("read")
        )
        assert fields_at_fault(answer) == ["cursor"]


@pytest.mark.parametrize("text", ["", " ", 5, None, "x" * 10_001])
def test_a_note_that_says_nothing_or_too_much_is_refused(server: Server, text: Any) -> None:
    path = f"{LEADS}/{capture(server)['id']}/notes"
    answer = server.client.post(path, json={"text": text}, headers=server.bearer("write"))
    assert fields_at_fault(answer) == ["text"]


@pytest.mark.parametrize("lead_id", ["x", NOWHERE, "%00", "%ff"])
def test_what_is_not_there_is_not_found(server: Server, lead_id: str) -> None:
    headers = server.bearer("admin")
    for method, path in (
        ("PATCH", lead_id),
        ("GET", f"{lead_id}/notes"),
        ("POST", f"{lead_id}/notes"),
        ("DELETE", f"{lead_id}/notes/{NOWHERE}"),
        ("DELETE", f"{capture(server)['id']}/notes/{lead_id}"),
        ("GET", f"{lead_id}/history"),
    ):
        body = {"POST": {"text": "x"}, "PATCH": {}}.get(method)
        answer = server.client.request(method, f"{LEADS}/{path}", json=body, headers=headers)
        assert answer.status_code == 404, path


def test_many_are_changed_by_their_ids(server: Server) -> None:
    bot = server.bot()
    leads = [capture(server, bot) for _ in range(3)]
    patch(server, leads[0]["id"], {"owner": "Grace"})
    answer = patch_many(server, ids=[lead["id"] for lead in leads], change={"owner": "Grace"})
    assert (answer.status_code, answer.json()) == (200, {"matched": 3, "changed": 2})
    assert {read(server, lead["id"]).json()["owner"] for lead in leads} == {"Grace"}


def test_many_are_changed_by_a_filter(server: Server) -> None:
    bot = server.bot()
    ada = capture(server, bot, email="Ada@example.com")
    capture(server, bot, email="bob@example.com")
    wanted = {"bot": bot, "email": "ADA@example.com"}
    answer = patch_many(server, filter=wanted, change={"status": "won", "add_tags": ["vip"]})
    assert answer.json() == {"matched": 1, "changed": 1}
    assert read(server, ada["id"]).json()["tags"] == ["vip"]
    since = {"bot": bot, "created_from": ada["created_at"]}
    assert patch_many(server, filter=since, change={"status": "lost"}).json()["matched"] == 2


def test_one_that_is_not_there_holds_back_all_and_is_named(server: Server) -> None:
    lead = capture(server)
    answer = patch_many(server, ids=[lead["id"], NOWHERE], change={"owner": "Grace"})
    assert answer.status_code == 404
    assert NOWHERE in answer.json()["detail"]
    assert read(server, lead["id"]).json() == lead


def test_one_that_cannot_be_like_that_holds_back_all_and_is_named(server: Server) -> None:
    priced, bare = capture(server), capture(server)
    patch(server, priced["id"], {"value": 1, "currency": "EUR"})
    ids = [priced["id"], bare["id"]]
    answer = patch_many(server, ids=ids, change={"value": 2})
    assert fields_at_fault(answer) == ["change.currency"]
    assert bare["id"] in answer.json()["detail"]
    assert read(server, priced["id"]).json()["value"] == "1"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"change": {}}, "ids"),
        ({"ids": [NOWHERE], "filter": {"bot": "x"}, "change": {}}, "ids"),
        ({"ids": [], "change": {}}, "ids"),
        ({"ids": ["x"], "change": {}}, "ids"),
        ({"ids": [5], "change": {}}, "ids[0]"),
        ({"ids": [NOWHERE] * 1_001, "change": {}}, "ids"),
        ({"ids": [NOWHERE]}, "change"),
        ({"ids": [NOWHERE], "change": {"status": "maybe"}}, "change.status"),
        ({"ids": [NOWHERE], "change": {"currency": "XYZ"}}, "change.currency"),
        ({"ids": [NOWHERE], "change": {"statsu": "won"}}, "change.statsu"),
        ({"filter": {}, "change": {}}, "filter"),
        ({"filter": {"boot": "x"}, "change": {}}, "filter.boot"),
        ({"filter": {"bot": "a b"}, "change": {}}, "filter.bot"),
        ({"filter": {"email": "nobody"}, "change": {}}, "filter.email"),
        ({"filter": {"created_from": "soon"}, "change": {}}, "filter.created_from"),
        ({"filter": {"limit": 5}, "change": {}}, "filter.limit"),
    ],
)
def test_what_is_wrong_with_a_change_to_many_is_named(
    server: Server, sent: dict[str, Any], field: str
) -> None:
    assert fields_at_fault(patch_many(server, **sent)) == [field]


def test_a_filter_changes_nothing_that_the_token_does_not_cover(server: Server) -> None:
    mine, theirs = capture(server, session_id="same"), capture(server, session_id="same")
    headers = server.bearer("write", "read", bots=[mine["bot_id"]])
    sent = {"filter": {"session": "same"}, "change": {"owner": "Grace"}}
    answer = server.client.patch(LEADS, json=sent, headers=headers)
    assert answer.json() == {"matched": 1, "changed": 1}
    assert read(server, theirs["id"]).json() == theirs


def test_a_lead_sent_again_is_answered_as_it_was_captured(server: Server) -> None:
    sent = {"bot_id": server.bot()}
    headers = server.bearer("capture") | {"Idempotency-Key": sent["bot_id"]}
    first = server.client.post(LEADS, json=sent, headers=headers)
    patch(server, first.json()["id"], {"owner": "Grace"})
    again = server.client.post(LEADS, json=sent, headers=headers)
    assert again.json() == first.json()
    assert again.headers["etag"] == '"1"'


def test_a_lead_is_found_by_its_tag_however_it_is_written(server: Server) -> None:
    lead = capture(server)
    patch(server, lead["id"], {"tags": ["VIP  Client"]})
    query = {"bot": lead["bot_id"], "tag": "vip client"}
    answer = server.client.get(LEADS, params=query, headers=server.bearer("read"))
    assert [found["id"] for found in answer.json()["items"]] == [lead["id"]]


def test_a_change_of_many_does_not_pretend_to_heed_a_version(server: Server) -> None:
    lead = capture(server)
    headers = server.bearer("write") | {"If-Match": '"99"'}
    sent = {"ids": [lead["id"]], "change": {"owner": "Grace"}}
    assert fields_at_fault(server.client.patch(LEADS, json=sent, headers=headers)) == ["If-Match"]
    assert read(server, lead["id"]).json() == lead
