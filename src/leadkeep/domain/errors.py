"""The short vocabulary of what can go wrong. Each face maps these, once, to its own statuses and bodies."""

from collections.abc import Mapping
from typing import Any


class LeadkeepError(Exception):
    """Anything we say no to. `message` is meant for the person at the other end: no internals in it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        """It may be raised in another process than where it came up; not all are made of a message alone."""
        return _as_it_was, (type(self), self.args, self.__dict__)


class MalformedError(LeadkeepError):
    """The bytes cannot be read as what they claim to be."""


class UnsupportedError(LeadkeepError):
    """A charset or content encoding that nobody here speaks."""


class TooLargeError(LeadkeepError):
    """A body over its limit."""


class InvalidError(LeadkeepError):
    """Readable, but a field breaks a rule. `field` names it as the caller wrote it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class UnauthenticatedError(LeadkeepError):
    """No credential, or one that is not known. Which of the two it is, and why, is nobody's business."""

    def __init__(self, message: str = "Bearer token missing or unknown") -> None:
        super().__init__(message)


class ForbiddenError(LeadkeepError):
    """A known caller without the right to do this."""


class NotFoundError(LeadkeepError):
    """There is no such thing, or none that this caller may know of."""


class ConflictError(LeadkeepError):
    """It clashes with what is stored already. `facts`: what a program may want to know of that, by name."""

    def __init__(self, message: str, facts: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.facts = facts or {}


class PreconditionError(LeadkeepError):
    """It is not any more what the caller took it for: somebody else has changed it."""


class RetryLaterError(LeadkeepError):
    """Come back in `retry_after` seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooManyError(RetryLaterError):
    """This caller asks too often."""


class UnavailableError(RetryLaterError):
    """Nothing wrong with the request: the store, or the queue before it, cannot take it now."""


def _as_it_was(kind: type[LeadkeepError], args: tuple[Any, ...], facts: dict[str, Any]) -> LeadkeepError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(facts)
    return error
