"""How a handler describes itself for the OpenAPI document."""

from typing import Any, NamedTuple

from msgspec import Struct

from leadkeep.api.native.etags import IF_MATCH_PATTERN
from leadkeep.api.native.request import JSON_TYPES

Parameter = dict[str, Any]

IDEMPOTENCY_KEY: Parameter = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same request with the same key, within 24 hours, gives the first answer again; "
    "another one is refused (422), and so is one that comes while the first is under way (409)",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$", "examples": ["5f1c0a52"]},
}

IF_MATCH: Parameter = {
    "name": "If-Match",
    "in": "header",
    "description": "The `ETag` of what you have seen: where somebody has changed it since, nothing is "
    "done (412). Without it, or with `*`, the change is made to whatever is there",
    "schema": {"type": "string", "pattern": f"^({IF_MATCH_PATTERN})$", "examples": ['"3"']},
}


LAST_EVENT_ID: Parameter = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "The `id` of the last event seen, as browsers send it when they come back",
    "schema": {"type": "string", "maxLength": 100},
}


class Doc(NamedTuple):
    """`problems` are the statuses that this route can answer besides those that every route can.

    `stream`: the answer is server-sent events.

    `location` is the template of the `Location` header, `etag` says that there is an `ETag`; `strangers`
    says that a token may be left out. `again` is the status where there was nothing to make, if it is
    another one. What every POST has, such as the Idempotency-Key, need not be said.
    """

    tag: str
    summary: str
    description: str = ""
    query: type[Struct] | None = None
    headers: tuple[Parameter, ...] = ()
    body: type[Struct] | None = None
    body_required: bool = True
    body_types: tuple[str, ...] = JSON_TYPES
    answer: type[Struct] | None = None
    stream: bool = False
    location: str | None = None
    etag: bool = False
    strangers: bool = False
    problems: tuple[int, ...] = ()
    again: int | None = None
