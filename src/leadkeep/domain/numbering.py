"""The numbering plans of libphonenumber, compiled so that one match tells the type of a number.

The library's own look-ups cost many times as much. What these plans answer is what it would answer; of what
is odd they know nothing: it must be asked. A plan is loaded when the first number of its country comes by.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import phonenumbers

# In the order of libphonenumber's number_type(), which takes the first that matches.
_SPECIAL_TYPES = {
    "premium_rate": "premium_rate",
    "toll_free": "toll_free",
    "shared_cost": "shared_cost",
    "voip": "voip",
    "personal": "personal_number",
    "pager": "pager",
    "uan": "uan",
    "voicemail": "voicemail",
}


class Phone(NamedTuple):
    """`e164` is the comparable form where the text has one; `problem` says what is wrong with the number.

    `invalid_phone` is the one problem beside an `e164`: the length is right, but no one has such numbers.
    `region` is the ISO 3166 alpha-2 of the number, None where it belongs to none. `type` is one of mobile,
    fixed_line, fixed_line_or_mobile, toll_free, premium_rate, shared_cost, voip, personal, pager, uan and
    voicemail, and None for what is not valid. Regions and types are those of libphonenumber.
    """

    e164: str | None
    problem: str | None
    region: str | None = None
    type: str | None = None


class _Plan(NamedTuple):
    """A country code's own length, the possible ones after it, and the prefix that the parser would strip."""

    code_length: int
    lengths: frozenset[int]
    prefix: re.Pattern[str] | None
    regions: tuple[str, ...]


class _Region(NamedTuple):
    """`leading_digits`, if any, are those of no other region. `types` has a named group for each type."""

    leading_digits: re.Pattern[str] | None
    types: re.Pattern[str]
    lengths: dict[str, frozenset[int]]


class _Dialling(NamedTuple):
    """What is dialled from within a region: before the number, and before a country code."""

    country_code: str
    prefix: re.Pattern[str] | None
    is_zero: bool
    international_prefix: re.Pattern[str] | None


class _Type(NamedTuple):
    name: str
    pattern: str
    lengths: frozenset[int]


def from_abroad(digits: str) -> Phone | None:
    """A number with its country code first, if it is valid and the parser would leave these very digits."""
    plan = _plan_of(digits[:3])
    if plan is None:
        return None
    national = digits[plan.code_length :]
    if len(national) not in plan.lengths or (plan.prefix and plan.prefix.match(national)):
        return None
    for code in plan.regions:
        leading_digits, types, lengths = _region_of(code)
        if leading_digits and not leading_digits.match(national):
            continue
        found = types.fullmatch(national)
        name = found and found.lastgroup
        if name:
            return Phone(f"+{digits}", None, code, name) if len(national) in lengths[name] else None
        if leading_digits:
            return None
    return None


def from_within(digits: str, region: str) -> Phone | None:
    """A number as dialled within the region, where at most a single leading zero has to go."""
    dialling = _dialling_in(region)
    if digits.startswith(dialling.country_code):
        return None
    if dialling.international_prefix and dialling.international_prefix.match(digits):
        return None
    if dialling.prefix is None or not dialling.prefix.match(digits):
        return from_abroad(dialling.country_code + digits)
    found = from_abroad(dialling.country_code + digits[1:]) if dialling.is_zero else None
    return found if found and found.region == region else None


@cache
def _plan_of(head: str) -> _Plan | None:
    """`head` is the first three digits: no country code has more, and none begins with another."""
    if head.startswith("0"):
        return None
    for length in (1, 2, 3):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(head[:length]), ())
        main = phonenumbers.PhoneMetadata.metadata_for_region(regions[0], None) if regions else None
        if main is not None and main.general_desc is not None:
            return _Plan(length, frozenset(main.general_desc.possible_length), _prefix_in(main), regions)
    return None


@cache
def _region_of(code: str) -> _Region:
    metadata = _metadata_of(code)
    types = list(_types_in(metadata))
    groups = "|".join(f"(?P<{type_.name}>{type_.pattern})" for type_ in types)
    leading = metadata.leading_digits
    return _Region(
        re.compile(leading) if leading else None,
        re.compile(rf"(?=(?:{_type('general', metadata.general_desc).pattern})\Z)(?:{groups})"),
        {type_.name: type_.lengths for type_ in types},
    )


@cache
def _dialling_in(code: str) -> _Dialling:
    metadata = _metadata_of(code)
    abroad = metadata.international_prefix
    return _Dialling(
        str(metadata.country_code),
        _prefix_in(metadata),
        metadata.national_prefix_for_parsing == "0",
        re.compile(abroad) if abroad else None,
    )


def _metadata_of(code: str) -> phonenumbers.PhoneMetadata:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(code, None)
    if metadata is None:
        raise LookupError(f"libphonenumber has no region {code}")
    return metadata


def _prefix_in(metadata: phonenumbers.PhoneMetadata) -> re.Pattern[str] | None:
    prefix = metadata.national_prefix_for_parsing
    # Some prefixes are all optional and match everything; to strip nothing is not to strip.
    return re.compile(rf"(?:{prefix})(?<=.)") if prefix else None


def _types_in(metadata: phonenumbers.PhoneMetadata) -> Iterator[_Type]:
    """In the order in which the library tries them."""
    for name, attribute in _SPECIAL_TYPES.items():
        yield _type(name, getattr(metadata, attribute))
    fixed, mobile = _type("fixed_line", metadata.fixed_line), _type("mobile", metadata.mobile)
    if metadata.same_mobile_and_fixed_line_pattern:
        yield fixed._replace(name="fixed_line_or_mobile")
        return
    both = rf"(?=(?:{mobile.pattern})\Z)(?:{fixed.pattern})"
    yield _Type("fixed_line_or_mobile", both, fixed.lengths & mobile.lengths)
    yield fixed
    yield mobile


def _type(name: str, desc: phonenumbers.PhoneNumberDesc | None) -> _Type:
    """A region without such numbers has a type that matches nothing."""
    if desc is None or desc.national_number_pattern is None:
        return _Type(name, r"(?!)", frozenset())
    return _Type(name, desc.national_number_pattern, frozenset(desc.possible_length))
