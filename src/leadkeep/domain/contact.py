"""What a typed e-mail address or phone number amounts to.

What was typed is always kept as typed: these functions only say what stands beside it.
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

import phonenumbers
from email_validator import EmailNotValidError, validate_email

NOT_AN_EMAIL = "not_an_email"
NOT_A_PHONE = "not_a_phone"
NO_COUNTRY_CODE = "no_country_code"
IMPOSSIBLE_PHONE = "impossible_phone"

# Addresses that email-validator is sure to accept unchanged: parsing costs a hundred times this match.
_PLAIN_EMAIL = re.compile(
    r"(?=.{3,64}@)[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?=.{4,100}\Z)(?:[a-z0-9]{1,60}\.)+(?:com|net|org|io|de|fr|es|uk|br|nl|it)\Z",
    re.ASCII,
)

_PLAIN_PHONE = re.compile(r"\+[1-9][0-9]*(?:[ .-][0-9]+)*\Z", re.ASCII)
_NO_PUNCTUATION = str.maketrans("", "", "+ .-")


class Contact(NamedTuple):
    """`normal` is the comparable form where there is one, `problem` the reason where there is none."""

    normal: str | None
    problem: str | None


_NOTHING = Contact(None, None)


def read_email(typed: str | None) -> Contact:
    """Normalise by RFC 5321/6531 (case, NFC, IDN), without DNS. The local part is compared without case."""
    typed = typed and typed.strip()
    if not typed:
        return _NOTHING
    if _PLAIN_EMAIL.match(typed):
        return Contact(typed, None)
    return _validated_email(typed)


@lru_cache(maxsize=4096)
def _validated_email(typed: str) -> Contact:
    try:
        return Contact(validate_email(typed, check_deliverability=False).normalized.casefold(), None)
    except EmailNotValidError:
        return Contact(None, NOT_AN_EMAIL)


def read_phone(typed: str | None) -> Contact:
    """E.164 where the text carries a country code and parses; no region is guessed."""
    typed = typed and typed.strip()
    if not typed:
        return _NOTHING
    if "+" not in typed and "\uff0b" not in typed:
        return Contact(None, NO_COUNTRY_CODE if _has_digits(typed) else NOT_A_PHONE)
    if _PLAIN_PHONE.match(typed):
        digits = typed.translate(_NO_PUNCTUATION)
        if _is_plainly_possible(digits):
            return Contact("+" + digits, None)
    return _parsed_phone(typed)


def _is_plainly_possible(digits: str) -> bool:
    """Whether the parser would leave these digits as they are. It costs ten times this look at its tables."""
    for end in (1, 2, 3):
        plan = _plan_of(digits[:end])
        if plan is not None:
            national = digits[end:]
            return len(national) in plan.lengths and not (plan.prefix and plan.prefix.match(national))
    return False


class _Plan(NamedTuple):
    """A country code's possible lengths, and the national prefix that the parser would strip."""

    lengths: frozenset[int]
    prefix: re.Pattern[str] | None


@cache
def _plan_of(country_code: str) -> _Plan | None:
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(country_code), ())
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(regions[0], None) if regions else None
    if metadata is None or metadata.general_desc is None:
        return None
    prefix = metadata.national_prefix_for_parsing
    return _Plan(frozenset(metadata.general_desc.possible_length), re.compile(prefix) if prefix else None)


@lru_cache(maxsize=4096)
def _parsed_phone(typed: str) -> Contact:
    try:
        number = phonenumbers.parse(typed, None)
    except phonenumbers.NumberParseException:
        return Contact(None, NOT_A_PHONE)
    if not phonenumbers.is_possible_number(number):
        return Contact(None, IMPOSSIBLE_PHONE)
    return Contact(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None)


def _has_digits(typed: str) -> bool:
    return sum(c.isdigit() for c in typed) >= 3
