"""Keys a caller sent that we have no column for: they ride along on the lead, within limits.

What does not fit is left behind without an error, because a lead is never refused for its luggage.
"""

import math
from collections.abc import Mapping
from typing import Any

import msgspec

MAX_KEYS = 64
MAX_KEY_LENGTH = 64
MAX_DEPTH = 8
MAX_BYTES = 16 * 1024
_EXPONENTS_FROM = 1e15


def keep_attributes(extra: Mapping[str, Any]) -> dict[str, Any]:
    """The part of `extra` that is within the limits, free of U+0000; keys stay in the order they came."""
    kept: dict[str, Any] = {}
    size = 2
    for key, value in extra.items():
        key = _clean(key)
        if len(kept) == MAX_KEYS or len(key) > MAX_KEY_LENGTH:
            continue
        if not _is_unicode(key) or not _is_storable(value, MAX_DEPTH):
            continue
        value = _clean(value)
        more = len(msgspec.json.encode({key: value}))
        if size + more <= MAX_BYTES:
            size += more
            kept[key] = value
    return kept


def _is_storable(value: object, depth: int) -> bool:
    if isinstance(value, str):
        return value.isascii() or _is_unicode(value)
    if isinstance(value, dict):
        return depth > 0 and all(_is_storable(part, depth - 1) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return depth > 0 and all(_is_storable(item, depth - 1) for item in value)
    # An integer beyond 64 bits would lose digits in every JSON reader after us, whichever way it is written.
    if isinstance(value, float):
        return math.isfinite(value) and (abs(value) < 2**63 or not value.is_integer())
    return not isinstance(value, int) or abs(value) < 2**63


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, float):
        # As every JSON writer after us writes it: PostgreSQL's knows neither exponents nor a negative zero.
        return int(value) if abs(value) >= _EXPONENTS_FROM and value.is_integer() else value + 0.0
    return value
