import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.duplicates import (
    Contacts,
    Reason,
    are_similar_emails,
    are_similar_phones,
    is_one_slip,
    reasons_for,
)

words = st.text("abc", max_size=8)


@given(words, words, words)
def test_one_character_more_less_or_other_is_one_slip(before: str, after: str, put: str) -> None:
    whole = before + put + after
    if len(put) == 1:
        assert is_one_slip(whole, before + after)
        assert is_one_slip(before + after, whole)
        assert is_one_slip(whole, f"{before}x{after}")
    assert is_one_slip(whole, whole)


@given(words, words)
def test_two_neighbours_swapped_are_one_slip(before: str, after: str) -> None:
    assert is_one_slip(f"{before}xy{after}", f"{before}yx{after}")


@given(words, words)
def test_a_slip_is_one_whichever_way_it_is_looked_at(one: str, other: str) -> None:
    assert is_one_slip(one, other) == is_one_slip(other, one)


@given(words, words, words)
def test_two_others_are_more_than_one_slip(before: str, between: str, after: str) -> None:
    assert not is_one_slip(f"{before}xx{between}x{after}", f"{before}yy{between}y{after}")


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        ("ada.lovelace@example.com", "ada.lovelace@web.example", True),
        ("ada.lovelace@example.com", "ada.lovelcae@example.com", True),
        ("ada.lovelace@example.com", "ada.lovelac@example.com", True),
        ("ada.lovelace@example.com", "ada.lovelcae@web.example", False),
        ("ada.lovelace@example.com", "grace@example.com", False),
        ("info@example.com", "info@web.example", False),
        ("a@example.com", "b@example.com", False),
        ("al@example.com", "al@web.example", False),
    ],
)
def test_addresses_are_similar(one: str, other: str, similar: bool) -> None:
    assert are_similar_emails(one, other) is similar
    assert are_similar_emails(other, one) is similar


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        ("+4915112345678", "+4915112345679", True),
        ("+4915112345678", "+4915112354678", True),
        # Argentina's mobile with and without its 9.
        ("+5491123456789", "+541123456789", True),
        ("+4915112345678", "+4916087654321", False),
        ("+4915112345678", "+4915112345600", False),
        ("+491234", "+491235", False),
    ],
)
def test_numbers_are_similar(one: str, other: str, similar: bool) -> None:
    assert are_similar_phones(one, other) is similar
    assert are_similar_phones(other, one) is similar


def test_a_name_alone_is_no_reason() -> None:
    assert reasons_for(Contacts(["ada@example.com"], []), Contacts(["grace@web.example"], [])) == set()


def test_every_reason_is_named() -> None:
    one = Contacts(["ada.l@gmail.com", "ada@work.example"], ["+4915112345678"])
    other = Contacts(["adal+shop@googlemail.com", "ada@home.example"], ["+4915112345679"])
    assert reasons_for(one, other) == set(Reason)
