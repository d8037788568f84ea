"""The one map from our errors to ChatNode's statuses and error body."""

import msgspec
import structlog

from leadkeep.domain import errors
from leadkeep.web.asgi import JSON, Answer, as_headers
from leadkeep.web.error_headers import error_headers

_log = structlog.get_logger("leadkeep.chatnode")

_NO_ACCESS = "Bot access not allowed"

STATUS: dict[type[errors.LeadkeepError], int] = {
    errors.MalformedError: 400,
    errors.UnsupportedError: 400,
    errors.InvalidError: 400,
    errors.ConflictError: 400,
    errors.PreconditionError: 400,
    errors.TooLargeError: 400,
    errors.UnauthenticatedError: 401,
    # A bot that is not there and one that the token may not read are told apart by nobody.
    errors.ForbiddenError: 403,
    errors.NotFoundError: 403,
    errors.TooManyError: 429,
    errors.UnavailableError: 503,
}


def error_answer(error: Exception) -> Answer:
    """What ChatNode would say; anything we did not foresee becomes a 500 that tells nothing."""
    if not isinstance(error, errors.LeadkeepError):
        _log.error("unforeseen", error=type(error).__name__, exc_info=error)
        return refusal(500, "Internal Server Error")
    status = STATUS[type(error)]
    message = _NO_ACCESS if status == 403 else error.message
    return refusal(status, message, *as_headers(error_headers(error)))


def refusal(status: int, message: str, *headers: tuple[bytes, bytes]) -> Answer:
    return Answer(status, msgspec.json.encode({"message": message}), (JSON, *headers))
