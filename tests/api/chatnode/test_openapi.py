"""The server keeps to the document it gives out for the ChatNode face."""

from typing import Any

import pytest
from openapi_spec_validator import validate

from leadkeep.actions.append_messages import append_messages
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.message import NewMessage, Role
from tests.support.openapi import Operation
from tests.support.server import Server

CONVERSATIONS, CHATS, ME = "/v1/get-conversation-ids/{bot_id}", "/v1/get-chats/{bot_id}", "/v1/auth_me"


@pytest.fixture
def document(server: Server) -> dict[str, Any]:
    answer = server.client.get("/openapi/chatnode.json")
    assert answer.headers["content-type"].startswith("application/json")
    found: dict[str, Any] = answer.json()
    return found


def test_it_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)


def test_conversations_are_listed_as_it_says(server: Server, document: dict[str, Any]) -> None:
    bot, capture = server.bot(), server.bearer("capture")
    for sent in (
        {},
        {"name": "Ada", "email": "ada@example.com", "phone": "+442079460018"},
        {"phone": "call"},
    ):
        lead = {"chatflowid": bot, **sent}
        server.client.post("/api/v1/leads", json=lead, headers=capture).raise_for_status()
    listing = Operation(document, server.url, "POST", CONVERSATIONS)
    listing.accepts_what_it_allows(server.bearer("read"), path_parameters={"bot_id": bot})


def test_chats_are_listed_as_it_says(server: Server, document: dict[str, Any]) -> None:
    bot = server.bot()
    with server.database.transaction() as store:
        append_messages(store, OPERATOR, bot, "s", [NewMessage(role=role, text="x") for role in Role])
    listing = Operation(document, server.url, "POST", CHATS)
    listing.accepts_what_it_allows(server.bearer("read"), path_parameters={"bot_id": bot})


@pytest.mark.parametrize("path", [CONVERSATIONS, CHATS])
def test_unknown_bots_are_answered_as_it_says(server: Server, document: dict[str, Any], path: str) -> None:
    listing = Operation(document, server.url, "POST", path)
    for headers in ({}, server.bearer("capture"), server.bearer("read")):
        listing.conforms(headers)


@pytest.mark.parametrize("path", [CONVERSATIONS, CHATS])
def test_what_it_forbids_is_rejected(server: Server, document: dict[str, Any], path: str) -> None:
    Operation(document, server.url, "POST", path).rejects_what_it_forbids(server.bearer("read"))


@pytest.mark.parametrize("permission", ["capture", "read", "write", "admin"])
def test_the_holder_of_a_token_is_told_as_it_says(
    server: Server, document: dict[str, Any], permission: str
) -> None:
    Operation(document, server.url, "GET", ME).accepts_what_it_allows(server.bearer(permission))


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer"}])
def test_without_a_good_token_it_is_answered_as_it_says(
    server: Server, document: dict[str, Any], headers: dict[str, str]
) -> None:
    Operation(document, server.url, "GET", ME).conforms(headers)
