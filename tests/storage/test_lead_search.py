"""What a search finds: the same on both engines, and what a plain look at each lead finds."""

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.lead import Lead, LeadFilter, Sort
from leadkeep.domain.search import Search, read_search
from leadkeep.domain.words import words_of
from leadkeep.storage import leads
from leadkeep.storage.database import Database
from tests.support.leads import a_lead, ids, put, rows_of

SHAPE = JsonShape((("id", "id"),), missing="null")
PEOPLE = [
    ("Ada Lovelace", "ada.lovelace@example.com", "+442079460958"),
    ("Łukasz Wójcik", "lukasz@poczta.example", "+48601234567"),
    ("Søren Ødegård", "soren_o@firma.example", None),
    ("Дмитрий Иванов", "d.ivanov@пример.example", "+79161234567"),
    ("李小龍", "bruce@example.org", "+85291234567"),
    ("José García", "jose+sales@example.net", "+5491123456789"),
    ("Adam Smith", "smith@adams.example", "+12025550123"),
    (None, "ada@example.com", None),
    ("ada", None, "+12025550199"),
]


@pytest.fixture
def stored(database: Database) -> list[Lead]:
    """Newest last."""
    made = [
        a_lead("bot", f"s-{number}", after_ms=number, name=name, email=email, phone=phone, phone_e164=phone)
        for number, (name, email, phone) in enumerate(PEOPLE)
    ]
    put(database, *made)
    return made


def found(database: Database, text: str, sort: Sort = Sort.NEWEST, limit: int = 100) -> list[str]:
    wanted = LeadFilter(search=read_search(text, "q"))
    with database.snapshot() as store:
        page = leads.page(store, wanted, SHAPE, only_bots=None, after=None, limit=limit, sort=sort)
    return ids(rows_of(page))


def fits(lead: Lead, search: Search) -> bool:
    """Whether each group of the search has a term that some word of the lead begins with."""
    words = words_of(lead.name, lead.email, lead.phone, lead.phone_e164).split()
    return all(any(word.startswith(term) for term in terms for word in words) for terms in search.groups)


def expected(stored: Sequence[Lead], text: str) -> list[str]:
    search = read_search(text, "q")
    return [lead.id for lead in reversed(stored) if fits(lead, search)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ada", ["ada", None, "Adam Smith", "Ada Lovelace"]),
        ("ADA love", ["Ada Lovelace"]),
        ("lukasz wojcik", ["Łukasz Wójcik"]),
        ("ODEGARD", ["Søren Ødegård"]),
        ("иван", ["Дмитрий Иванов"]),
        ("小龍", ["李小龍"]),
        ("garcia sales", ["José García"]),
        ("adams", ["Adam Smith"]),
        ("0958", ["Ada Lovelace"]),
        ("020 7946 0958", ["Ada Lovelace"]),
        ("+44 (0)20 7946-0958", ["Ada Lovelace"]),
        ("00442079460958", ["Ada Lovelace"]),
        ("ada.lovelace@example.com", ["Ada Lovelace"]),
        ("nobody", []),
    ],
)
def test_a_search_finds_by_the_beginnings_of_words_and_by_numbers(
    database: Database, stored: list[Lead], text: str, names: list[str | None]
) -> None:
    by_id = {lead.id: lead.name for lead in stored}
    assert [by_id[lead_id] for lead_id in found(database, text)] == names


def test_the_best_come_first_those_that_have_the_words_whole(database: Database, stored: list[Lead]) -> None:
    by_id = {lead.id: lead.name for lead in stored}
    assert [by_id[lead_id] for lead_id in found(database, "ada", Sort.BEST)] == [
        "ada",
        None,
        "Ada Lovelace",
        "Adam Smith",
    ]


def test_any_beginning_of_any_word_in_any_case_finds_what_a_plain_look_finds(
    database: Database, stored: list[Lead]
) -> None:
    typed = [part for row in PEOPLE for part in row if part]

    @settings(max_examples=60)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        words = data.draw(st.sampled_from(typed)).replace("@", " ").replace(".", " ").split()
        word = data.draw(st.sampled_from(words))
        cut = word[: data.draw(st.integers(1, len(word)))]
        text = data.draw(st.sampled_from([cut, cut.upper(), cut.lower()]))
        if data.draw(st.booleans()):
            text = unicodedata.normalize("NFD", text)
        if not any(character.isalnum() for character in text):
            return
        assert found(database, text) == expected(stored, text)

    run()


def test_pages_of_the_best_neither_skip_nor_repeat(database: Database, stored: list[Lead]) -> None:
    wanted, after, seen = LeadFilter(search=read_search("ada", "q")), None, list[str]()
    while True:
        with database.snapshot() as store:
            page = leads.page(store, wanted, SHAPE, after=after, limit=1, sort=Sort.BEST)
        seen += ids(rows_of(page))
        if page.next is None:
            break
        after = page.next
    assert seen == found(database, "ada", Sort.BEST)
