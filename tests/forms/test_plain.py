"""What is left of a text that somebody typed."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.forms.plain import MAX_VALUE, clean, cut, units


@given(st.text(max_size=1_000))
def test_a_clean_text_is_one_line_that_can_be_seen(text: str) -> None:
    cleaned = clean(text)
    assert units(cleaned) <= MAX_VALUE
    assert cleaned == cleaned.strip()
    assert not re.search("[\x00-\x1f\x7f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]", cleaned)
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    "text", ["", " \t", "\u202e", "\u200d", " \u200c \u200d\u200d", "\u3164", "\u2800\u00ad"]
)
def test_what_cannot_be_seen_is_nothing(text: str) -> None:
    assert clean(text) == ""


@pytest.mark.parametrize("name", ["👩\u200d🚀 Ada", "می\u200cخواهم", "Nguyễn Thị Ánh", "נִקּוּד", "ก็น้ำ"])
def test_what_scripts_and_emoji_need_stays(name: str) -> None:
    assert clean(name) == name


def test_marks_cannot_be_piled_over_the_lines_around() -> None:
    assert len([char for char in clean("Z" + "\u0335\u0321" * 50) if unicodedata.combining(char)]) == 4


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_cut_text_fits_as_others_count(text: str, limit: int) -> None:
    assert units(cut(text, limit)) <= limit
    assert cut(text, limit) == text or cut(text, limit).endswith("…")
