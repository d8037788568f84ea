import re

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from leadkeep.domain.contact import (
    IMPOSSIBLE_PHONE,
    NO_COUNTRY_CODE,
    NOT_A_PHONE,
    NOT_AN_EMAIL,
    Contact,
    read_email,
    read_phone,
)

# Addresses as most people have them, and those that only nearly are.
PLAIN_LOOKING = st.from_regex(
    r"[a-z0-9._+-]{1,66}@([a-z0-9.-]{1,64}\.)?(com|net|org|io|de|fr|es|uk|br|nl|it|test|local|c)",
    fullmatch=True,
)
PHONE_LOOKING = st.text("+0123456789 ()-/.x\uff0b\u0664", max_size=25)


def validated(typed: str) -> Contact:
    try:
        return Contact(validate_email(typed, check_deliverability=False).normalized.casefold(), None)
    except EmailNotValidError:
        return Contact(None, NOT_AN_EMAIL)


@given(PLAIN_LOOKING)
@example("a" * 64 + "@b.com")
@example("a" * 65 + "@b.com")
@example("a@" + "b" * 60 + ".com")
@example("a@" + "b" * 64 + ".com")
@example("a@" + "b." * 48 + "com")
@example("a..b@c.com")
@example("a@b.com\n.com")
def test_plain_addresses_are_read_just_as_email_validator_reads_them(typed: str) -> None:
    assert read_email(typed) == validated(typed.strip())


@given(st.text() | st.emails())
def test_any_text_has_either_a_normal_form_or_a_problem_or_is_blank(typed: str) -> None:
    found = read_email(typed)
    assert (found.normal is None) == (found.problem is not None or not typed.strip())


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("Ada.Lovelace@Example.COM", "ada.lovelace@example.com"),
        ("  ada@example.com\n", "ada@example.com"),
        ("ada@BÜCHER.example.com", "ada@bücher.example.com"),
        ("ada@xn--bcher-kva.com", "ada@bücher.com"),
        ("ADA+news@example.org", "ada+news@example.org"),
        ("u\u0308ber@example.com", "\u00fcber@example.com"),
    ],
)
def test_addresses_that_reach_the_same_mailbox_have_one_normal_form(typed: str, normal: str) -> None:
    assert read_email(typed) == Contact(normal, None)


@pytest.mark.parametrize(
    "typed", ["not an email", "a@b", "@example.com", "a@", "a b@example.com", "a@b..com"]
)
def test_what_is_no_address_says_so(typed: str) -> None:
    assert read_email(typed) == Contact(None, NOT_AN_EMAIL)


@pytest.mark.parametrize("typed", [None, "", "   ", "\n"])
def test_nothing_typed_is_no_problem(typed: str | None) -> None:
    assert read_email(typed) == Contact(None, None)
    assert read_phone(typed) == Contact(None, None)


@given(st.text() | PHONE_LOOKING)
def test_a_phone_number_is_e164_or_has_a_problem_or_is_blank(typed: str) -> None:
    found = read_phone(typed)
    assert (found.normal is None) == (found.problem is not None or not typed.strip())
    assert found.normal is None or re.fullmatch(r"\+[1-9][0-9]{3,16}", found.normal)


@given(PHONE_LOOKING.map(lambda typed: f"+{typed}"))
def test_the_normal_form_of_a_phone_number_is_its_own_normal_form(typed: str) -> None:
    normal = read_phone(typed).normal
    assert normal is None or read_phone(normal).normal == normal


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("+49 (30) 123-4567", Contact("+49301234567", None)),
        ("\uff0b49 30 1234567", Contact("+49301234567", None)),
        ("030 1234567", Contact(None, NO_COUNTRY_CODE)),
        ("call me", Contact(None, NOT_A_PHONE)),
        ("a1", Contact(None, NOT_A_PHONE)),
        ("+", Contact(None, NOT_A_PHONE)),
        ("+49", Contact(None, NOT_A_PHONE)),
        ("+1 23", Contact(None, IMPOSSIBLE_PHONE)),
    ],
)
def test_phone_numbers_are_read_without_guessing_a_country(typed: str, found: Contact) -> None:
    assert read_phone(typed) == found
