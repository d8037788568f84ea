"""Currencies, by their ISO 4217 codes."""

from functools import cache

from leadkeep.domain.errors import InvalidError


def read_currency(text: str, field: str) -> str:
    """The code in upper case; money that is in use somewhere today. Raises InvalidError."""
    code = text.strip().upper()
    if code not in _in_use():
        raise InvalidError(field, f"{field} must be the ISO 4217 code of a currency in use, such as EUR")
    return code


@cache
def _in_use() -> frozenset[str]:
    # Not before somebody names a currency: few processes ever need the list.
    from babel.core import get_global

    of_territories = get_global("territory_currencies").values()
    return frozenset(
        code for used in of_territories for code, _, until, is_tender in used if is_tender and until is None
    )
