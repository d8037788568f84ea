import pytest

from leadkeep.domain.errors import InvalidError
from leadkeep.domain.note import MAX_NOTE, checked_note


def test_a_note_is_kept_as_written() -> None:
    assert checked_note(" Call\nher \N{ROCKET}") == " Call\nher \N{ROCKET}"
    assert len(checked_note("x" * MAX_NOTE)) == MAX_NOTE


@pytest.mark.parametrize("text", ["", " \n", "\0", "x" * (MAX_NOTE + 1)])
def test_a_note_says_something_and_not_too_much(text: str) -> None:
    with pytest.raises(InvalidError, match="text"):
        checked_note(text)
