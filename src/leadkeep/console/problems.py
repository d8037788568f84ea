"""The one map from what goes wrong to a status and a page."""

from typing import Any
from urllib.parse import quote

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from leadkeep.console import cookies
from leadkeep.console.headers import PAGE_HEADERS
from leadkeep.console.marking import _
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain import errors
from leadkeep.web.paths import encoded_path

_log = structlog.get_logger("leadkeep.console")


STATUS: dict[type[errors.LeadkeepError], int] = {
    errors.MalformedError: 400,
    errors.UnauthenticatedError: 401,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.PreconditionError: 409,
    errors.TooLargeError: 413,
    errors.UnsupportedError: 415,
    errors.InvalidError: 422,
    errors.TooManyError: 429,
    errors.UnavailableError: 503,
}
_TITLES = {
    403: _("Not allowed"),
    404: _("Not here"),
    409: _("That clashes"),
    422: _("That cannot be"),
    429: _("Please wait"),
    503: _("Just now it cannot"),
}
_ROUTING = {404: _("There is no such page."), 405: _("There is no such page.")}


def _refuse(request: Request[Any, Any, Any], error: errors.LeadkeepError) -> Response[bytes]:
    asked = ConsoleRequest(request.scope, request.receive, request.send)
    if isinstance(error, errors.UnauthenticatedError):
        return _to_sign_in(asked)
    headers = {}
    if isinstance(error, errors.RetryLaterError):
        headers["Retry-After"] = str(error.retry_after)
    return _page(asked, STATUS[type(error)], asked.told(error), headers)


def _refuse_routing(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    if error.status_code >= 500:
        return _fail(request, error)
    asked = ConsoleRequest(request.scope, request.receive, request.send)
    message = _ROUTING.get(error.status_code, error.detail)
    return _page(asked, error.status_code, asked.gettext(message), {})


def _fail(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    _log.error("unforeseen", error=type(error).__name__, exc_info=error)
    asked = ConsoleRequest(request.scope, request.receive, request.send)
    message = asked.gettext(_("Something went wrong on our side. Nothing was changed."))
    return _page(asked, 500, message, {})


def _to_sign_in(request: ConsoleRequest) -> Response[bytes]:
    """And back from there, where it was a page to look at."""
    path, query = encoded_path(request.scope["path"]), request.url.query
    wanted = quote(f"{path}?{query}" if query else path, safe="") if request.method == "GET" else ""
    location = f"/sign-in?next={wanted}" if wanted and path != "/" else "/sign-in"
    if request.is_quick:
        return Response(b"", status_code=401, headers={**PAGE_HEADERS, "HX-Redirect": location})
    more = [cookies.no_cookie(cookies.SIGN_IN, secure=request.secure)]
    return Response(b"", status_code=303, headers={**PAGE_HEADERS, "Location": location}, cookies=more)


def _page(request: ConsoleRequest, status: int, message: str, headers: dict[str, str]) -> Response[bytes]:
    title = _TITLES.get(status, _("Something went wrong"))
    quick = (
        {"HX-Retarget": "#said", "HX-Reswap": "innerHTML", "HX-Reselect": ".notice"}
        if request.is_quick
        else {}
    )
    return request.page(
        "problem_part.html" if request.is_quick else "problem.html",
        status=status,
        headers={**quick, **headers},
        title=request.gettext(title),
        message=message,
        # Where a form stood that was refused there is more to be done than at the beginning.
        back=request.back("") if request.method == "POST" else "",
    )


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    errors.LeadkeepError: _refuse,
    HTTPException: _refuse_routing,
    Exception: _fail,
}
