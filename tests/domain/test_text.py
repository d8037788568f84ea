import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.errors import InvalidError, MalformedError
from leadkeep.domain.text import as_text

SURROGATES = st.characters(categories=["Cs"])


@given(st.text())
def test_text_stays_as_typed_but_for_u0000(typed: str) -> None:
    assert as_text(typed, "name", 1_000_000) == typed.replace("\0", "")


@given(st.text(), SURROGATES, st.text())
def test_a_lone_surrogate_anywhere_is_malformed(before: str, surrogate: str, after: str) -> None:
    with pytest.raises(MalformedError):
        as_text(before + surrogate + after, "name", 1_000_000)


def test_missing_and_empty_are_not_the_same() -> None:
    assert as_text(None, "name", 10) is None
    assert as_text("", "name", 10) == ""


def test_the_limit_counts_characters_not_bytes() -> None:
    assert as_text("ü" * 10, "name", 10) == "ü" * 10
    with pytest.raises(InvalidError, match="name is longer than 10 characters") as refused:
        as_text("ü" * 11, "name", 10)
    assert refused.value.field == "name"


def test_u0000_does_not_count_towards_the_limit() -> None:
    assert as_text("a" * 10 + "\0" * 10, "name", 10) == "a" * 10


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (49301234567, "49301234567"),
        (12345678901234567890, "12345678901234567890"),
        (4.0, "4"),
        (-0.0, "0"),
        (1.5, "1.5"),
        (1e20, "100000000000000000000"),
        (1e21, "1e21"),
        (1e-7, "1e-7"),
    ],
)
def test_numbers_become_text(number: float, text: str) -> None:
    assert as_text(number, "phone", 100) == text


@pytest.mark.parametrize("value", [True, False, [], ["a"], {}, {"a": 1}])
def test_other_types_are_refused_by_the_field_they_came_in(value: object) -> None:
    with pytest.raises(InvalidError, match="phone must be a string") as refused:
        as_text(value, "phone", 100)
    assert refused.value.field == "phone"


def test_a_number_too_long_for_its_field_is_refused() -> None:
    with pytest.raises(InvalidError, match="longer than 5"):
        as_text(1_000_000, "phone", 5)
