"""From JSON or a query string to a struct, with errors that name the field."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import UnsetType

from leadkeep.api.native.kinds import choices_at, flags_of
from leadkeep.domain.errors import InvalidError, MalformedError
from leadkeep.domain.moments import to_millisecond

T = TypeVar("T", bound=msgspec.Struct)
V = TypeVar("V")

# msgspec says what is wrong, and at the end where: "Expected `str`, got `int` - at `$.form.title`".
_PLACED = re.compile(r"(?P<problem>.*?)(?: - at `\$\.?(?P<place>.*)`)?\Z", re.DOTALL)
_NAMED = re.compile(r"Object (?P<what>missing required|contains unknown) field `(?P<name>.*)`\Z", re.DOTALL)
_SAID = {"missing required": "is required", "contains unknown": "is not a field of this request"}
_MAX_SHOWN = 100


def read_json(body: bytes, kind: type[T]) -> T:
    """Raises MalformedError for what is not JSON, InvalidError for JSON of another shape."""
    try:
        decoded: T = _decoder(kind).decode(body)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), kind, "body") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise MalformedError("The body is not valid JSON") from None
    except RecursionError:
        raise MalformedError("The body is nested too deeply") from None
    return decoded


def read_query(given: Mapping[str, str], kind: type[T]) -> T:
    """Raises InvalidError."""
    for name in flags_of(kind) & given.keys():
        if given[name] not in {"true", "false"}:
            raise InvalidError(name, f"{name}: must be one of true, false")
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), kind, "query") from None


def read_moment(text: str, field: str) -> datetime:
    """An RFC 3339 date-time; one without an offset is taken as UTC. Raises InvalidError."""
    try:
        moment = msgspec.convert(text, datetime)
        return to_millisecond(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (msgspec.ValidationError, OverflowError):
        raise InvalidError(field, f"{field} must be a date-time such as 2026-11-23T07:02:23Z") from None


def if_given(value: V | UnsetType) -> V | None:
    return None if isinstance(value, UnsetType) else value


def read_moment_if_given(text: str | UnsetType | None, field: str) -> datetime | None:
    """Raises InvalidError."""
    return read_moment(text, field) if isinstance(text, str) else None


@cache
def _decoder(kind: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def _invalid(said: str, kind: type[msgspec.Struct], whole: str) -> InvalidError:
    parts: dict[str, Any] = _PLACED.match(said).groupdict()  # type: ignore[union-attr]
    problem, place = parts["problem"], parts["place"] or ""
    named = _NAMED.match(problem)
    if named is None:
        field = place[:_MAX_SHOWN] or whole
        choices = choices_at(kind, place)
        if choices:
            return InvalidError(field, f"{field}: must be one of {', '.join(choices)}")
        return InvalidError(field, f"{field}: {problem[:1].lower()}{problem[1:]}")
    field = f"{place}.{named['name']}".lstrip(".")[:_MAX_SHOWN]
    return InvalidError(field, f"{field} {_SAID[named['what']]}")
