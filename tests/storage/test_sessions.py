from typing import Any

from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.session import contacts_of
from leadkeep.storage import bots, sessions
from leadkeep.storage.database import Database
from tests.support.leads import START, a_lead, put, rows_of

SHAPE = JsonShape(
    fields=tuple((field, field) for field in ("id", "lead_at", "name", "email", "phone", "handed_over")),
    missing="null",
)


def of_bot(database: Database, bot_id: str) -> list[Any]:
    with database.snapshot() as store:
        return rows_of(sessions.page(store, bot_id, SHAPE, None, 100))


def test_a_session_keeps_the_newest_value_that_is_not_empty_and_the_first_leads_time(
    database: Database,
) -> None:
    put(database, a_lead("b", name="Ada", email="ada@x.org", after_ms=1))
    put(database, a_lead("b", name="", phone="1", after_ms=2), a_lead("b", email="new@x.org", after_ms=3))
    put(database, a_lead("b", name="Ada L.", phone="", after_ms=4))
    assert of_bot(database, "b") == [
        {
            "id": "s",
            "lead_at": "2026-11-23T07:02:23.001Z",
            "name": "Ada L.",
            "email": "new@x.org",
            "phone": "1",
            "handed_over": False,
        }
    ]


def test_sessions_of_the_same_name_with_two_bots_are_two(database: Database) -> None:
    put(database, a_lead("a", name="Ada"), a_lead("b", name="Bob"))
    assert [row["name"] for row in of_bot(database, "a")] == ["Ada"]
    assert [row["name"] for row in of_bot(database, "b")] == ["Bob"]


def test_the_newest_session_comes_first_and_a_further_lead_does_not_move_it(database: Database) -> None:
    put(database, a_lead("b", "old", after_ms=1), a_lead("b", "new", after_ms=2))
    put(database, a_lead("b", "old", after_ms=3))
    assert [row["id"] for row in of_bot(database, "b")] == ["new", "old"]


def test_paging_neither_skips_nor_repeats_sessions_of_the_same_millisecond(database: Database) -> None:
    put(database, *(a_lead("b", f"s{number:02}") for number in range(20)))
    found: list[str] = []
    after = None
    while True:
        with database.snapshot() as store:
            page = sessions.page(store, "b", SHAPE, after, 6)
        found += [row["id"] for row in rows_of(page)]
        after = page.next
        if after is None:
            break
    assert found == [f"s{number:02}" for number in reversed(range(20))]


def test_a_session_made_on_the_fly_is_listed_from_its_first_lead_on(database: Database) -> None:
    with database.transaction() as store:
        bots.add_missing(store, ["b"], START)
        sessions.ensure(store, "b", ["s", "t", "s"], START)
        sessions.ensure(store, "b", ["s"], START)
    assert of_bot(database, "b") == []
    with database.transaction() as store:
        sessions.record(store, contacts_of([a_lead("b", "s", name="Ada", after_ms=5)]))
        sessions.record(store, contacts_of([a_lead("b", "s", after_ms=6)]))
    (row,) = of_bot(database, "b")
    assert (row["id"], row["name"], row["lead_at"]) == ("s", "Ada", "2026-11-23T07:02:23.005Z")


def test_the_first_lead_is_the_oldest_in_whatever_order_they_are_stored(database: Database) -> None:
    put(database, a_lead("b", after_ms=5))
    put(database, a_lead("b", after_ms=2))
    put(database, a_lead("b", after_ms=9))
    assert [row["lead_at"] for row in of_bot(database, "b")] == ["2026-11-23T07:02:23.002Z"]
