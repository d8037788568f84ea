from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.errors import InvalidError
from leadkeep.domain.money import MAX_AMOUNT, read_amount


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (120, "120"),
        (120.0, "120"),
        ("120", "120"),
        ("0120.50", "120.5"),
        (99.99, "99.99"),
        (99_999_999_999.9999, "99999999999.9999"),
        (0.1, "0.1"),
        ("0.0001", "0.0001"),
        (0, "0"),
        (-0.0, "0"),
        ("0.00", "0"),
        (1e10, "10000000000"),
        (MAX_AMOUNT, str(MAX_AMOUNT)),
        ("999999999999999.9999", "999999999999999.9999"),
    ],
)
def test_an_amount_has_one_spelling(value: str | int | float, text: str) -> None:
    assert read_amount(value, "value") == text


@pytest.mark.parametrize(
    "value",
    [
        99999999999999.9999,
        100_000_000_000.5,
        -1,
        -0.01,
        "-1",
        "+1",
        "1e3",
        "1,5",
        "1.",
        ".5",
        " 1",
        "1\n",
        "",
        "x",
        "NaN",
        "Infinity",
        "٣",
        float("nan"),
        float("inf"),
        0.00001,
        "0.00001",
        1e-300,
        1e300,
        MAX_AMOUNT + 1,
        "9" * 16,
    ],
)
def test_what_is_no_amount_is_refused_and_the_field_is_named(value: str | int | float) -> None:
    with pytest.raises(InvalidError) as refused:
        read_amount(value, "value")
    assert refused.value.field == "value"


def test_a_number_of_many_digits_is_refused_before_it_is_written_out() -> None:
    with pytest.raises(InvalidError):
        read_amount(10**5_000, "value")


@given(st.decimals(0, MAX_AMOUNT, places=4))
def test_no_digit_is_lost(number: Decimal) -> None:
    text = read_amount(f"{number:f}", "value")
    assert Decimal(text) == number
    assert read_amount(text, "value") == text


@given(st.integers(0, 10**11 - 1), st.integers(0, 4))
def test_a_number_of_json_is_the_same_as_its_text(digits: int, places: int) -> None:
    text = f"{Decimal(digits).scaleb(-places):f}"
    assert read_amount(float(text), "value") == read_amount(text, "value")
