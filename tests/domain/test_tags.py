import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.errors import InvalidError, MalformedError
from leadkeep.domain.tags import MAX_TAG, MAX_TAGS, read_tags, tag_key


def test_tags_are_each_there_once_in_the_order_they_came() -> None:
    tags = ["VIP", " Zürich ", "vip", "zürich", "Call  back", "call back"]
    assert read_tags(tags, "tags") == ("VIP", "Zürich", "Call back")


def test_a_tag_is_found_however_it_is_written() -> None:
    assert tag_key("ZÜRICH") == tag_key("zu\N{COMBINING DIAERESIS}rich") == tag_key(" Zürich ")
    assert tag_key("STRASSE") == tag_key("straße")
    assert tag_key("vip") != tag_key("vips")


@pytest.mark.parametrize("tags", [[""], [" "], ["\0"], ["x" * (MAX_TAG + 1)], list(map(str, range(51)))])
def test_what_is_too_long_too_many_or_blank_is_refused(tags: list[str]) -> None:
    with pytest.raises(InvalidError) as refused:
        read_tags(tags, "add_tags")
    assert refused.value.field == "add_tags"


def test_what_is_no_text_is_malformed() -> None:
    with pytest.raises(MalformedError):
        read_tags(["\ud800"], "tags")


@given(st.lists(st.text(max_size=MAX_TAG), max_size=MAX_TAGS))
def test_to_read_tags_again_changes_nothing(tags: list[str]) -> None:
    try:
        read = read_tags(tags, "tags")
    except InvalidError:
        return
    assert read_tags(read, "tags") == read
    assert len({tag_key(tag) for tag in read}) == len(read)
    assert {tag_key(tag) for tag in read} == {tag_key(tag.replace("\0", "")) for tag in tags}
