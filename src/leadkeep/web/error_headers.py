"""The headers that a refusal carries whatever the face: bodies and statuses are each face's own."""

from leadkeep.domain import errors


def error_headers(error: errors.LeadkeepError) -> dict[str, str]:
    """By lower-case name, as ASGI wants them."""
    if isinstance(error, errors.UnauthenticatedError):
        return {"www-authenticate": "Bearer"}
    if isinstance(error, errors.RetryLaterError):
        return {"retry-after": str(error.retry_after)}
    if isinstance(error, errors.TooLargeError):
        # The rest of the body is still on its way, and nobody will read it.
        return {"connection": "close"}
    return {}
