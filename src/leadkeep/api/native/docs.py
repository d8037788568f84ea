"""How a handler describes itself for the OpenAPI document."""

from typing import Any, NamedTuple

from msgspec import Struct

from leadkeep.api.native.request import JSON_TYPES

Parameter = dict[str, Any]

IDEMPOTENCY_KEY: Parameter = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same request with the same key, within 24 hours, gives the first answer again; "
    "another one is refused (422), and so is one that comes while the first is under way (409)",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$", "examples": ["5f1c0a52"]},
}


class Doc(NamedTuple):
    """`problems` are the statuses that this route can answer besides those that every route can.

    `location` is the template of the `Location` header; `strangers` says that a token may be left out. What
    every POST has, such as the Idempotency-Key, need not be said.
    """

    tag: str
    summary: str
    description: str = ""
    query: type[Struct] | None = None
    headers: tuple[Parameter, ...] = ()
    body: type[Struct] | None = None
    body_types: tuple[str, ...] = JSON_TYPES
    answer: type[Struct] | None = None
    location: str | None = None
    strangers: bool = False
    problems: tuple[int, ...] = ()
