"""Phone numbers that are valid, each given out once, and nobody's where a country keeps some for fiction."""

from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import NamedTuple

import phonenumbers

from leadkeep.domain.phone import read_phone

_VARIED = 6
"""Digits of a country's example number that change where it keeps no numbers for fiction."""


class _Range(NamedTuple):
    """Numbers that begin alike, and how many digits follow."""

    beginning: str
    digits: int


# Set aside by the regulators for films and books: Ofcom, Bundesnetzagentur, Arcep, ACMA, PTS. Those that
# libphonenumber holds to be invalid, such as the British 07700 900, are left out.
_FICTION = {
    "AU": [f"+61{area}{block}:4" for block in ("5550", "7010") for area in (2, 3, 7, 8)],
    "DE": ["+493023125:3", "+4969900090:2", "+494066969:3", "+492214710:3", "+498999998:3", "+4917139200:2"],
    "FR": ["+3319900:4", "+3326191:4", "+3335301:4", "+3346571:4", "+3353649:4"],
    "GB": [
        "+44207946:4",
        *(f"+44{area}4960:3" for area in (113, 114, 115, 116, 117, 118, 121, 131, 141, 151)),
    ],
    "SE": ["+463139006:2", "+464062804:2", "+468465004:2", "+469803192:2"],
}
_NORTH_AMERICA = frozenset({"CA", "US"})


def numbers_of(region: str) -> Iterator[str]:
    """In E.164, without end or until the region's are used up."""
    ranges = _ranges_of(region)
    for line in count():
        left = [one for one in ranges if line < 10**one.digits]
        if not left:
            return
        for one in left:
            e164 = one.beginning + _spread(line, one.digits)
            found = read_phone(e164)
            if found.problem is None and found.region == region:
                yield e164


def how_many(region: str) -> int:
    """About how many there are."""
    return sum(10**one.digits for one in _ranges_of(region))


@cache
def _ranges_of(region: str) -> list[_Range]:
    if region in _NORTH_AMERICA:
        return [_Range(beginning, 2) for beginning in _area_codes(region)]
    if region in _FICTION:
        written = (text.split(":") for text in _FICTION[region])
        return [_Range(beginning, int(digits)) for beginning, digits in written]
    mobile = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if mobile is None:
        raise LookupError(f"libphonenumber has no example of a mobile number in {region}")
    e164 = phonenumbers.format_number(mobile, phonenumbers.PhoneNumberFormat.E164)
    return [_Range(e164[:-_VARIED], _VARIED)]


def _area_codes(region: str) -> Iterator[str]:
    """555-0100 to 555-0199 are nobody's, in every area (ATIS-0300115)."""
    for area in range(200, 990):
        if read_phone(f"+1{area}5550100").region == region:
            yield f"+1{area}55501"


def _spread(line: int, digits: int) -> str:
    """Each line once, but not one after the other: the factor and ten have no divisor in common."""
    return f"{line * 7_654_321 % 10**digits:0{digits}}"
