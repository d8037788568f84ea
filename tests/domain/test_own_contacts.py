import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.errors import InvalidError, MalformedError
from leadkeep.domain.own_contacts import MAX_OWN_CONTACTS, check_own_contacts


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Info@Example.COM ", "info@example.com"),
        ("@Example.com", "@example.com"),
        ("@xn--bcher-kva.example", "@bücher.example"),
        ("0@a.example", "0@a.example"),
        ("+44 (0)20 7946 0000", "+442079460000"),
        ("+55 11 8765 4321", "+5511987654321"),
    ],
)
def test_a_contact_is_stored_as_it_is_compared(typed: str, stored: str) -> None:
    assert check_own_contacts((typed, typed)) == (stored,)
    assert check_own_contacts((stored,)) == (stored,)


@pytest.mark.parametrize(
    "typed", ["", "@", "@a", "a@", "a@b@c.example", "example.com", "030 123456", "x" * 400]
)
def test_what_is_no_contact_is_named_by_its_place(typed: str) -> None:
    with pytest.raises(InvalidError) as refused:
        check_own_contacts(("@fine.example", typed))
    assert refused.value.field == "own_contacts[1]"


def test_too_many_are_refused() -> None:
    many = tuple(f"a{number}@b.example" for number in range(MAX_OWN_CONTACTS + 1))
    assert check_own_contacts(many[:-1]) == many[:-1]
    with pytest.raises(InvalidError) as refused:
        check_own_contacts(many)
    assert refused.value.field == "own_contacts"


@given(st.text() | st.text("aB@.+0123456789-é\ud800 ", max_size=30))
def test_any_text_is_refused_or_stored_in_one_form(typed: str) -> None:
    try:
        stored = check_own_contacts((typed,))
    except (InvalidError, MalformedError):
        return
    assert check_own_contacts(stored) == stored
