"""Leads over the native API, in as few words as it takes."""

from typing import Any

import httpx

from tests.support.server import Server

LEADS = "/api/v2/leads"


def capture(server: Server, bot_id: str | None = None, **fields: Any) -> dict[str, Any]:
    """The lead as it is answered, of a new bot where none is named."""
    sent = {"bot_id": bot_id or server.bot(), **fields}
    answer = server.client.post(LEADS, json=sent, headers=server.bearer("capture", "read"))
    assert answer.status_code == 201, answer.text
    lead: dict[str, Any] = answer.json()
    return lead


def fields_at_fault(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]
