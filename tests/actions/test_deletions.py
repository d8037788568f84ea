"""What is deleted is gone with all that hangs on it, and what is left says nothing of it; on both engines."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from leadkeep.actions import clock
from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.capture import Capture, capture, new_lead
from leadkeep.actions.delete_lead import delete_lead
from leadkeep.actions.delete_person import delete_person
from leadkeep.actions.delete_session import delete_session
from leadkeep.actions.merge_people import merge_people
from leadkeep.actions.once import Once
from leadkeep.actions.request_handover import request_handover
from leadkeep.actions.undo_merge import undo_merge
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.errors import ForbiddenError, NotFoundError
from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.lead import Lead, NewLead
from leadkeep.domain.message import NewMessage, Role
from leadkeep.storage import people, schema, sessions
from leadkeep.storage.database import Database
from tests.support.leads import rows_of
from tests.support.people import all_text, assert_whole, count, rows_of_people

SESSION = JsonShape(tuple((name, name) for name in ("id", "lead_at", "name", "email", "phone")), "null")
UNKNOWN = "01a20876-32c0-76e1-941d-bea12d116c5a"


def captured(database: Database, session_id: str | None = None, **fields: Any) -> Lead:
    given = {"bot_id": "bot", "origin": "test", **fields}
    item = Capture(new_lead(NewLead(session_id=session_id, **given)), makes_bot=True)
    with database.transaction() as store:
        (stored,) = capture(store, [item])
    assert isinstance(stored, Lead)
    return stored


def run(database: Database, action: Callable[..., Any], *arguments: Any) -> Any:
    with database.transaction() as store:
        return action(store, OPERATOR, *arguments)


def leads_of_chatnode(database: Database, bot_id: str = "bot") -> dict[str, Any]:
    with database.snapshot() as store:
        rows = rows_of(sessions.page(store, bot_id, SESSION, None, 100))
    return {row.pop("id"): row for row in rows}


def hang_everything_on(database: Database, lead: Lead, text: str) -> None:
    """Rows of all that belongs to a lead, each with the text in it."""
    at, by = clock.now(), {"at": clock.now(), "lead_id": lead.id}
    with database.transaction() as store:
        notes = {"id": clock.new_id(), "text": text, **by}
        change = {"id": clock.new_id(), "field": "owner", "before": text, "after": text, **by}
        kept = {"caller": "c", "key": text, "body_hash": "h", "lead_id": lead.id, "created_at": at}
        store.execute(sa.insert(schema.notes), notes)
        store.execute(sa.insert(schema.lead_changes), change)
        store.execute(sa.insert(schema.idempotency_keys), kept)
        store.execute(sa.insert(schema.lead_tags), {"tag": text, "lead_id": lead.id})
    run(database, append_messages, lead.bot_id, lead.session_id, [NewMessage(role=Role.VISITOR, text=text)])
    run(database, request_handover, lead.bot_id, lead.session_id, text)


def test_a_lead_goes_with_its_tags_notes_history_and_kept_answers(database: Database) -> None:
    gone = captured(database, "s", name="Zebulon", email="zebulon@example.com", phone="+4915112345678")
    hang_everything_on(database, gone, "Zanzibar")
    run(database, delete_lead, gone.id)
    for table in (schema.leads, schema.notes, schema.lead_changes, schema.lead_tags, schema.people):
        assert count(database, table) == 0
    assert count(database, schema.idempotency_keys) == count(database, schema.person_keys) == 0
    assert "ebulon" not in all_text(database)
    assert (count(database, schema.messages), count(database, schema.handovers)) == (1, 1)
    with pytest.raises(NotFoundError):
        run(database, delete_lead, gone.id)


def test_a_session_says_what_its_other_leads_say(database: Database) -> None:
    first = captured(database, "s", name="Ada", email="ada@example.com")
    second = captured(database, "s", name="Grace", phone="+4915112345678")
    assert leads_of_chatnode(database)["s"]["name"] == "Grace"
    run(database, delete_lead, second.id)
    expected = {"name": "Ada", "email": "ada@example.com", "phone": None}
    assert leads_of_chatnode(database)["s"].items() >= expected.items()
    run(database, delete_lead, first.id)
    assert leads_of_chatnode(database) == {}


def test_a_session_that_was_handed_over_stays_a_lead(database: Database) -> None:
    lead = captured(database, "s", name="Ada")
    handover = run(database, request_handover, "bot", "s", None)
    run(database, delete_lead, lead.id)
    (session,) = leads_of_chatnode(database).values()
    assert session["name"] is None
    assert msgspec.convert(session["lead_at"], type(handover.requested_at)) == handover.requested_at


def test_a_person_says_what_their_other_leads_say(database: Database) -> None:
    first = captured(database, name="Ada", email="ada@example.com")
    second = captured(database, name="Ada L", email="ADA@example.com", phone="+4915112345678")
    run(database, delete_lead, second.id)
    with database.snapshot() as store:
        person = people.get(store, str(first.person_id))
    assert person
    assert (person.name, person.email, person.phone) == ("Ada", "ada@example.com", None)
    assert (person.lead_count, person.first_at, person.last_at) == (1, first.created_at, first.created_at)
    assert_whole(database)


def test_nobody_joins_who_is_gone(database: Database) -> None:
    gone = captured(database, email="ada@example.com", phone="+4915112345678")
    run(database, delete_lead, gone.id)
    again = captured(database, email="ada@example.com")
    assert again.person_id != gone.person_id
    assert captured(database, phone="+4915112345678").person_id not in {gone.person_id, again.person_id}


def test_a_number_stays_the_persons_whose_lead_still_has_it(database: Database) -> None:
    """Even where another, who was parted from them by hand and is gone, had it first."""
    other = captured(database, phone="+5511971234567")
    ada = captured(database, email="ada@example.com")
    link = captured(database, email="ada@example.com", phone="+551171234567")
    with database.snapshot() as store:
        merge_id = str(store.execute(sa.select(schema.merges.c.id)).scalar_one())
    run(database, undo_merge, merge_id)
    assert count(database, schema.people) == 2
    run(database, delete_person, str(other.person_id))
    assert captured(database, phone="+5511971234567").person_id == ada.person_id
    with database.snapshot() as store:
        assert people.people_of_leads(store, [link.id]) == {link.id: ada.person_id}
    assert_whole(database)


@pytest.mark.parametrize(
    "typed",
    ["ada@bücher.example", "ada@xn--bcher-kva.example", "山田太郎@example.com", "_@example.com"],
)
def test_an_address_stays_whose_it_was_in_whatever_letters(database: Database, typed: str) -> None:
    first = captured(database, email=typed)
    second = captured(database, email=typed, phone="+4915112345678")
    assert first.email_normal
    run(database, delete_lead, first.id)
    assert captured(database, email=first.email_normal).person_id == second.person_id


def test_a_session_goes_with_its_messages_hand_overs_and_leads(database: Database) -> None:
    gone = captured(database, "s", name="Zebulon", email="zebulon@example.com")
    hang_everything_on(database, gone, "Zebulon")
    stays = captured(database, "t", email="zebulon@example.com".upper())
    run(database, delete_session, "bot", "s")
    assert "Zebulon" not in all_text(database)
    assert leads_of_chatnode(database).keys() == {"t"}
    assert count(database, schema.messages) == count(database, schema.handovers) == 0
    assert captured(database, email="zebulon@example.com").person_id == stays.person_id
    with pytest.raises(NotFoundError):
        run(database, delete_session, "bot", "s")


def test_a_person_goes_with_all_leads_merges_and_sessions_of_their_own(database: Database) -> None:
    mine = captured(database, "mine", name="Zebulon", email="zebulon@example.com")
    hang_everything_on(database, mine, "Zebulon")
    # Merged into them: in a session that is another's too.
    also_mine = captured(database, "shared", name="Zebulon Z", phone="+4915112345678")
    others = captured(database, "shared", name="Ada", email="ada@example.com")
    run(database, append_messages, "bot", "shared", [NewMessage(role=Role.VISITOR, text="hello")])
    merge = run(database, merge_people, mine.person_id, also_mine.person_id, "Zebulon says so")
    run(database, delete_person, merge.absorbed_id)
    for text in ("ebulon", "15112345678"):
        assert text not in all_text(database)
    assert leads_of_chatnode(database).keys() == {"shared"}
    assert leads_of_chatnode(database)["shared"]["name"] == "Ada"
    assert rows_of_people(database) == {others.person_id}
    assert count(database, schema.messages) == 1
    for table in (schema.merges, schema.handovers, schema.idempotency_keys):
        assert count(database, table) == 0
    assert_whole(database)
    with pytest.raises(NotFoundError):
        run(database, delete_person, str(mine.person_id))


def test_who_is_left_without_a_lead_by_an_undone_merge_is_gone(database: Database) -> None:
    one, other = captured(database, email="a@example.com"), captured(database, email="b@example.com")
    merge = run(database, merge_people, one.person_id, other.person_id, None)
    run(database, delete_lead, one.id)
    with database.snapshot() as store:
        assert people.get(store, str(other.person_id)) == people.get(store, str(one.person_id))
    run(database, undo_merge, merge.id)
    assert rows_of_people(database) == {other.person_id}
    assert_whole(database)


def test_deleting_needs_write_for_the_bots_it_touches(database: Database) -> None:
    lead = captured(database, "s", email="ada@example.com")
    reader = Grant(id="g", name="g", permissions=frozenset({Permission.READ}), bots=None)
    elsewhere = Grant(id="g", name="g", permissions=frozenset({Permission.WRITE}), bots=frozenset({"x"}))
    here = msgspec.structs.replace(elsewhere, bots=frozenset({"bot"}))
    for action, arguments in (
        (delete_lead, (lead.id,)),
        (delete_session, ("bot", "s")),
        (delete_person, (str(lead.person_id),)),
    ):
        refused = (ForbiddenError, NotFoundError)
        for grant in (reader, elsewhere, *([here] if action is delete_person else [])):
            with database.transaction() as store, pytest.raises(refused):
                action(store, grant, *arguments)
    for unknown in (UNKNOWN, "nope", "\0"):
        for action, arguments in ((delete_lead, (unknown,)), (delete_person, (unknown,))):
            with pytest.raises(NotFoundError):
                run(database, action, *arguments)
    with database.transaction() as store:
        delete_lead(store, here, lead.id)


def test_leads_that_arrive_while_their_person_is_deleted_are_kept_and_join_nobody_gone(
    database: Database,
) -> None:
    url = database.url.render_as_string(hide_password=False)
    captured(database, email="first@example.com")
    rounds = 25

    def capture_all(number: int) -> list[Lead]:
        with closing(Database(url)) as other:
            return [
                captured(
                    other,
                    f"s{turn % 3}",
                    email="ada@example.com" if (turn + number) % 3 else f"p{turn}@example.com",
                    phone="+4915112345678" if turn % 2 else None,
                )
                for turn in range(rounds)
            ]

    def delete_all(_: int) -> list[str]:
        gone: list[str] = []
        with closing(Database(url)) as other:
            for turn in range(rounds):
                with other.snapshot() as store:
                    found = store.execute(sa.select(schema.leads).limit(1)).first()
                if found is None:
                    continue
                try:
                    if turn % 3 == 0:
                        run(other, delete_person, str(found.person_id))
                    elif turn % 3 == 1:
                        run(other, delete_lead, str(found.id))
                    else:
                        run(other, delete_session, found.bot_id, found.session_id)
                except NotFoundError:
                    continue
                gone.append(str(found.id))
        return gone

    with ThreadPoolExecutor(4) as pool:
        captures = [pool.submit(capture_all, number) for number in range(2)]
        deletions = [pool.submit(delete_all, number) for number in range(2)]
        stored = [lead for done in captures for lead in done.result()]
        gone = {lead_id for done in deletions for lead_id in done.result()}
    assert len(stored) == 2 * rounds
    assert gone
    assert_whole(database)
    with database.snapshot() as store:
        left = set(store.execute(sa.select(schema.leads.c.id)).scalars())
    assert not left & gone


def test_an_idempotency_key_of_a_deleted_lead_captures_anew(database: Database) -> None:
    def send() -> Lead:
        new = NewLead(bot_id="bot", session_id="s", email="ada@example.com", origin="test")
        with database.transaction() as store:
            (stored,) = capture(store, [Capture(new_lead(new), True, Once(("caller", "key"), "hash"))])
        assert isinstance(stored, Lead)
        return stored

    first = send()
    assert send().id == first.id
    run(database, delete_lead, first.id)
    assert send().id != first.id


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_file_forgets_what_was_deleted_once_it_is_packed(database: Database) -> None:
    """As docs/operating.md tells operators to do it."""
    gone = captured(database, "s", name="Zebulon", email="zebulon@example.com")
    captured(database, "t", name="Ada")
    hang_everything_on(database, gone, "zanzibar")
    run(database, delete_person, str(gone.person_id))
    path = str(database.url.database)
    database.engine.dispose()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO lead_search(lead_search) VALUES ('optimize')")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(path, "rb") as file:  # noqa: PTH123 - a file of the test's own
        content = file.read().lower()
    assert b"zebulon" not in content
    assert b"zanzibar" not in content
    assert b"ada" in content


def test_who_was_deleted_is_merged_with_nobody(database: Database) -> None:
    one, other = captured(database, email="a@example.com"), captured(database, email="b@example.com")
    run(database, delete_person, str(other.person_id))
    for pair in ((one.person_id, other.person_id), (other.person_id, one.person_id)):
        with pytest.raises(NotFoundError):
            run(database, merge_people, *pair, None)
    assert rows_of_people(database) == {one.person_id}
    assert count(database, schema.merges) == 0
    assert_whole(database)
