"""Who may be the same person, on both engines."""

import pytest

from leadkeep.actions.capture import Capture, capture, new_lead
from leadkeep.actions.merge_people import merge_people
from leadkeep.actions.suggest_merges import MAX_SUGGESTIONS, suggest_merges
from leadkeep.actions.undo_merge import undo_merge
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.duplicates import Reason
from leadkeep.domain.errors import ForbiddenError, NotFoundError
from leadkeep.domain.lead import NewLead
from leadkeep.storage.database import Database
from leadkeep.storage.schema import merges
from tests.support.people import count


def person(
    database: Database, email: str | None, phone: str | None = None, name: str | None = "Ada L"
) -> str:
    new = NewLead(bot_id="bot", session_id=None, name=name, email=email, phone=phone, origin="test")
    with database.transaction() as store:
        (stored,) = capture(store, [Capture(new_lead(new), makes_bot=True)])
    return str(stored.person_id)  # type: ignore[union-attr]


def suggested(database: Database, person_id: str) -> dict[str, list[Reason]]:
    with database.snapshot() as store:
        return {one.person.id: one.reasons for one in suggest_merges(store, OPERATOR, person_id)}


def test_people_of_one_name_with_a_similar_address_or_number_are_suggested(database: Database) -> None:
    ada = person(database, "ada.l@example.com", "+4915112345678")
    slip = person(database, "ada.k@example.com", name="ada  l")
    by_phone = person(database, "other@web.example", "+4915112345679", name="ADA-L")
    person(database, "ada.m@example.com", name="Grace")
    person(database, "nothing@like.example")
    expected = {
        slip: [Reason.SAME_NAME, Reason.SIMILAR_EMAIL],
        by_phone: [Reason.SAME_NAME, Reason.SIMILAR_PHONE],
    }
    assert suggested(database, ada) == expected
    assert ada in suggested(database, slip)
    assert count(database, merges) == 0


def test_whoever_has_the_plain_form_of_an_address_is_suggested(database: Database) -> None:
    plain = person(database, "ada@gmail.com", name=None)
    detail = person(database, "a.da+shop@googlemail.com", name="Ada")
    assert suggested(database, detail) == {plain: [Reason.SAME_MAILBOX]}


def test_people_without_a_name_have_no_namesakes(database: Database) -> None:
    ada = person(database, "ada.l@example.com", name=None)
    person(database, "ada.k@example.com", name="")
    assert suggested(database, ada) == {}


def test_the_merged_and_the_parted_are_not_suggested(database: Database) -> None:
    ada, other = person(database, "ada.l@example.com"), person(database, "ada.k@example.com")
    with database.transaction() as store:
        merge_id = merge_people(store, OPERATOR, ada, other, None).id
    assert suggested(database, ada) == {}
    with database.transaction() as store:
        undo_merge(store, OPERATOR, merge_id)
    assert suggested(database, ada) == suggested(database, other) == {}


def test_there_are_not_too_many(database: Database) -> None:
    ada = person(database, "ada.l@example.com")
    for number in range(MAX_SUGGESTIONS + 5):
        person(database, f"ada.l@{number}.example")
    assert len(suggested(database, ada)) == MAX_SUGGESTIONS


def test_only_a_reader_of_all_bots_is_told(database: Database) -> None:
    ada = person(database, "ada.l@example.com")
    for permission, bots in ((Permission.READ, frozenset({"bot"})), (Permission.WRITE, None)):
        grant = Grant(id="g", name="g", permissions=frozenset({permission}), bots=bots)
        with database.snapshot() as store, pytest.raises(ForbiddenError):
            suggest_merges(store, grant, ada)
    with database.snapshot() as store, pytest.raises(NotFoundError):
        suggest_merges(store, OPERATOR, "nope")
