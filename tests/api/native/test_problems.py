"""Errors of the native face are problem documents (RFC 9457), whoever in the server says no."""

import gzip
from typing import Any

import httpx
import pytest

from tests.support.server import Server

LEADS = "/api/v2/leads"
JSON = {"Content-Type": "application/json"}


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == "about:blank"
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"]
    return problem


def post(server: Server, body: bytes, **headers: str) -> httpx.Response:
    sent = {**server.bearer("capture"), **JSON, **{name.replace("_", "-"): v for name, v in headers.items()}}
    return server.client.post(LEADS, content=body, headers=sent)


def test_no_token_is_asked_for_one(server: Server) -> None:
    answer = server.client.get("/api/v2/me")
    assert problem_of(answer)["status"] == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_the_scheme_of_a_token_has_no_case(server: Server) -> None:
    sent = {"Authorization": f"bEARER {server.token('read')}"}
    assert server.client.get("/api/v2/me", headers=sent).status_code == 200


def test_an_unknown_route_is_not_found(server: Server) -> None:
    for path in ("/api/v2", "/api/v2/lead", "/api/v2/leads/x/y", "/api/v3/leads"):
        assert problem_of(server.client.get(path))["status"] == 404


def test_a_method_that_is_not_allowed_is_told_which_are(server: Server) -> None:
    answer = server.client.put(LEADS)
    assert problem_of(answer)["status"] == 405
    for said in (answer, server.client.options(LEADS)):
        assert set(said.headers["allow"].split(", ")) == {"GET", "OPTIONS", "PATCH", "POST"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nul",
        b"{'bot_id': 1}",
        b'{"bot_id": "x"} x',
        b'{"bot_id": "\xff"}',
        b'{"bot_id": "\\ud800"}',
        b'{"bot_id": "x", "attributes": {"a": ' + b"[" * 30_000,
        b'{"bot_id": NaN}',
    ],
)
def test_a_body_that_is_not_json_is_malformed(server: Server, body: bytes) -> None:
    assert problem_of(post(server, body))["status"] == 400


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"5", b"true"])
def test_a_body_that_is_no_object_breaks_a_rule(server: Server, body: bytes) -> None:
    problem = problem_of(post(server, body))
    assert problem["status"] == 422
    assert problem["errors"][0]["field"] == "body"


def test_a_field_problem_names_field_and_reason(server: Server) -> None:
    problem = problem_of(post(server, b"{}"))
    assert problem["errors"] == [{"field": "bot_id", "message": "bot_id is required"}]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": "text/plain"},
        {"Content_Type": ""},
        {"Content_Type": "application/x-www-form-urlencoded"},
        {"Content_Type": "application/json; charset=latin-1"},
        {"Content_Encoding": "br"},
        {"Content_Encoding": "gzip, gzip"},
    ],
)
def test_another_kind_of_body_is_unsupported(server: Server, headers: dict[str, str]) -> None:
    assert problem_of(post(server, b'{"bot_id": "x"}', **headers))["status"] == 415


def test_a_body_over_64_kib_is_too_large(server: Server) -> None:
    body = b'{"bot_id": "%s"}' % server.bot().encode()
    fits, exceeds = body.ljust(65_536), body.ljust(65_537)
    assert post(server, fits).status_code == 201
    assert problem_of(post(server, exceeds))["status"] == 413
    assert problem_of(post(server, gzip.compress(exceeds), Content_Encoding="gzip"))["status"] == 413


def test_a_body_that_is_not_what_its_encoding_says_is_malformed(server: Server) -> None:
    assert problem_of(post(server, b"{}", Content_Encoding="gzip"))["status"] == 400


def test_what_may_stand_in_the_place_of_a_wrong_value_is_named(server: Server) -> None:
    sent = {"messages": [{"role": "user", "text": "x"}]}
    path = f"/api/v2/bots/{server.bot()}/sessions/s/messages"
    answer = server.client.post(path, json=sent, headers=server.bearer("capture"))
    assert answer.json()["detail"] == "messages[0].role: must be one of visitor, bot, agent, system"
