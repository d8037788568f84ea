from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.errors import InvalidError, MalformedError
from leadkeep.domain.message import (
    MAX_BATCH,
    MAX_TEXT,
    MAX_VENDOR_ID,
    NewMessage,
    Role,
    checked_messages,
)


def said(text: str, **fields: object) -> NewMessage:
    return NewMessage(role=Role.VISITOR, text=text, **fields)  # type: ignore[arg-type]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_a_text_stays_as_it_is_but_for_nulls(text: str) -> None:
    kept = text.replace("\0", "")
    if kept:
        assert checked_messages([said(text)])[0].text == kept
    else:
        with pytest.raises(InvalidError):
            checked_messages([said(text)])


@pytest.mark.parametrize("letter", ["x", "é", "漢"])
def test_a_text_is_limited_in_bytes(letter: str) -> None:
    longest = letter * (MAX_TEXT // len(letter.encode()))
    assert checked_messages([said(longest)])[0].text == longest
    with pytest.raises(InvalidError) as refused:
        checked_messages([said("fine"), said(longest + letter)])
    assert refused.value.field == "messages[1].text"


def test_a_lone_surrogate_is_malformed() -> None:
    with pytest.raises(MalformedError):
        checked_messages([said("\ud800")])


def test_times_are_cut_to_what_is_stored() -> None:
    at = datetime(2026, 1, 1, 2, 0, 0, 1999, tzinfo=timezone(timedelta(hours=2)))
    assert checked_messages([said("x", at=at)])[0].at == datetime(2026, 1, 1, 0, 0, 0, 1000, tzinfo=UTC)


def test_an_empty_vendor_id_is_none_and_a_long_one_is_refused() -> None:
    assert checked_messages([said("x", vendor_id="")])[0].vendor_id is None
    assert checked_messages([said("x", vendor_id="v" * MAX_VENDOR_ID)])[0].vendor_id
    with pytest.raises(InvalidError):
        checked_messages([said("x", vendor_id="v" * (MAX_VENDOR_ID + 1))])


def test_a_batch_is_limited() -> None:
    assert len(checked_messages([said("x")] * MAX_BATCH)) == MAX_BATCH
    with pytest.raises(InvalidError):
        checked_messages([said("x")] * (MAX_BATCH + 1))
