"""A demo's rows are what captures, conversations and a team's work would have left."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from leadkeep.actions import fill_demo as module
from leadkeep.actions.capture import Capture, capture, new_lead
from leadkeep.actions.fill_demo import fill_demo
from leadkeep.demo.businesses import businesses
from leadkeep.domain.errors import ConflictError
from leadkeep.domain.lead import Lead, NewLead
from leadkeep.domain.person import find_homes
from leadkeep.domain.session import contacts_of
from leadkeep.domain.words import sort_key, words_of
from leadkeep.storage import people
from leadkeep.storage.database import Database
from leadkeep.storage.leads import SHOWN
from leadkeep.storage.schema import leads, metadata, notes, person_keys, sessions
from leadkeep.storage.schema import people as people_table
from tests.support.databases import Engine

UNTIL = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
LEADS = 900


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Iterator[Database]:
    """In several transactions, once for all tests: they leave it as it is."""
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    url = engine.migrated()
    stored: list[int] = []
    with closing(Database(url)) as database:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(module, "_BATCH", 250)
            fill_demo(database, LEADS, 5, UNTIL, stored.append)
        assert sum(stored) == LEADS
        assert len(stored) > 2
        yield database
    engine.drop(url)


def rows(database: Database, query: Any) -> list[Any]:
    with database.snapshot() as store:
        return list(store.execute(query))


def every_lead(database: Database) -> list[Lead]:
    found = rows(database, sa.select(*SHOWN).order_by(leads.c.created_at, leads.c.id))
    return [msgspec.convert(row, Lead, from_attributes=True) for row in found]


def test_leads_are_stored_in_the_order_of_time(filled: Database) -> None:
    by_number = rows(filled, sa.select(leads.c.created_at).order_by(leads.c.number))
    assert by_number == sorted(by_number)
    assert len(by_number) == LEADS


def test_leads_are_found_by_the_words_that_the_domain_makes(filled: Database) -> None:
    texts = {row.lead_id: row.text for row in rows(filled, sa.select(notes))}
    assert texts
    found = {row.id: row for row in rows(filled, sa.select(leads.c.id, leads.c.words, leads.c.name_key))}
    for lead in every_lead(filled):
        noted = [texts[lead.id]] if lead.id in texts else []
        words = words_of(lead.name, lead.email, lead.phone, lead.phone_e164, noted)
        # A text search vector is shown with quotes, in its own order.
        assert set(re.findall(r"[^\s']+", found[lead.id].words)) == set(words.split())
        assert found[lead.id].name_key == sort_key(lead.name)


def test_leads_belong_to_whom_their_addresses_and_numbers_lead_to(filled: Database) -> None:
    stored = every_lead(filled)
    homes = find_homes(stored, {})
    assert {lead.id: lead.home_id for lead in stored} == homes.of
    assert {row.key: row.person_id for row in rows(filled, sa.select(person_keys))} == homes.claims
    roots = {row.id: row.root_id for row in rows(filled, sa.select(people_table))}
    assert {lead.id: lead.person_id for lead in stored} == {
        lead_id: roots[home] for lead_id, home in homes.of.items()
    }
    assert all(roots[link.person_id] == roots[link.other_id] for link in homes.links)


def test_people_say_what_their_leads_say(filled: Database) -> None:
    everybody = sa.select(people_table).order_by(people_table.c.id)
    before = rows(filled, everybody)
    assert max(row.lead_count for row in before) > 1
    with filled.transaction() as store:
        for row in before:
            if row.parent_id is None:
                people.recount(store, row.id)
    assert rows(filled, everybody) == before


def test_sessions_know_their_visitors_by_their_leads(filled: Database) -> None:
    known = {(row.bot_id, row.id): row for row in rows(filled, sa.select(sessions))}
    contacts = contacts_of(every_lead(filled))
    assert len(contacts) < len(known)
    for contact in contacts:
        row = known.pop((contact.bot_id, contact.id))
        assert (row.name, row.email, row.phone) == (contact.name, contact.email, contact.phone)
        assert row.lead_at <= contact.lead_at
    assert all(row.name is None and row.lead_at == row.handed_over_at for row in known.values())


def test_bots_take_leads_from_their_own_sites(filled: Database) -> None:
    found = {row.id: row for row in rows(filled, sa.select(metadata.tables["bots"]))}
    assert {bot_id: row.region for bot_id, row in found.items()} == {
        business.id: business.region for business in businesses()
    }
    assert all(bot_id.startswith("demo-") for bot_id in found)


def test_the_same_seed_fills_two_databases_alike(filled: Database, request: pytest.FixtureRequest) -> None:
    engine: Engine = request.getfixturevalue(f"{filled.dialect.name}_engine")
    url = engine.migrated()
    with closing(Database(url)) as other:
        fill_demo(other, LEADS, 5, UNTIL)
        for table in metadata.sorted_tables:
            # Which part of a tally a connection adds to is its own.
            told = [column for column in table.columns if column.name != "part"]
            in_order = sa.select(*told).order_by(*table.primary_key.columns)
            assert rows(filled, in_order) == rows(other, in_order), table.name
    engine.drop(url)


def test_made_up_leads_are_not_mixed_with_others(database: Database) -> None:
    real = NewLead(bot_id="shop", session_id="s", email="ada@example.com", origin="test")
    with database.transaction() as store:
        capture(store, [Capture(new_lead(real), makes_bot=True)])
    with pytest.raises(ConflictError):
        fill_demo(database, 1, 1, UNTIL)
    assert [row.id for row in rows(database, sa.select(metadata.tables["bots"].c.id))] == ["shop"]
