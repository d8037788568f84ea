from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from leadkeep.domain.errors import ConflictError
from leadkeep.storage import idempotency, sessions
from leadkeep.storage.database import Database
from leadkeep.storage.idempotency import About, Kept, Place, ToKeep
from leadkeep.storage.schema import leads, people
from leadkeep.storage.schema import sessions as sessions_table
from tests.support.leads import START, a_lead, put

LONG_AGO = START - timedelta(days=1)
LATER = START + timedelta(milliseconds=10)
OF_NOBODY = About()
PLACE = ("caller", "key")
ANSWER = '{"z":1,"a":"é\\u0000 \\"","n":1.50}'


def keep(
    database: Database,
    answer: str | None = ANSWER,
    place: Place = PLACE,
    at: datetime = START,
    about: About = OF_NOBODY,
) -> None:
    with database.transaction() as store:
        idempotency.keep(store, [ToKeep(place, Kept("hash", answer), about, at)])


def found(database: Database, *places: Place, since: datetime = LONG_AGO) -> dict[Place, Kept]:
    with database.transaction() as store:
        return idempotency.find(store, places or [PLACE], since)


@pytest.mark.parametrize("answer", [ANSWER, "", None])
def test_a_key_stands_for_its_answer_to_the_letter_and_for_its_own_caller_only(
    database: Database, answer: str | None
) -> None:
    keep(database, answer)
    assert found(database, PLACE, ("other", "key"), ("caller", "other")) == {PLACE: Kept("hash", answer)}


def test_a_key_cannot_be_kept_twice_while_it_lives(database: Database) -> None:
    keep(database)
    with pytest.raises(ConflictError):
        keep(database, "another")
    assert found(database) == {PLACE: Kept("hash", ANSWER)}


def test_a_key_that_is_too_old_is_not_found_and_gives_way(database: Database) -> None:
    keep(database)
    with database.transaction() as store:
        assert idempotency.find(store, [PLACE], LATER) == {}
        idempotency.keep(store, [ToKeep(PLACE, Kept("new", None), OF_NOBODY, LATER)])
    assert found(database, since=LATER) == {PLACE: Kept("new", None)}


def test_forgetting_takes_only_what_is_older(database: Database) -> None:
    keep(database, place=("c", "old"))
    keep(database, place=("c", "new"), at=LATER)
    with database.transaction() as store:
        idempotency.forget_before(store, LATER)
    assert set(found(database, ("c", "old"), ("c", "new"))) == {("c", "new")}


def test_many_keys_are_kept_and_found_at_once(database: Database) -> None:
    places = [("c", f"k{number}") for number in range(500)]
    with database.transaction() as store:
        idempotency.keep(store, [ToKeep(place, Kept("h", place[1]), OF_NOBODY, START) for place in places])
    assert found(database, *places) == {place: Kept("h", place[1]) for place in places}


@pytest.mark.parametrize("of", ["lead", "session", "person"])
def test_an_answer_goes_with_those_whose_data_it_holds(database: Database, of: str) -> None:
    lead = a_lead("b")
    put(database, lead)
    with database.transaction() as store:
        sessions.ensure(store, "b", ["empty"], START)
        store.execute(
            sa.insert(people).values(id=lead.id, root_id=lead.id, lead_count=1, first_at=START, last_at=START)
        )
    about, deletion = {
        "lead": (About(lead_id=lead.id), sa.delete(leads)),
        "session": (
            About(bot_id="b", session_id="empty"),
            sa.delete(sessions_table).where(sessions_table.c.id == "empty"),
        ),
        "person": (About(person_id=lead.id), sa.delete(people)),
    }[of]
    keep(database, about=about)
    keep(database, place=("caller", "of nobody"))
    with database.transaction() as store:
        store.execute(deletion)
    assert set(found(database, PLACE, ("caller", "of nobody"))) == {("caller", "of nobody")}
