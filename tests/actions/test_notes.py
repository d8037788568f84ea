"""Notes: added, read, deleted; and the lead is found by what they say."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from leadkeep.actions.add_note import add_note
from leadkeep.actions.delete_note import delete_note
from leadkeep.actions.read_history import read_history
from leadkeep.actions.read_notes import read_notes
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.errors import ForbiddenError, InvalidError, NotFoundError
from leadkeep.domain.lead import Lead, Position
from leadkeep.domain.note import Note
from leadkeep.storage.database import Database
from leadkeep.storage.notes import FOUND_BY
from tests.support.leads import a_lead, put
from tests.support.work import found_by, history, stored

NOWHERE = "01a20876-32c0-76e1-941d-bea12d116c5a"


def grant(*permissions: Permission, bots: frozenset[str] | None = None) -> Grant:
    return Grant(id="g1", name="Grace", permissions=frozenset(permissions), bots=bots)


@pytest.fixture
def lead(database: Database) -> Lead:
    new = a_lead("shop", name="Ada Lovelace", email="ada@example.com", phone="+49 170 1234567")
    put(database, new)
    return new


def add(database: Database, lead: Lead, text: str, by: Grant = OPERATOR) -> Note:
    with database.transaction() as store:
        return add_note(store, by, lead.id, text)


def read(database: Database, lead: Lead, after: Position | None = None, limit: int = 100) -> list[Note]:
    with database.snapshot() as store:
        return read_notes(store, OPERATOR, lead.id, after, limit)


def test_notes_are_read_newest_first_page_by_page(database: Database, lead: Lead) -> None:
    notes = [add(database, lead, text) for text in ("one", "two\n\N{ROCKET}", "three")][::-1]
    assert read(database, lead) == notes
    first = read(database, lead, limit=2)
    assert first == notes[:2]
    assert read(database, lead, Position(first[-1].at, first[-1].id)) == notes[2:]


def test_a_note_knows_who_wrote_it_and_when(database: Database, lead: Lead) -> None:
    note = add(database, lead, "call her", grant(Permission.WRITE))
    assert (note.written_by_id, note.written_by_name) == ("g1", "Grace")
    assert note.at == stored(database, lead.id).changed_at > lead.changed_at


def test_a_lead_is_found_by_its_notes_and_no_more_once_they_are_deleted(
    database: Database, lead: Lead
) -> None:
    note = add(database, lead, "wants a Rückruf on monday")
    add(database, lead, "monday suits")
    for word in ("ruckruf", "monday", "lovelace", "491701234567"):
        assert found_by(database, word) == {lead.id}, word
    with database.transaction() as store:
        delete_note(store, OPERATOR, lead.id, note.id)
    assert found_by(database, "ruckruf") == set()
    for word in ("monday", "ada", "491701234567"):
        assert found_by(database, word) == {lead.id}, word


def test_a_lead_is_found_by_its_newest_notes(database: Database, lead: Lead) -> None:
    for number in range(FOUND_BY + 1):
        add(database, lead, f"note{number}")
    assert found_by(database, "note0") == set()
    for word in ("note1", f"note{FOUND_BY}", "ada"):
        assert found_by(database, word) == {lead.id}


def test_a_long_note_does_not_push_out_what_a_lead_is_called(database: Database, lead: Lead) -> None:
    for start in range(0, 11_200, 1_400):
        add(database, lead, " ".join(f"w{number}" for number in range(start, start + 1_400)))
    for word in ("ada", "example", "491701234567", "w9800", "w11199"):
        assert found_by(database, word) == {lead.id}
    assert found_by(database, "w1399") == set()


def test_a_history_names_the_note_without_its_text(database: Database, lead: Lead) -> None:
    note = add(database, lead, "a secret")
    with database.transaction() as store:
        delete_note(store, grant(Permission.WRITE), lead.id, note.id)
    gone, came = history(database, lead.id)
    assert (came.field, came.before, came.after, came.at) == ("note", None, note.id, note.at)
    assert (gone.field, gone.before, gone.after, gone.changed_by_name) == ("note", note.id, None, "Grace")
    assert gone.at > came.at
    assert read(database, lead) == []


def test_a_note_overwrites_nobodys_work(database: Database, lead: Lead) -> None:
    add(database, lead, "hello")
    assert stored(database, lead.id).version == lead.version


def test_what_many_write_at_once_is_all_found(database: Database, lead: Lead) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: add(database, lead, f"word{number}"), range(16)))
    assert len(read(database, lead)) == 16
    for number in range(16):
        assert found_by(database, f"word{number}") == {lead.id}


def test_a_note_of_another_lead_or_none_is_not_found(database: Database, lead: Lead) -> None:
    other = a_lead("shop")
    put(database, other)
    note = add(database, other, "theirs")
    for note_id in (note.id, NOWHERE, "nope"):
        with pytest.raises(NotFoundError), database.transaction() as store:
            delete_note(store, OPERATOR, lead.id, note_id)
    assert read(database, other) == [note]


@pytest.mark.parametrize("lead_id", [NOWHERE, "nope", "theirs"])
def test_a_lead_outside_the_grant_is_not_found(database: Database, lead: Lead, lead_id: str) -> None:
    outside = grant(Permission.READ, Permission.WRITE, bots=frozenset({"other"}))
    calls: list[Any] = [
        lambda store, of: add_note(store, outside, of, "text"),
        lambda store, of: delete_note(store, outside, of, NOWHERE),
        lambda store, of: read_notes(store, outside, of, None, 9),
        lambda store, of: read_history(store, outside, of, None, 9),
    ]
    for call in calls:
        with pytest.raises(NotFoundError), database.transaction() as store:
            call(store, lead.id if lead_id == "theirs" else lead_id)


def test_writing_and_reading_need_their_permissions(database: Database, lead: Lead) -> None:
    with database.transaction() as store:
        for call in (
            lambda: add_note(store, grant(Permission.READ), lead.id, "text"),
            lambda: delete_note(store, grant(Permission.READ), lead.id, NOWHERE),
            lambda: read_notes(store, grant(Permission.WRITE), lead.id, None, 9),
            lambda: read_history(store, grant(Permission.WRITE), lead.id, None, 9),
        ):
            with pytest.raises(ForbiddenError):
                call()


def test_a_blank_note_is_refused(database: Database, lead: Lead) -> None:
    with pytest.raises(InvalidError):
        add(database, lead, " ")
