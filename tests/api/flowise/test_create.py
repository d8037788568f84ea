"""`POST /api/v1/leads`, row by row of what Flowise documents and what its widget does."""

import gzip
import json
import re
import uuid
import zlib
from typing import Any

import httpx
import pytest

from tests.support.server import Server

ADA = {"chatId": "c-1", "name": "Ada Lovelace", "email": "ada@example.com", "phone": "+44 20 7946 0018"}
PAGE = "https://www.example.com"


def post(server: Server, lead: dict[str, Any], path: str = "/api/v1/leads") -> httpx.Response:
    return server.client.post(path, json=lead, headers=server.bearer("capture"))


def send(server: Server, content: bytes, **headers: str) -> httpx.Response:
    sent = server.bearer("capture") | {name.replace("_", "-"): value for name, value in headers.items()}
    return server.client.post("/api/v1/leads", content=content, headers=sent)


def stored(server: Server, bot: str) -> list[dict[str, Any]]:
    answer = server.client.get(f"/api/v1/leads/{bot}", headers=server.bearer("read"))
    assert answer.status_code == 200
    leads: list[dict[str, Any]] = answer.json()
    return leads


@pytest.mark.parametrize("path", ["/api/v1/leads", "/api/v1/leads/"])
def test_a_lead_is_answered_as_it_was_stored(server: Server, path: str) -> None:
    bot = server.bot()
    answer = post(server, {"chatflowid": bot, **ADA}, path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    lead = answer.json()
    assert lead == {"id": lead["id"], "createdDate": lead["createdDate"], "chatflowid": bot, **ADA}
    uuid.UUID(lead["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", lead["createdDate"])
    assert stored(server, bot) == [lead]


def test_keys_never_sent_are_absent_and_read_back_empty(server: Server) -> None:
    bot = server.bot()
    answer = post(server, {"chatflowid": bot})
    assert answer.json().keys() == {"id", "chatflowid", "chatId", "createdDate"}
    assert stored(server, bot) == [{**answer.json(), "name": "", "email": "", "phone": ""}]


@pytest.mark.parametrize("missing", [{}, {"chatId": None}, {"chatId": ""}])
def test_a_missing_chat_id_becomes_a_uuid(server: Server, missing: dict[str, Any]) -> None:
    uuid.UUID(post(server, {"chatflowid": server.bot(), **missing}).json()["chatId"])


def test_the_id_and_the_date_are_the_servers_alone(server: Server) -> None:
    bot = server.bot()
    forged = {"id": str(uuid.uuid4()), "createdDate": "2001-01-01T00:00:00.000Z"}
    lead = post(server, {"chatflowid": bot, **forged}).json()
    assert lead["id"] != forged["id"]
    assert lead["createdDate"] > "2026"
    listed = server.client.get(f"/api/v2/leads?bot={bot}", headers=server.bearer("read")).json()
    assert listed["items"][0]["attributes"] == {}


def test_unknown_keys_are_kept_but_never_echoed(server: Server) -> None:
    bot = server.bot()
    answer = post(server, {"chatflowid": bot, "page": "/pricing", "utm": {"origin": "ad"}})
    assert answer.json().keys().isdisjoint({"page", "utm", "attributes"})
    listed = server.client.get(f"/api/v2/leads?bot={bot}", headers=server.bearer("read")).json()
    assert listed["items"][0]["attributes"] == {"page": "/pricing", "utm": {"origin": "ad"}}


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"[1]", b'"text"', b"7", b"null", b"", b'{"a":"\xff"}', b'{"a":"\\ud800"}', b"[" * 9_000],
)
def test_what_is_no_json_object_is_malformed(server: Server, body: bytes) -> None:
    answer = send(server, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json() | {"message": ""} == {
        "statusCode": 400,
        "success": False,
        "message": "",
        "stack": {},
    }


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("", 400),
        ("multipart/form-data; boundary=x", 400),
        ("text/plain", 400),
        ("application/json; charset=utf-16", 415),
        ("application/json; charset=UTF-8", 200),
        ("APPLICATION/JSON", 200),
    ],
)
def test_the_content_type_decides_how_a_body_is_read(server: Server, content_type: str, status: int) -> None:
    body = json.dumps({"chatflowid": server.bot()}).encode()
    headers = {"content_type": content_type} if content_type else {}
    assert send(server, body, **headers).status_code == status


def test_a_malformed_body_is_said_before_the_key_is_looked_at(server: Server) -> None:
    answer = server.client.post("/api/v1/leads", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize("value", [None, "", {}, [], True, {"a": 1}, "with space", "x" * 65])
def test_a_chatflow_id_that_cannot_be_one_is_invalid(server: Server, value: object) -> None:
    answer = post(server, {"chatflowid": value})
    assert answer.status_code == 422
    assert "chatflowid" in answer.json()["message"]


@pytest.mark.parametrize("field", ["name", "email", "phone", "chatId"])
@pytest.mark.parametrize("value", [{}, [], True, ["a"], {"a": "b"}])
def test_only_text_and_numbers_are_contact_details(server: Server, field: str, value: object) -> None:
    answer = post(server, {"chatflowid": server.bot(), field: value})
    assert answer.status_code == 422
    assert field in answer.json()["message"]


@pytest.mark.parametrize(("number", "text"), [(7, "7"), (1.5, "1.5"), (2.0, "2"), (4930123456, "4930123456")])
@pytest.mark.parametrize("field", ["name", "phone", "chatId"])
def test_a_number_is_stored_as_text(server: Server, field: str, number: float, text: str) -> None:
    assert post(server, {"chatflowid": server.bot(), field: number}).json()[field] == text


def test_a_chatflow_id_may_be_a_number(server: Server) -> None:
    assert post(server, {"chatflowid": 4711}).json()["chatflowid"] == "4711"


def test_a_lead_is_never_thrown_away_for_a_typo(server: Server) -> None:
    bot = server.bot()
    typed = {"name": "Ada", "email": "not an email", "phone": "call me", "chatId": "c"}
    assert post(server, {"chatflowid": bot, **typed}).json().items() >= typed.items()
    listed = server.client.get(f"/api/v2/leads?bot={bot}", headers=server.bearer("read")).json()["items"][0]
    assert (listed["email_problem"], listed["phone_problem"]) == ("not_an_email", "not_a_phone")


def test_all_contact_fields_may_be_empty(server: Server) -> None:
    lead = {"chatflowid": server.bot(), "chatId": "c", "name": "", "email": "", "phone": ""}
    assert post(server, lead).json().items() >= lead.items()


def test_a_form_is_as_good_as_json(server: Server) -> None:
    lead = {"chatflowid": server.bot(), **ADA}
    answer = server.client.post("/api/v1/leads", data=lead, headers=server.bearer("capture"))
    assert answer.json().items() >= lead.items()


@pytest.mark.parametrize("body", [b"", b"name=%FF", b"chatflowid=a&name=1&name=2"])
def test_a_form_that_cannot_be_read_is_refused(server: Server, body: bytes) -> None:
    assert send(server, body, content_type="application/x-www-form-urlencoded").status_code in {400, 422}


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)],
)
def test_bodies_may_be_compressed_and_begin_with_a_byte_order_mark(
    server: Server, encoding: str, encode: Any
) -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"chatflowid": server.bot()}).encode()
    answer = send(server, encode(body), content_type="application/json", content_encoding=encoding)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (b"not gzip", "gzip", 400),
        (gzip.compress(b"{}", mtime=0)[:-4], "gzip", 400),
        (b"{}", "br", 415),
        (gzip.compress(b'{"name": "' + b" " * 65_536 + b'"}', mtime=0), "gzip", 413),
        (b'{"name": "' + b" " * 65_536 + b'"}', "identity", 413),
    ],
)
def test_bodies_that_are_broken_or_too_large_are_refused(
    server: Server, body: bytes, encoding: str, status: int
) -> None:
    answer = send(server, body, content_type="application/json", content_encoding=encoding)
    assert answer.status_code == status
    assert answer.json()["statusCode"] == status


@pytest.mark.parametrize(
    ("field", "limit"), [("name", 1_000), ("email", 1_000), ("phone", 200), ("chatId", 200)]
)
def test_a_field_over_its_limit_is_named_with_the_limit(server: Server, field: str, limit: int) -> None:
    bot = server.bot()
    assert post(server, {"chatflowid": bot, field: "x" * limit}).status_code == 200
    answer = post(server, {"chatflowid": bot, field: "x" * (limit + 1)})
    assert answer.status_code == 422
    assert field in answer.json()["message"]
    assert str(limit) in answer.json()["message"]


def test_a_null_character_is_stripped(server: Server) -> None:
    assert post(server, {"chatflowid": server.bot(), "name": "A\0da"}).json()["name"] == "Ada"


def test_an_unknown_bot_is_made_for_a_token_that_holds_for_all(server: Server) -> None:
    bot = f"new-{uuid.uuid4()}"
    assert post(server, {"chatflowid": bot}).status_code == 200
    assert len(stored(server, bot)) == 1


def test_a_token_for_named_bots_makes_none_and_sees_no_other(server: Server) -> None:
    mine, unmade = server.bot(), f"unmade-{uuid.uuid4()}"
    headers = server.bearer("capture", bots=[mine, unmade])

    def status(bot: str) -> int:
        return server.client.post("/api/v1/leads", json={"chatflowid": bot}, headers=headers).status_code

    assert [status(bot) for bot in (mine, unmade, server.bot())] == [200, 404, 404]


def test_a_token_without_the_permission_is_forbidden(server: Server) -> None:
    lead = {"chatflowid": server.bot()}
    answer = server.client.post("/api/v1/leads", json=lead, headers=server.bearer("read"))
    assert answer.status_code == 403


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  ", ""])
def test_the_word_bearer_may_be_missing_and_its_case_does_not_matter(server: Server, scheme: str) -> None:
    headers = {"Authorization": scheme + server.token("capture")}
    lead = {"chatflowid": server.bot()}
    assert server.client.post("/api/v1/leads", json=lead, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer wrong", "Basic YTpi", "Bearer lk_" + "a" * 43]
)
def test_without_a_known_token_nobody_learns_which_bots_there_are(
    server: Server, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answers = [
        server.client.post("/api/v1/leads", json={"chatflowid": bot}, headers=headers)
        for bot in (server.bot(), f"none-{uuid.uuid4()}")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].text == answers[1].text
    assert answers[0].json()["error"] == "Unauthorized Access"
    assert answers[0].json()["statusCode"] == 401


def test_a_public_bot_takes_leads_from_its_origins_and_from_no_browser(server: Server) -> None:
    bot = server.bot(public=True, origins=(PAGE,))

    def status(**headers: str) -> int:
        return server.client.post("/api/v1/leads/", json={"chatflowid": bot}, headers=headers).status_code

    assert status(Origin=PAGE) == 200
    assert status() == 200
    assert status(Origin="https://evil.example") == 403
    assert status(Origin=PAGE, Authorization="Bearer wrong") == 401


def test_a_widget_on_another_sites_page_may_ask_and_post(server: Server) -> None:
    bot = server.bot(public=True)
    asked = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = server.client.options("/api/v1/leads/", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"] == "content-type"
    answer = server.client.post("/api/v1/leads/", json={"chatflowid": bot}, headers={"Origin": PAGE})
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_number_without_a_country_code_is_dialled_in_the_bots_region(server: Server) -> None:
    bot = server.bot(public=True, region="DE")
    for headers in ({}, server.bearer("capture")):
        sent = {"chatflowid": bot, "phone": "0171 3920012"}
        lead = server.client.post("/api/v1/leads", json=sent, headers=headers).json()
        assert lead["phone"] == "0171 3920012"
        found = server.client.get(f"/api/v2/leads/{lead['id']}", headers=server.bearer("read")).json()
        assert (found["phone_e164"], found["phone_problem"]) == ("+491713920012", None)
