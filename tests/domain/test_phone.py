import re

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from leadkeep.domain.contact import (
    IMPOSSIBLE_PHONE,
    INVALID_PHONE,
    NO_COUNTRY_CODE,
    NOT_A_PHONE,
    Phone,
    check_region,
    phone_key,
    read_phone,
)
from leadkeep.domain.errors import InvalidError

PHONE_LOOKING = st.text("+0123456789 ()-/.x\uff0b\u0664", max_size=25)
REGIONS = st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS))
COUNTRY_CODES = st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE))

TYPES = [
    kind
    for kind in PhoneNumberType.values()
    if kind not in (PhoneNumberType.UNKNOWN, PhoneNumberType.FIXED_LINE_OR_MOBILE)
]
NAMES = {
    number: name.lower() for name, number in vars(PhoneNumberType).items() if isinstance(number, int)
} | {
    PhoneNumberType.PERSONAL_NUMBER: "personal",
    PhoneNumberType.UNKNOWN: None,
}

EXAMPLES = [
    number
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    for kind in TYPES
    if (number := phonenumbers.example_number_for_type(region, kind)) is not None
]


def by_library(typed: str, region: str | None = None) -> Phone:
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        return Phone(None, NOT_A_PHONE)
    if not phonenumbers.is_possible_number(number):
        return Phone(None, IMPOSSIBLE_PHONE)
    kind = NAMES[phonenumbers.number_type(number)]
    home = phonenumbers.region_code_for_number(number)
    return Phone(
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        None if kind else INVALID_PHONE,
        None if home == "001" else home,
        kind,
    )


def is_mexican_token(typed: str, region: str | None = None) -> bool:
    """What libphonenumber alone calls impossible."""
    return read_phone(typed, region).region == "MX" and by_library(typed, region).e164 is None


def nearly(number: phonenumbers.PhoneNumber, cut: int, tail: str) -> str:
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return e164[: len(e164) - cut] + tail


@pytest.mark.parametrize("style", [0, 1, 2])
def test_an_example_of_every_type_and_region_is_read_as_libphonenumber_reads_it(style: int) -> None:
    for number in EXAMPLES:
        region = phonenumbers.region_code_for_number(number)
        typed = phonenumbers.format_number(number, style)
        assert read_phone(typed, region) == by_library(typed, region)


@given(st.sampled_from(EXAMPLES), st.integers(0, 4), st.text("0123456789", max_size=5), REGIONS)
def test_what_nearly_is_a_number_is_read_as_libphonenumber_reads_it(
    number: phonenumbers.PhoneNumber, cut: int, tail: str, region: str
) -> None:
    typed = nearly(number, cut, tail)
    assert is_mexican_token(typed) or read_phone(typed, region) == by_library(typed)


@given(COUNTRY_CODES, st.text("0123456789", min_size=3, max_size=13))
@example(54, "1123456789")
@example(54, "91123456789")
@example(54, "111523456789")
@example(39, "0612345678")
@example(44, "02079460018")
def test_random_digits_behind_a_country_code_are_read_as_libphonenumber_reads_them(
    country_code: int, national: str
) -> None:
    typed = f"+{country_code}{national}"
    assert is_mexican_token(typed) or read_phone(typed) == by_library(typed)


@given(REGIONS, st.text("0123456789", min_size=3, max_size=15))
@example("DE", "004915112345678")
@example("DE", "4915112345678")
@example("US", "14155552671")
@example("BR", "021211123456789")
@example("IT", "0612345678")
def test_random_digits_without_a_country_code_are_read_as_libphonenumber_reads_them(
    region: str, typed: str
) -> None:
    assert is_mexican_token(typed, region) or read_phone(typed, region) == by_library(typed, region)


@given(REGIONS, PHONE_LOOKING, st.booleans())
@example("DE", "(0)30 1234567", False)
@example("DE", "+49 (0)30 1234567", False)
@example("DE", "030/1234567--", False)
def test_punctuation_is_read_as_libphonenumber_reads_it(region: str, typed: str, abroad: bool) -> None:
    typed = f"+{typed}".strip() if abroad else typed.strip()
    assert (
        not typed or is_mexican_token(typed, region) or read_phone(typed, region) == by_library(typed, region)
    )


@pytest.mark.parametrize("typed", [None, "", "   ", "\n"])
def test_no_phone_number_is_no_problem(typed: str | None) -> None:
    assert read_phone(typed) == read_phone(typed, "DE") == Phone(None, None)


@given(st.text() | PHONE_LOOKING, st.none() | REGIONS)
def test_a_phone_number_is_e164_or_has_a_problem_or_is_blank(typed: str, region: str | None) -> None:
    found = read_phone(typed, region)
    assert (found.e164 is None) == (found.problem not in (None, INVALID_PHONE) or not typed.strip())
    assert (found.type is None) == (found.problem is not None or not typed.strip())
    assert found.e164 is None or re.fullmatch(r"\+[1-9][0-9]{3,16}", found.e164)


@given(PHONE_LOOKING.map(lambda typed: f"+{typed}"))
def test_the_e164_of_a_valid_phone_number_is_its_own_e164(typed: str) -> None:
    found = read_phone(typed)
    assert found.problem is not None or read_phone(found.e164) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("+49 (30) 123-4567", Phone("+49301234567", None, "DE", "fixed_line")),
        ("\uff0b49 30 1234567", Phone("+49301234567", None, "DE", "fixed_line")),
        ("+1 416 234 5678", Phone("+14162345678", None, "CA", "fixed_line_or_mobile")),
        ("+800 1234 5678", Phone("+80012345678", None, None, "toll_free")),
        ("+49 123456", Phone("+49123456", INVALID_PHONE, "DE")),
        ("030 1234567", Phone(None, NO_COUNTRY_CODE)),
        ("0049 30 1234567", Phone(None, NO_COUNTRY_CODE)),
        ("call me", Phone(None, NOT_A_PHONE)),
        ("a1", Phone(None, NOT_A_PHONE)),
        ("+", Phone(None, NOT_A_PHONE)),
        ("+49", Phone(None, NOT_A_PHONE)),
        ("+1 23", Phone(None, IMPOSSIBLE_PHONE)),
    ],
)
def test_phone_numbers_are_read_without_guessing_a_country(typed: str, found: Phone) -> None:
    assert read_phone(typed) == found


@pytest.mark.parametrize(
    ("typed", "region", "e164"),
    [
        ("0151 23456789", "DE", "+4915123456789"),
        ("0049 151 23456789", "DE", "+4915123456789"),
        ("011 49 151 23456789", "US", "+4915123456789"),
        ("+44 20 7946 0018", "DE", "+442079460018"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("011 15 2345-6789", "AR", "+5491123456789"),
        ("044 55 1234 5678", "MX", "+525512345678"),
    ],
)
def test_a_region_says_what_a_number_without_country_code_is(typed: str, region: str, e164: str) -> None:
    assert read_phone(typed, region).e164 == e164


@pytest.mark.parametrize(
    "forms",
    [
        ("+55 11 98765-4321", "+55 11 8765-4321"),
        ("+55 21 96123-4567", "+55 21 6123-4567"),
        ("+55 85 97123-4567", "+55 85 7123-4567"),
        ("+52 1 55 1234 5678", "+52 55 1234 5678"),
        ("+52 1 33 2345 6789", "+52 33 2345 6789"),
        ("+54 9 11 2345-6789", "+54 11 15 2345-6789", "+54 011 15 2345-6789"),
        ("+54 9 223 512-3456", "+54 223 15 512-3456"),
    ],
)
def test_forms_of_one_line_have_one_key(forms: tuple[str, ...]) -> None:
    assert len({key_of(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+55 11 3456-7890", "+55 11 93456-7890"),  # a landline
        ("+55 11 7812-3456", "+55 11 97812-3456"),  # trunked radio
        ("+54 11 2345-6789", "+54 9 11 2345-6789"),  # a landline, for all that the digits say
        ("+49 151 23456789", "+49 151 23456780"),
    ],
)
def test_what_may_be_another_line_has_another_key(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


def test_a_key_was_also_given_to_mexican_numbers_kept_with_the_old_token() -> None:
    assert phone_key("+5215512345678") == "+525512345678"


E164 = (
    st.builds(nearly, st.sampled_from(EXAMPLES), st.integers(0, 4), st.text("0123456789", max_size=5))
    | st.from_regex(r"\+(55[1-9][1-9][0-9]{8,9}|521?[0-9]{10}|549?(11|2|3)[0-9]{8})", fullmatch=True)
    | st.from_regex(r"\+[1-9][0-9]{3,14}", fullmatch=True)
)


@given(E164)
def test_a_key_is_its_own_key(e164: str) -> None:
    assert phone_key(phone_key(e164)) == phone_key(e164)


@given(E164)
def test_a_key_never_joins_a_landline_to_a_mobile(e164: str) -> None:
    assert {read_phone(e164).type, read_phone(phone_key(e164)).type} != {"fixed_line", "mobile"}


@given(st.from_regex(r"55[1-9][1-9][0-9]{8}|54(11|2|3)[0-9]{8,9}", fullmatch=True))
def test_a_landline_has_no_key_but_its_own(digits: str) -> None:
    landline = read_phone(f"+{digits}")
    if landline.e164 and landline.type == "fixed_line":
        mobile = f"+{digits[:4]}9{digits[4:]}", f"+{digits[:2]}9{digits[2:]}"
        assert phone_key(landline.e164) == landline.e164
        assert landline.e164 not in map(phone_key, mobile)


@given(st.sampled_from(EXAMPLES))
def test_a_valid_number_outside_the_plans_with_variants_is_its_own_key(
    number: phonenumbers.PhoneNumber,
) -> None:
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert phone_key(e164) == e164


@pytest.mark.parametrize(("text", "region"), [("DE", "DE"), ("de", "DE"), (" us ", "US")])
def test_a_region_is_read_in_any_case(text: str, region: str) -> None:
    assert check_region(text, "region") == region


@pytest.mark.parametrize("text", ["", "D", "DEU", "XX", "001", "EU", "ß", "Germany"])
def test_a_region_without_phone_numbers_is_refused(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        check_region(text, "default_region")
    assert refused.value.field == "default_region"


def key_of(typed: str) -> str:
    e164 = read_phone(typed).e164
    assert e164 is not None
    return phone_key(e164)
