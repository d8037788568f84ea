"""The one map from our errors to Flowise's statuses and error body."""

import msgspec
import structlog

from leadkeep.domain import errors
from leadkeep.web.asgi import JSON, Answer, as_headers
from leadkeep.web.error_headers import error_headers

_log = structlog.get_logger("leadkeep.flowise")

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


def error_answer(error: Exception) -> Answer:
    """What Flowise would say; anything we did not foresee becomes a 500 that tells nothing."""
    if not isinstance(error, errors.LeadkeepError):
        _log.error("unforeseen", error=type(error).__name__, exc_info=error)
        return refusal(500, "Internal Server Error")
    return refusal(STATUS[type(error)], error.message, *as_headers(error_headers(error)))


def refusal(status: int, message: str, *headers: tuple[bytes, bytes]) -> Answer:
    body: dict[str, object] = {"statusCode": status, "success": False, "message": message, "stack": {}}
    if status == 401:
        # Where its keys guard a route, Flowise says no in this other shape: we send both in one.
        body = {"error": "Unauthorized Access", **body}
    return Answer(status, msgspec.json.encode(body), (JSON, *headers))
