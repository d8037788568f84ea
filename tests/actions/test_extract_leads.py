"""Contacts that visitors type in the chat become leads, on both engines."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from threading import Event
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from leadkeep.actions import append_messages as append_module
from leadkeep.actions import extract_leads
from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.capture import Capture, capture, new_lead
from leadkeep.actions.directory import Directory
from leadkeep.actions.extract_leads import contacts_in
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.bot import Bot, BotChange
from leadkeep.domain.lead import Lead, LeadFilter, NewLead
from leadkeep.domain.message import MAX_TEXT, Message, NewMessage, Role
from leadkeep.domain.moments import iso_z
from leadkeep.domain.typed_lead import TypedLead
from leadkeep.storage import bots
from leadkeep.storage.database import Database
from tests.support.leads import START, STORABLE, listed

CHAT_LIKE = st.text("ab1203456789@.+-()/ \n,:#é订ダ٠＠９", min_size=1, max_size=60)


def append(
    database: Database, *texts: str, session: str = "s", role: Role = Role.VISITOR, vendor_id: str = ""
) -> list[tuple[Message, bool]]:
    new = [
        NewMessage(role=role, text=text, at=START, vendor_id=vendor_id and f"{vendor_id}{number}")
        for number, text in enumerate(texts)
    ]
    with database.transaction() as store:
        return append_messages(store, OPERATOR, "b", session, new)


def make_bot(database: Database, **settings: Any) -> None:
    change = BotChange(**settings).checked()
    with database.transaction() as store:
        bots.add(store, change.applied_to(Bot(id="b", name="b", created_at=START)))


def captured(database: Database, *, session: str = "s", **typed: Any) -> Lead:
    lead = new_lead(NewLead(bot_id="b", session_id=session, origin="test", **typed))
    with database.transaction() as store:
        (stored,) = capture(store, [Capture(lead, makes_bot=True)])
    assert isinstance(stored, Lead)
    return stored


def contacts(database: Database, session: str | None = None) -> list[tuple[str | None, str | None]]:
    rows = listed(database, LeadFilter(session_id=session))
    return [(row["email_normal"], row["phone_e164"]) for row in rows]


def test_a_contact_in_a_visitors_message_is_a_lead_that_points_at_the_message(database: Database) -> None:
    ((message, _),) = append(database, "Sure: Ada@Example.com, or +49 (171) 392 0012.")
    (lead,) = listed(database, LeadFilter())
    assert (lead["origin"], lead["message_id"], lead["session_id"]) == ("transcript", message.id, "s")
    assert (lead["email"], lead["email_normal"]) == ("Ada@Example.com", "ada@example.com")
    assert (lead["phone"], lead["phone_e164"]) == ("+49 (171) 392 0012", "+491713920012")
    assert (lead["phone_region"], lead["phone_type"]) == ("DE", "mobile")
    assert (lead["name"], lead["attributes"]) == (None, {})


def test_it_is_made_now_though_the_message_is_of_long_ago(database: Database) -> None:
    before = captured(database)
    append(database, "ada@example.com")
    rows = listed(database, LeadFilter())
    assert [row["origin"] for row in rows] == ["test", "transcript"]
    assert rows[1]["created_at"] >= iso_z(before.created_at) > iso_z(START)


def test_an_address_that_is_spelt_out_is_kept_as_one_can_write_to_it(database: Database) -> None:
    append(database, "write to info (at) mailinator (dot) com")
    (lead,) = listed(database, LeadFilter())
    assert (lead["email"], lead["email_normal"]) == ("info@mailinator.com", "info@mailinator.com")
    assert (lead["email_problem"], lead["email_disposable"], lead["email_role"]) == (None, True, True)


def test_one_address_and_one_number_are_one_lead_and_several_of_a_kind_are_several(
    database: Database,
) -> None:
    append(database, "a@example.com or b@example.com, +49 171 3920012")
    assert contacts(database) == [
        ("a@example.com", None),
        ("b@example.com", None),
        (None, "+491713920012"),
    ]
    append(database, "c@example.com +49 171 3920013", session="t")
    assert contacts(database, "t") == [("c@example.com", "+491713920013")]


@pytest.mark.parametrize("role", [Role.BOT, Role.AGENT, Role.SYSTEM])
def test_what_others_than_the_visitor_say_makes_no_lead(database: Database, role: Role) -> None:
    append(database, "ada@example.com", role=role)
    assert contacts(database) == []


def test_a_contact_that_a_lead_of_the_session_has_makes_none(database: Database) -> None:
    captured(database, email="ADA@example.com", phone="+55 11 8765 4321")
    append(database, "ada@example.com", "+55 11 98765 4321", "ada@example.com or +55 11 98765 4321")
    assert len(contacts(database)) == 1
    append(database, "ada@example.com", session="t")
    assert contacts(database, "t") == [("ada@example.com", None)]


def test_of_a_contact_said_again_in_a_batch_and_after_it_one_lead_is_made(database: Database) -> None:
    append(database, "ada@example.com", "I said Ada@Example.COM", "ok")
    append(database, "ada@example.com!")
    assert contacts(database) == [("ada@example.com", None)]


def test_a_contact_said_beside_a_known_one_is_a_lead_with_both_of_the_same_person(database: Database) -> None:
    append(database, "ada@example.com")
    append(database, "ada@example.com, but better call +49 171 3920012")
    rows = listed(database, LeadFilter())
    assert contacts(database) == [("ada@example.com", None), ("ada@example.com", "+491713920012")]
    assert rows[0]["person_id"] == rows[1]["person_id"]


def test_a_lead_in_the_chat_joins_and_merges_people_as_every_capture_does(database: Database) -> None:
    one, other = captured(database, email="ada@example.com"), captured(database, phone="+49 171 3920012")
    assert one.person_id != other.person_id
    append(database, "ada@example.com +49 171 3920012", session="t")
    assert {row["person_id"] for row in listed(database, LeadFilter())} == {one.person_id}


def test_messages_sent_again_make_no_lead_whatever_they_say_now(database: Database) -> None:
    append(database, "ada@example.com", vendor_id="v")
    again = append(database, "eve@example.com", vendor_id="v")
    assert [is_new for _, is_new in again] == [False]
    assert contacts(database) == [("ada@example.com", None)]
    mixed = append(database, "eve@example.com", "bob@example.com", vendor_id="v")
    assert [is_new for _, is_new in mixed] == [False, True]
    assert contacts(database) == [("ada@example.com", None), ("bob@example.com", None)]


def test_a_bot_can_be_told_to_make_none(database: Database) -> None:
    make_bot(database, extract=False)
    append(database, "ada@example.com")
    assert contacts(database) == []


def test_numbers_are_dialled_in_the_bots_region(database: Database) -> None:
    append(database, "0171 3920012")
    assert contacts(database) == []
    with database.transaction() as store:
        bots.change(store, "b", BotChange(region="DE"))
    append(database, "0171 3920012")
    assert contacts(database) == [(None, "+491713920012")]


def test_contacts_of_the_bot_itself_make_none(database: Database) -> None:
    make_bot(database, own_contacts=("@Shop.example.com", "eve@example.com", "+49 171 3920012"))
    append(database, "info@shop.example.com", "EVE@example.com", "0049 171 3920012", "ada@example.com")
    assert contacts(database) == [("ada@example.com", None)]


def test_where_contacts_cannot_be_read_the_message_is_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(extract_leads, "find_contacts", fail)
    assert [is_new for _, is_new in append(database, "ada@example.com")] == [True]
    assert contacts(database) == []


def test_long_lists_of_contacts_become_leads_once(database: Database) -> None:
    texts = ["\n".join(f"{letter}{number}@example.com" for number in range(100)) for letter in "abcdefgh"]
    append(database, *texts)
    append(database, *texts)
    assert len(set(contacts(database))) == len(contacts(database)) == 800


def test_no_text_fails_or_is_lost(database: Database) -> None:
    make_bot(database, region="DE")
    session = count()
    known = st.sampled_from(["ada@example.com", "+49 171 3920012", "0171 3920013", "x" * MAX_TEXT])

    @hypothesis.given(st.lists(known | CHAT_LIKE | st.text(STORABLE, min_size=1), max_size=5), st.booleans())
    def run(texts: list[str], resent: bool) -> None:
        name, vendor_id = f"s{next(session)}", "v" if resent else ""
        append(database, *texts[:2], session=name, vendor_id=vendor_id)
        stored = append(database, *texts, session=name, vendor_id=vendor_id)
        assert [message.text for message, _ in stored] == texts
        assert len(set(contacts(database, name))) == len(contacts(database, name))

    run()


def at_once(database: Database, work: Callable[[Database, int], None], threads: int = 4) -> None:
    """Each thread on an open database of its own, as processes have."""
    url = database.url.render_as_string(hide_password=False)

    def run(number: int) -> None:
        with closing(Database(url)) as other:
            work(other, number)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, range(threads)))


def test_of_a_contact_that_several_processes_append_at_once_one_lead_is_made(database: Database) -> None:
    make_bot(database)

    def work(other: Database, number: int) -> None:
        for turn in range(25):
            append(other, "ok", f"a{turn}@example.com", f"from {number}", session=f"s{turn}")

    at_once(database, work)
    assert sorted(contacts(database)) == sorted((f"a{turn}@example.com", None) for turn in range(25))


def test_of_messages_that_several_processes_resend_at_once_each_makes_one_lead(database: Database) -> None:
    def work(other: Database, number: int) -> None:
        for turn in range(25):
            append(other, "hi", f"n{number}@example.com", session=f"s{turn}", vendor_id="v")

    at_once(database, work)
    for turn in range(25):
        ((email, _),) = contacts(database, f"s{turn}")
        with database.snapshot() as store:
            text = f"SELECT text FROM messages WHERE session_id = 's{turn}' AND vendor_id = 'v1'"
            assert store.connection.exec_driver_sql(text).scalar_one() == email


def test_forms_sent_and_messages_appended_at_once_hold_nobody_up(database: Database) -> None:
    make_bot(database)

    def work(other: Database, number: int) -> None:
        for turn in range(25):
            email, phone = f"a{turn}@example.com", f"+49 171 39200{turn:02}"
            if number % 2:
                captured(other, session=f"s{turn}", email=email, phone=phone)
            else:
                append(other, f"{email} {phone}", f"b{turn % 3}@example.com", session=f"s{turn}")

    at_once(database, work)
    for turn in range(25):
        rows = listed(database, LeadFilter(session_id=f"s{turn}"))
        forms = [row["email"] for row in rows if row["origin"] == "test"]
        typed = [row["email"] for row in rows if row["origin"] == "transcript"]
        assert forms == [f"a{turn}@example.com"] * 2
        assert len(set(typed)) == len(typed)
        assert {*forms, *typed} == {f"a{turn}@example.com", f"b{turn % 3}@example.com"}


def test_a_form_that_is_just_being_stored_is_not_overlooked(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_bot(database)
    looked = Event()

    def look(*arguments: Any) -> list[TypedLead]:
        found = extract_leads.not_yet_leads(*arguments)
        looked.set()
        return found

    monkeypatch.setattr(append_module, "not_yet_leads", look)
    form = new_lead(NewLead(bot_id="b", session_id="s", email="ada@example.com", origin="test"))
    url = database.url.render_as_string(hide_password=False)
    with closing(Database(url)) as other, ThreadPoolExecutor(1) as pool:
        with database.transaction() as store:
            capture(store, [Capture(form)])
            appending = pool.submit(append, other, "ada@example.com")
            # On SQLite it cannot look before this transaction has ended.
            looked.wait(0.5)
        appending.result()
    assert contacts(database) == [("ada@example.com", None)]


def test_contacts_are_read_while_others_write(database: Database) -> None:
    new = [
        NewMessage(role=Role.VISITOR, text="ada@example.com"),
        NewMessage(role=Role.BOT, text="bob@example.com"),
    ]
    with database.transaction() as store:
        bots.add_missing(store, ["b"], START)
    with database.transaction() as store:
        bots.add_missing(store, ["c"], START)
        found = asyncio.run(contacts_in(Directory(database), OPERATOR, "b", new))
    assert [[one.normal for one in of] for of in found] == [["ada@example.com"], []]
