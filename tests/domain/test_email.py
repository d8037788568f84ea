import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from leadkeep.domain.contact import NOT_AN_EMAIL, Email, email_hint, read_email

# Addresses as most people have them, and those that only nearly are.
PLAIN_LOOKING = st.from_regex(
    r"[A-Za-z0-9._+-]{1,66}@([A-Za-z0-9.-]{1,64}\.)?(com|net|org|info|[a-z]{2}|test|local|museum|c)",
    fullmatch=True,
)


def validated(typed: str) -> tuple[str | None, str | None]:
    try:
        return validate_email(typed, check_deliverability=False).normalized.lower(), None
    except EmailNotValidError:
        return None, NOT_AN_EMAIL


@given(PLAIN_LOOKING)
@example("a" * 64 + "@b.com")
@example("a" * 65 + "@b.com")
@example("a@" + "b" * 60 + ".com")
@example("a@" + "b" * 64 + ".com")
@example("a@" + "b." * 48 + "com")
@example("a..b@c.com")
@example("a@" + "b." * 31 + "com")
@example("a@b--c.com")
@example("a@xn--a.com")
@example("a@b-.com")
@example("a@b.\u212ar")
@example("a@b.com\n.com")
def test_plain_addresses_are_read_just_as_email_validator_reads_them(typed: str) -> None:
    assert read_email(typed)[:2] == validated(typed.strip())


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
    assert read_email(typed) == Email(normal, None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("admin@stra\u00dfe.de", "admin@strasse.de"),
        ("admin@xn--strae-oqa.de", "admin@strasse.de"),
        ("a@\u03bd\u03cc\u03bc\u03bf\u03c2.gr", "a@\u03bd\u03cc\u03bc\u03bf\u03c3.gr"),
        ("\u017fmith@example.com", "smith@example.com"),
        ("wei\u00df@example.com", "weiss@example.com"),
    ],
)
def test_addresses_of_different_mailboxes_have_different_normal_forms(one: str, other: str) -> None:
    assert read_email(one).normal != read_email(other).normal


@pytest.mark.parametrize(
    "typed", ["not an email", "a@b", "@example.com", "a@", "a b@example.com", "a@b..com"]
)
def test_what_is_no_address_says_so(typed: str) -> None:
    assert read_email(typed) == Email(None, NOT_AN_EMAIL)


@pytest.mark.parametrize("typed", [None, "", "   ", "\n"])
def test_nothing_typed_is_no_problem(typed: str | None) -> None:
    assert read_email(typed) == Email(None, None)


@pytest.mark.parametrize(
    "typed",
    [
        "ada@mailinator.com",
        "Ada@MAILINATOR.com",
        "ada@inbox.eu.mailinator.com",
        "\u0430da@yopmail.com",
        "ada@\u0967.yopmail.com",
    ],
)
def test_throw_away_domains_and_those_below_them_are_known(typed: str) -> None:
    assert read_email(typed).disposable


@pytest.mark.parametrize(
    "typed",
    [
        "ada@gmail.com",
        "ada@mailinator.com.example.org",
        "mailinator.com@example.com",
        "ada@web.de",
        "ada@duck.com",
    ],
)
def test_other_domains_are_not_disposable(typed: str) -> None:
    assert not read_email(typed).disposable


@pytest.mark.parametrize(
    "typed",
    [
        "info@example.com",
        "Sales@example.com",
        "kontakt@example.de",
        "contato+site@example.com.br",
        "b\u00fcro@example.de",
    ],
)
def test_mailboxes_of_a_function_are_known(typed: str) -> None:
    assert read_email(typed).role


@pytest.mark.parametrize("typed", ["ada@example.com", "information.desk@example.com", "ada+info@example.com"])
def test_mailboxes_of_a_person_are_no_role(typed: str) -> None:
    assert not read_email(typed).role


@pytest.mark.parametrize(
    ("normal", "hint"),
    [
        ("a.d.a+news@gmail.com", "ada@gmail.com"),
        ("ada@googlemail.com", "ada@gmail.com"),
        ("a.da+news@example.com", "a.da@example.com"),
        ("ada@example.com", "ada@example.com"),
        ("+ada@example.com", "+ada@example.com"),
        ("ada@notgmail.com", "ada@notgmail.com"),
    ],
)
def test_a_hint_leaves_out_what_mailboxes_ignore(normal: str, hint: str) -> None:
    assert email_hint(normal) == hint


@given(st.emails().map(lambda typed: read_email(typed).normal).filter(bool))
def test_a_hint_is_its_own_hint(normal: str) -> None:
    assert email_hint(email_hint(normal)) == email_hint(normal)
