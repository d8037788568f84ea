"""The server keeps to the document it gives out for the Flowise face."""

from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.support.openapi import Operation
from tests.support.server import Server

LEADS, LIST = "/api/v1/leads", "/api/v1/leads/{chatflowid}"
PUBLIC = ("/api/v1/public-chatbotConfig/{chatflowid}", "/api/v1/chatflows-streaming/{chatflowid}")


@pytest.fixture
def document(server: Server) -> dict[str, Any]:
    answer = server.client.get("/openapi/flowise.json")
    assert answer.headers["content-type"].startswith("application/json")
    found: dict[str, Any] = answer.json()
    return found


def test_it_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)


def test_leads_that_it_allows_are_stored(server: Server, document: dict[str, Any]) -> None:
    create = Operation(document, server.url, "POST", LEADS)
    create.accepts_what_it_allows(server.bearer("capture"))


def test_leads_that_it_forbids_are_rejected(server: Server, document: dict[str, Any]) -> None:
    create = Operation(document, server.url, "POST", LEADS)
    create.rejects_what_it_forbids(server.bearer("capture"))


@pytest.mark.parametrize("schema", ["NewLead", "NewLeadForm"])
@pytest.mark.parametrize("field", ["chatId", "name", "email", "phone"])
def test_its_limits_are_those_of_the_server(
    server: Server, document: dict[str, Any], schema: str, field: str
) -> None:
    limit = document["components"]["schemas"][schema]["properties"][field]["maxLength"]
    assert _status(server, schema, {"chatflowid": server.bot(), field: "é" * limit}) == 200
    assert _status(server, schema, {"chatflowid": server.bot(), field: "é" * (limit + 1)}) == 422


def test_its_limit_of_ids_is_that_of_the_server(server: Server, document: dict[str, Any]) -> None:
    limit = document["components"]["schemas"]["ChatflowId"]["maxLength"]
    assert _status(server, "NewLead", {"chatflowid": "x" * limit}) == 200
    assert _status(server, "NewLead", {"chatflowid": "x" * (limit + 1)}) == 422


def _status(server: Server, schema: str, lead: dict[str, str]) -> int:
    headers = server.bearer("capture")
    if schema == "NewLead":
        return server.client.post(LEADS, headers=headers, json=lead).status_code
    return server.client.post(LEADS, headers=headers, data=lead).status_code


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_leads_without_a_good_token_are_answered_as_it_says(
    server: Server, document: dict[str, Any], headers: dict[str, str]
) -> None:
    Operation(document, server.url, "POST", LEADS).conforms(headers)


def test_leads_are_listed_as_it_says(server: Server, document: dict[str, Any]) -> None:
    bot, capture = server.bot(), server.bearer("capture")
    for sent in ({}, {"name": "Ada", "email": "ada@example.com", "phone": "+442079460018"}, {"chatId": 7}):
        server.client.post(LEADS, json={"chatflowid": bot, **sent}, headers=capture).raise_for_status()
    listing = Operation(document, server.url, "GET", LIST)
    listing.accepts_what_it_allows(server.bearer("read"), path_parameters={"chatflowid": bot})


def test_unknown_chatflows_are_answered_as_it_says(server: Server, document: dict[str, Any]) -> None:
    listing = Operation(document, server.url, "GET", LIST)
    for headers in ({}, server.bearer("capture"), server.bearer("read")):
        listing.conforms(headers)
    listing.rejects_what_it_forbids(server.bearer("read"))


@pytest.mark.parametrize("path", PUBLIC)
def test_the_widget_is_answered_as_it_says(server: Server, document: dict[str, Any], path: str) -> None:
    operation = Operation(document, server.url, "GET", path)
    operation.accepts_what_it_allows({}, path_parameters={"chatflowid": server.bot(public=True)})
    operation.conforms({})
    operation.rejects_what_it_forbids({})


@pytest.mark.parametrize("path", [LEADS, "/api/v1/ping"])
def test_routes_without_parameters_are_answered_as_it_says(
    server: Server, document: dict[str, Any], path: str
) -> None:
    Operation(document, server.url, "GET", path).conforms({})
