import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.attributes import MAX_BYTES, MAX_DEPTH, MAX_KEY_LENGTH, MAX_KEYS, keep_attributes

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = [value]
    return value


@given(st.dictionaries(st.text(st.characters(), max_size=70), JSON_VALUES, max_size=8))
def test_whatever_is_kept_can_be_stored_and_is_within_the_limits(extra: dict[str, Any]) -> None:
    kept = keep_attributes(extra)
    text = json.dumps(kept, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    assert len(text.encode()) <= MAX_BYTES
    assert len(kept) <= MAX_KEYS
    assert all(len(key) <= MAX_KEY_LENGTH for key in kept)
    assert "\\u0000" not in text


@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        st.integers(-9, 9),
        max_size=9,
    )
)
def test_small_plain_attributes_stay_as_they_are(extra: dict[str, Any]) -> None:
    assert keep_attributes(extra) == {key: value for key, value in extra.items() if len(key) <= 64}


def test_the_first_keys_win_in_the_order_they_came() -> None:
    kept = keep_attributes({f"k{number}": number for number in range(MAX_KEYS + 5)})
    assert list(kept) == [f"k{number}" for number in range(MAX_KEYS)]


@pytest.mark.parametrize(
    "value",
    [
        nested(MAX_DEPTH + 1),
        float("nan"),
        float("inf"),
        2**63,
        -(2**63),
        1e20,
        [-1e300],
        "\ud800",
        {"\ud800": 1},
        ["\udfff"],
    ],
)
def test_what_cannot_be_stored_is_left_behind_without_the_rest(value: Any) -> None:
    assert keep_attributes({"before": 1, "bad": value, "after": 2}) == {"before": 1, "after": 2}


def test_the_deepest_nesting_allowed_is_kept() -> None:
    assert keep_attributes({"deep": nested(MAX_DEPTH)}) == {"deep": nested(MAX_DEPTH)}


def test_u0000_is_taken_out_of_keys_and_values_at_any_depth() -> None:
    assert keep_attributes({"a\0b": [{"c\0": "d\0"}]}) == {"ab": [{"c": "d"}]}


def test_a_key_with_a_lone_surrogate_is_left_behind() -> None:
    assert keep_attributes({"\ud800": 1, "fine": 2}) == {"fine": 2}


def test_what_goes_over_the_size_limit_is_left_behind_without_the_rest() -> None:
    kept = keep_attributes({"small": 1, "large": "x" * MAX_BYTES, "later": 2})
    assert kept == {"small": 1, "later": 2}


def test_numbers_are_kept_as_every_engine_gives_them_back() -> None:
    kept = keep_attributes({"zero": -0.0, "big": [1e16], "half": 0.5, "small": 1e-7, "whole": 2.0})
    assert repr(kept) == repr(
        {"zero": 0.0, "big": [10_000_000_000_000_000], "half": 0.5, "small": 1e-7, "whole": 2.0}
    )
