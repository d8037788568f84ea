"""Reading one text field of a request, with the same limits on every face."""

from typing import overload

import msgspec

from leadkeep.domain.errors import InvalidError, MalformedError


@overload
def as_text(value: str, field: str, limit: int) -> str: ...
@overload
def as_text(value: object, field: str, limit: int) -> str | None: ...
def as_text(value: object, field: str, limit: int) -> str | None:
    """The value as stored text; None where it is None.

    Numbers become text with all their digits, 4.0 being `4` as in JavaScript.
    U+0000 goes: PostgreSQL cannot hold it.
    Raises InvalidError for another type or over `limit` characters, MalformedError for lone surrogates.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        value = _number_as_text(value, field)
    if "\0" in value:
        value = value.replace("\0", "")
    if len(value) > limit:
        raise InvalidError(field, f"{field} is longer than {limit} characters")
    if not value.isascii():
        _check_unicode(value, field)
    return value


def _number_as_text(value: object, field: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidError(field, f"{field} must be a string")
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e21):
        return str(int(value))
    return msgspec.json.encode(value).decode()


def _check_unicode(value: str, field: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise MalformedError(f"{field} is not valid Unicode text") from None
