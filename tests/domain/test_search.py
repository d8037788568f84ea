import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.errors import InvalidError
from leadkeep.domain.search import MAX_SEARCH, MAX_TERMS, read_search
from leadkeep.domain.words import words_of
from tests.support.leads import TEXTS
from tests.support.search import finds

E164 = "+4915123456789"


def found(
    query: str, *, name: str = "", email: str = "", phone: str = "", e164: str = "", note: str = ""
) -> bool:
    return finds(read_search(query, "q"), words_of(name, email, phone, e164, [note] if note else []))


@given(TEXTS, TEXTS, TEXTS, st.data())
def test_any_beginning_of_any_word_finds_the_lead(
    name: str, email: str, note: str, data: st.DataObject
) -> None:
    words = words_of(name, email, None, None, [note])
    beginnings = [word for word in words.split() if word]
    if beginnings:
        word = data.draw(st.sampled_from(beginnings))
        beginning = word[: data.draw(st.integers(1, min(len(word), MAX_SEARCH)))]
        assert finds(read_search(beginning, "q"), words)


@given(TEXTS)
def test_what_is_typed_is_read_or_refused(text: str) -> None:
    with suppress(InvalidError):
        search = read_search(text, "q")
        assert 1 <= len(search.groups) <= MAX_TERMS
        assert all(term.lstrip("#").isalnum() for terms in search.groups for term in terms)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("muller", "Jürgen Müller"),
        ("MÜLLER jürg", "Jürgen Müller"),
        ("strasse", "Straße"),
        ("STRAẞE", "strasse"),
        ("soren", "Søren"),
        ("lukasz", "Łukasz"),
        ("νικος", "Νίκος"),
        ("МАРИЯ", "Мария"),
        ("雷", "李雷"),
        ("민준", "김민준"),
        ("สมชาย", "นายสมชาย"),
        ("o'br", "O'Brien"),
        ("ａｄａ", "Ada"),
    ],
)
def test_case_and_accents_are_no_matter_in_any_script(query: str, name: str, form: str) -> None:
    assert found(unicodedata.normalize(form, query), name=name)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "query", ["ada", "love", "exa", "ada.love@exa", "Ada.Lovelace@Example.com", "ada, com!", "lovelace ada"]
)
def test_an_address_is_found_by_its_parts(query: str) -> None:
    assert found(query, email="ada.lovelace@example.com")


def test_all_words_must_be_there() -> None:
    assert found("ada tea", name="Ada", note="likes tea")
    assert not found("ada coffee", name="Ada", note="likes tea")
    assert not found("ovelace", name="Lovelace")


@pytest.mark.parametrize(
    "query",
    [
        "6789",
        "789",
        "+49 151 23456789",
        "+4915123456789",
        "0049 151 2345-6789",
        "0151 23456789",
        "(0151) 234 567 89",
        "+49 (0) 151 / 23456789",
        "49151234",
        "151 23456789",
        "+49 151 2345",
        "\uff0b\uff14\uff19 151 23456789",
        "٤٩١٥١٢٣٤٥٦٧٨٩",
        "ada 6789",
        "6789, Ada",
    ],
)
def test_a_number_is_found_in_any_form_and_by_its_last_digits(query: str) -> None:
    assert found(query, name="Ada", phone="0151/23456789", e164=E164)


@pytest.mark.parametrize("query", ["1234", "678", "89 67", "0151 23456780", "ada 6788"])
def test_a_number_is_not_found_by_other_digits(query: str) -> None:
    assert not found(query, name="Ada", phone="0151/23456789", e164=E164)


def test_numbers_are_words_too() -> None:
    assert found("agent 007", name="Agent 007")
    assert found("10 115", note="room 115, house 10")
    assert not found("10 116", note="room 115, house 10")
    assert found("b2b", name="B2B GmbH")


@pytest.mark.parametrize(
    "query", ["", " ", "?!", "_", "\u0301", "\u200b", "a b c d e f g h i j k l m n o p q"]
)
def test_a_search_without_words_or_with_too_many_is_refused(query: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read_search(query, "q")
    assert caught.value.field == "q"
