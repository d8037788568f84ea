"""Reading phone numbers: E.164, region and type, and which numbers are one line."""

import re
from functools import lru_cache

import phonenumbers

from leadkeep.domain.errors import InvalidError
from leadkeep.domain.numbering import Phone, from_abroad, from_within

NOT_A_PHONE = "not_a_phone"
NO_COUNTRY_CODE = "no_country_code"
IMPOSSIBLE_PHONE = "impossible_phone"
INVALID_PHONE = "invalid_phone"

REGIONS = tuple(sorted(phonenumbers.SUPPORTED_REGIONS))
"""Countries that have a numbering plan: ISO 3166 alpha-2."""

# Where these stand means nothing to the parser.
_PUNCTUATION = str.maketrans("", "", " .()/-")

_Type = phonenumbers.PhoneNumberType
_TYPES = {
    _Type.MOBILE: "mobile",
    _Type.FIXED_LINE: "fixed_line",
    _Type.FIXED_LINE_OR_MOBILE: "fixed_line_or_mobile",
    _Type.TOLL_FREE: "toll_free",
    _Type.PREMIUM_RATE: "premium_rate",
    _Type.SHARED_COST: "shared_cost",
    _Type.VOIP: "voip",
    _Type.PERSONAL_NUMBER: "personal",
    _Type.PAGER: "pager",
    _Type.UAN: "uan",
    _Type.VOICEMAIL: "voicemail",
}

_MEXICO = 52
# What used to be dialled before a mobile number: from abroad, from another area, from the same.
_MEXICAN_TOKEN = re.compile(r"(?:0?1|04[45])([2-9][0-9]{9})")
# Area codes, then eight digits of a mobile.
_BRAZILIAN_EIGHT = re.compile(
    r"(\+55(?:[14689][1-9]|2[12478]|3[1-578]|5[13-5]|7[13-579]))((?:[689][0-9]|7[1-6])[0-9]{6})"
)

_NOTHING = Phone(None, None)


def read_phone(typed: str | None, region: str | None = None) -> Phone:
    """What the text says. `region`, from check_region, is where a number without a country code belongs."""
    typed = typed and typed.strip()
    if not typed:
        return _NOTHING
    plain = _plain(typed, region)
    if plain is not None:
        return plain
    if region is None and "+" not in typed and "\uff0b" not in typed:
        return Phone(None, NO_COUNTRY_CODE if _has_digits(typed) else NOT_A_PHONE)
    return _parsed_phone(typed, region)


def phone_key(e164: str) -> str:
    """The number to match people by: one for all E.164 forms of a line, and its own key.

    Numbers share a key only where the numbering plan makes them one line:

    - Mexico: until August 2019 mobiles were dialled with a 1 between +52 and their ten digits. The ten digits
      have always been one line's, mobile or not (communication on Mexico's plan to the ITU-T, 2019).
    - Brazil: mobiles of eight digits, which began with 6 to 9, got a 9 in front between 2012 and 2016
      (Anatel, Resolução 553/2010). Those with 2 to 5 are landlines. 70 and 77 to 79 were trunked radio, which
      got none: the same digits behind a 9 may be someone else's.

    Argentina has none. +54 9 11 2345 6789 is a mobile; +54 11 2345 6789 may be a landline, or that mobile
    without its 9: no digit tells which. The 15 in +54 11 15 2345 6789 does, and read_phone makes it the 9.
    """
    country = e164[:3]
    if country == "+52" and len(e164) == 14 and e164[3] == "1":
        return f"+52{e164[4:]}"
    if country == "+55" and len(e164) == 13:
        found = _BRAZILIAN_EIGHT.fullmatch(e164)
        return f"{found[1]}9{found[2]}" if found else e164
    return e164


def phone_forms(key: str) -> list[str]:
    """All E.164 forms that have this key, itself among them."""
    older = (f"+521{key[3:]}", f"{key[:5]}{key[6:]}")
    return [key, *(form for form in older if form != key and phone_key(form) == key)]


def check_region(text: str, field: str) -> str:
    """The ISO 3166 alpha-2 code, upper-cased. Raises InvalidError for a region that has no numbering plan."""
    region = text.strip().upper()
    if not text.isascii() or region not in REGIONS:
        raise InvalidError(field, f"{field} must be a country's ISO 3166 code of two letters, such as DE")
    return region


def _plain(typed: str, region: str | None) -> Phone | None:
    """The valid number that ASCII digits amount to; None where it takes the parser to tell."""
    if not typed.isascii():
        return None
    abroad = typed[0] == "+"
    digits = typed[1:] if abroad else typed
    if not digits.isdecimal():
        digits = digits.translate(_PUNCTUATION)
        if not digits.isdecimal():
            return None
    if abroad:
        return from_abroad(digits)
    return from_within(digits, region) if region else None


@lru_cache(maxsize=4096)
def _parsed_phone(typed: str, region: str | None) -> Phone:
    try:
        number = _without_token(phonenumbers.parse(typed, region))
    except phonenumbers.NumberParseException:
        return Phone(None, NOT_A_PHONE)
    if not phonenumbers.is_possible_number(number):
        return Phone(None, IMPOSSIBLE_PHONE)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    type_ = _TYPES.get(phonenumbers.number_type(number))
    home = phonenumbers.region_code_for_number(number)
    return Phone(
        e164,
        None if type_ else INVALID_PHONE,
        None if home == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY else home,
        type_,
    )


def _without_token(number: phonenumbers.PhoneNumber) -> phonenumbers.PhoneNumber:
    """Libphonenumber has forgotten Mexico's way to dial mobiles, which people and messengers have not."""
    if number.country_code != _MEXICO:
        return number
    found = _MEXICAN_TOKEN.fullmatch(phonenumbers.national_significant_number(number))
    return phonenumbers.PhoneNumber(_MEXICO, int(found[1])) if found else number


def _has_digits(typed: str) -> bool:
    return sum(c.isdigit() for c in typed) >= 3
