"""The one map from what goes wrong to a status and a problem document (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ExceptionHandlersMap

from leadkeep.domain import errors
from leadkeep.web.error_headers import error_headers

_log = structlog.get_logger("leadkeep.native")

PROBLEM_TYPE = "application/problem+json"

STATUS: dict[type[errors.LeadkeepError], int] = {
    errors.MalformedError: 400,
    errors.UnauthenticatedError: 401,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.PreconditionError: 412,
    errors.TooLargeError: 413,
    errors.UnsupportedError: 415,
    errors.InvalidError: 422,
    errors.TooManyError: 429,
    errors.UnavailableError: 503,
}
_ROUTING = {404: "There is no such route", 405: "This method is not allowed here"}


class FieldProblem(msgspec.Struct, frozen=True):
    """A field as it was sent, and what is wrong with it."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong (RFC 9457). `errors` is there where fields of the request are at fault.

    A conflict may tell more in further members: `claimed_by` and `claimed_at`, where somebody was first.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


def problem(status: int, detail: str, fields: list[FieldProblem]) -> Problem:
    return Problem(
        type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail, errors=fields
    )


def problem_of(error: Exception) -> Problem:
    """What is said of an error; of one that we did not foresee the client learns nothing, and the log no more
    than type and place."""
    if not isinstance(error, errors.LeadkeepError):
        _log.error("unforeseen", error=type(error).__name__, exc_info=error)
        return problem(500, "Something went wrong on our side", [])
    fields: list[FieldProblem] = []
    if isinstance(error, errors.InvalidError):
        fields.append(FieldProblem(error.field, error.message))
    return problem(STATUS[type(error)], error.message, fields)


def _refuse(request: Request[Any, Any, Any], error: errors.LeadkeepError) -> Response[bytes]:
    more = error.facts if isinstance(error, errors.ConflictError) else {}
    return _answer(request, problem_of(error), error_headers(error), more)


def _refuse_routing(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What Litestar itself says no to."""
    if error.status_code >= 500:
        return _fail(request, error)
    detail = _ROUTING.get(error.status_code, error.detail)
    return _answer(request, problem(error.status_code, detail, []), dict(error.headers or {}))


def _fail(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    return _answer(request, problem_of(error), {})


def _answer(
    request: Request[Any, Any, Any],
    said: Problem,
    headers: dict[str, str],
    more: Mapping[str, object] = MappingProxyType({}),
) -> Response[bytes]:
    return Response(
        msgspec.json.encode(msgspec.to_builtins(said) | more),
        status_code=said.status,
        media_type=PROBLEM_TYPE,
        headers=_of_route(request) | headers,
    )


def _of_route(request: Request[Any, Any, Any]) -> dict[str, str]:
    """What a route sends with every answer, it sends with its problems too."""
    handler = request.scope.get("route_handler")
    if not isinstance(handler, HTTPRouteHandler):
        return {}
    return {header.name: header.value or "" for header in handler.resolve_response_headers()}


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    errors.LeadkeepError: _refuse,
    HTTPException: _refuse_routing,
    Exception: _fail,
}
