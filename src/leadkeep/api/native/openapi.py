"""The OpenAPI 3.1 document: made from the routes, what they say of themselves, and their structs."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from leadkeep import __version__
from leadkeep.api.native.docs import IDEMPOTENCY_KEY, Doc
from leadkeep.api.native.examples import BODIES, EXAMPLES, problem_example
from leadkeep.api.native.fields import BOT_ID_PATTERN, UUID_EXAMPLE
from leadkeep.api.native.problems import PROBLEM_TYPE, Problem
from leadkeep.api.native.rates import POLICY_EXAMPLE, STATE_EXAMPLE

Json = dict[str, Any]

_REF = "#/components/schemas/{name}"
_EVERYWHERE = (400, 401, 429, 500, 503)
_OF_POSTS = (409, 422)
_METHODS = ("GET", "POST", "PATCH", "DELETE")
_RETRIED = frozenset({429, 503})

_UUID = {"type": "string", "format": "uuid", "examples": [UUID_EXAMPLE]}
_PATH_PARAMETERS: dict[str, Json] = {
    "lead_id": _UUID,
    "key_id": _UUID,
    "note_id": _UUID,
    "person_id": _UUID,
    "merge_id": _UUID,
    "endpoint_id": _UUID,
    "event_id": _UUID,
    "delivery_id": {"type": "integer", "minimum": 1, "maximum": 10**15, "examples": [4711]},
    "bot_id": {"type": "string", "pattern": BOT_ID_PATTERN, "examples": ["support"]},
    "session_id": {"type": "string", "minLength": 1, "maxLength": 200, "examples": ["s-81"]},
}
_QUOTA = ("RateLimit-Policy", "RateLimit")
_HEADERS: dict[str, Json] = {
    "RateLimit-Policy": {
        "description": "How many requests (`q`) the caller may make in so many seconds (`w`)",
        "schema": {"type": "string", "examples": [POLICY_EXAMPLE]},
    },
    "RateLimit": {
        "description": "How many are left (`r`), and in how many seconds there will be more (`t`)",
        "schema": {"type": "string", "examples": [STATE_EXAMPLE]},
    },
    "Retry-After": {
        "description": "Seconds",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "Idempotent-Replayed": {
        "description": "There where this is the answer of an earlier time",
        "schema": {"type": "string", "const": "true"},
    },
}
_TAGS = [
    {"name": "Leads", "description": "Captures of contact details"},
    {"name": "People", "description": "Whom leads belong to, across sessions and bots"},
    {"name": "Sessions", "description": "Conversations of visitors with bots, and their hand-over to people"},
    {"name": "Counts", "description": "What charts are made of"},
    {"name": "Events", "description": "What happened, in one feed"},
    {"name": "Endpoints", "description": "Who is told of events"},
    {"name": "Deliveries", "description": "What was delivered, and what came of each attempt"},
    {"name": "Bots", "description": "The chatbots whose leads are kept"},
    {"name": "Keys", "description": "Who may do what"},
]
_DESCRIPTION = """\
Every lead a chatbot captures. Times are RFC 3339, ids are opaque, errors are problem documents (RFC 9457).
Lists come in pages: `next_cursor`, with the same filters, gives the next one.
Every POST takes an `Idempotency-Key`."""


def build_document(face: Litestar) -> bytes:
    """Every route that carries a `Doc`, as one JSON document."""
    routes = sorted(_documented(face), key=lambda found: (found[0].path_format, _METHODS.index(found[1])))
    paths: Json = {}
    for route, method, handler in routes:
        paths.setdefault(route.path_format, {})[method.lower()] = _operation(route, handler)
    structs = {kind for _, _, handler in routes for kind in _structs(handler.opt["doc"])} | {Problem}
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Leadkeep", "version": __version__, "description": _DESCRIPTION},
            "servers": [{"url": "/"}],
            "tags": _TAGS,
            "paths": paths,
            "components": {
                "schemas": _schemas(structs),
                "headers": _HEADERS,
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _documented(face: Litestar) -> Iterator[tuple[HTTPRoute, str, HTTPRouteHandler]]:
    for route in face.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if "doc" in handler.opt:
                    yield route, method, handler


def _operation(route: HTTPRoute, handler: HTTPRouteHandler) -> Json:
    doc: Doc = handler.opt["doc"]
    posts = "POST" in handler.http_methods
    operation: Json = {
        "operationId": handler.handler_name,
        "tags": [doc.tag],
        "summary": doc.summary,
        "description": doc.description,
        "security": [{"bearer": []}, {}] if doc.strangers else [{"bearer": []}],
        "parameters": [*_path(route), *_query(doc), *doc.headers, *([IDEMPOTENCY_KEY] if posts else [])],
        "responses": _responses(doc, handler.status_code, posts=posts),
    }
    if doc.body:
        media = {"schema": _ref(doc.body), "examples": _body_examples(doc.body)}
        operation["requestBody"] = {
            "required": doc.body_required,
            "content": dict.fromkeys(doc.body_types, media),
        }
    return operation


def _path(route: HTTPRoute) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _PATH_PARAMETERS[name]}
        for name in route.path_parameters
    ]


def _query(doc: Doc) -> list[Json]:
    if doc.query is None:
        return []
    _, components = msgspec.json.schema_components([doc.query], ref_template=_REF)
    shape: Json = components[doc.query.__name__]
    return [
        _parameter(name, _inlined(given, components), required=name in shape["required"])
        for name, given in shape["properties"].items()
    ]


def _parameter(name: str, schema: Json, *, required: bool) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": schema.pop("description", ""),
        "schema": schema,
    }


def _inlined(schema: Json, components: Json) -> Json:
    """The schema without a reference: what only a query names, such as an order, is no schema of its own."""
    name = schema.pop("$ref", "").rpartition("/")[2]
    return {**components[name], **schema} if name else schema


def _responses(doc: Doc, status: int, *, posts: bool) -> Json:
    success: Json = {"headers": _headers(doc, posts=posts)}
    if doc.answer:
        success["content"] = {"application/json": {"schema": _ref(doc.answer)}}
    if doc.stream:
        success["content"] = {"text/event-stream": {"schema": {"type": "string"}}}
    codes = {*_EVERYWHERE, *doc.problems, *(_OF_POSTS if posts else ())}
    successes = [status] if doc.again is None else [doc.again, status]
    made = {str(code): {"description": HTTPStatus(code).phrase, **success} for code in successes}
    return {**made, **{str(code): _problem(code) for code in sorted(codes)}}


def _headers(doc: Doc, *, posts: bool) -> Json:
    headers = _refs(*_QUOTA)
    if posts:
        headers |= _refs("Idempotent-Replayed")
    if doc.location:
        location = {"type": "string", "format": "uri-reference"}
        headers["Location"] = {"description": doc.location, "required": True, "schema": location}
    if doc.etag:
        etag = {"type": "string", "examples": ['"3"']}
        headers["ETag"] = {"description": "The `version`, quoted", "required": True, "schema": etag}
    return headers


def _problem(status: int) -> Json:
    problem: Json = {
        "description": HTTPStatus(status).phrase,
        "content": {PROBLEM_TYPE: {"schema": _ref(Problem), "example": problem_example(status)}},
    }
    if status == 401:
        problem["headers"] = {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    else:
        problem["headers"] = _refs(*_QUOTA)
    if status in _RETRIED:
        problem["headers"] |= _refs("Retry-After")
    return problem


def _refs(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _schemas(structs: set[type[msgspec.Struct]]) -> Json:
    ordered = sorted(structs, key=lambda kind: kind.__name__)
    _, schemas = msgspec.json.schema_components(ordered, ref_template=_REF)
    for kind, example in EXAMPLES.items():
        schemas[kind.__name__]["examples"] = [example]
    return schemas


def _body_examples(kind: type[msgspec.Struct]) -> Json:
    return {name: {"value": value} for name, value in BODIES[kind].items()}


def _structs(doc: Doc) -> Iterator[type[msgspec.Struct]]:
    yield from (kind for kind in (doc.body, doc.answer) if kind)


def _ref(kind: type[msgspec.Struct]) -> Json:
    return {"$ref": _REF.format(name=kind.__name__)}
