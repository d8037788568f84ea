"""Whose leads are whose: captures, merges and undone merges, on both engines."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, rule, run_state_machine_as_test

from leadkeep.actions.capture import Capture, capture, new_lead
from leadkeep.actions.change_leads import change_leads
from leadkeep.actions.delete_lead import delete_lead
from leadkeep.actions.merge_people import merge_people
from leadkeep.actions.undo_merge import undo_merge
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.errors import ConflictError, ForbiddenError, NotFoundError
from leadkeep.domain.lead import Lead, LeadFilter, NewLead
from leadkeep.domain.lead_change import LeadChange
from leadkeep.storage import leads as stored_leads
from leadkeep.storage import people
from leadkeep.storage.database import Database
from leadkeep.storage.schema import leads, merges, person_keys
from tests.support.people import assert_whole, rows_of_people


def captured(database: Database, *new: NewLead) -> list[Lead]:
    with database.transaction() as store:
        outcomes = capture(store, [Capture(new_lead(one), makes_bot=True) for one in new])
    return [outcome for outcome in outcomes if isinstance(outcome, Lead)]


def lead(email: str | None = None, phone: str | None = None, name: str | None = None) -> NewLead:
    return NewLead(bot_id="bot", session_id=None, name=name, email=email, phone=phone, origin="test")


def owner(database: Database, lead_id: str) -> str:
    with database.snapshot() as store:
        return people.people_of_leads(store, [lead_id])[lead_id]


def merge(database: Database, one: str, other: str) -> str:
    with database.transaction() as store:
        return merge_people(store, OPERATOR, one, other, "same voice").id


def undo(database: Database, merge_id: str) -> None:
    with database.transaction() as store:
        undo_merge(store, OPERATOR, merge_id)


def test_leads_with_the_same_address_or_number_are_one_persons(database: Database) -> None:
    first, second = captured(
        database, lead("Ada@Example.com", name="Ada"), lead("ada@example.com", "+4915112345678")
    )
    (third,) = captured(database, lead(phone="+49 151 12345678", name="Ada L."))
    assert first.person_id == second.person_id == third.person_id
    with database.snapshot() as store:
        person = people.get(store, first.person_id or "")
    assert person
    assert (person.name, person.email, person.phone) == ("Ada L.", "ada@example.com", "+4915112345678")
    assert person.lead_count == 3


def test_leads_without_either_are_each_a_person_of_their_own(database: Database) -> None:
    one, other = captured(database, lead(name="Ada"), lead(name="Ada"))
    assert one.person_id != other.person_id


def test_a_lead_that_links_two_people_merges_them(database: Database) -> None:
    one, other = captured(database, lead("ada@example.com"), lead(phone="+4915112345678"))
    assert one.person_id != other.person_id
    (link,) = captured(database, lead("ada@example.com", "+4915112345678"))
    assert owner(database, other.id) == owner(database, one.id) == link.person_id == one.person_id


def test_what_was_parted_by_hand_no_lead_merges_again(database: Database) -> None:
    one, other, _ = captured(
        database,
        lead("ada@example.com"),
        lead(phone="+4915112345678"),
        lead("ada@example.com", "+4915112345678"),
    )
    with database.snapshot() as store:
        merge_id = store.execute(sa.text("SELECT id FROM merges")).scalar_one()
    undo(database, str(merge_id))
    captured(database, lead("ada@example.com", "+4915112345678"))
    assert owner(database, one.id) != owner(database, other.id)


def test_the_id_of_who_was_merged_goes_on_standing_for_the_survivor(database: Database) -> None:
    one, other = captured(database, lead("a@example.com", name="Ada"), lead("b@example.com"))
    assert one.person_id
    assert other.person_id
    merge(database, other.person_id, one.person_id)
    with database.snapshot() as store:
        person = people.get(store, other.person_id)
    assert person
    assert (person.id, person.lead_count, person.name) == (one.person_id, 2, "Ada")


def test_a_merge_is_undone_once_and_of_two_people_only(database: Database) -> None:
    one, other = captured(database, lead("a@example.com"), lead("b@example.com"))
    assert one.person_id
    assert other.person_id
    merge_id = merge(database, one.person_id, other.person_id)
    with pytest.raises(ConflictError):
        merge(database, one.person_id, other.person_id)
    undo(database, merge_id)
    with pytest.raises(ConflictError):
        undo(database, merge_id)
    for unknown in ("nope", "01a20876-32c0-76e1-941d-bea12d116c5a"):
        with pytest.raises(NotFoundError):
            undo(database, unknown)
        with pytest.raises(NotFoundError):
            merge(database, one.person_id, unknown)


def test_nobody_is_merged_with_themselves(database: Database) -> None:
    (one,) = captured(database, lead("a@example.com"))
    with pytest.raises(ConflictError):
        merge(database, str(one.person_id), str(one.person_id))


@pytest.mark.parametrize(
    "grant",
    [
        Grant(id="r", name="r", permissions=frozenset({Permission.READ}), bots=None),
        Grant(id="w", name="w", permissions=frozenset({Permission.WRITE}), bots=frozenset({"bot"})),
    ],
)
def test_merging_needs_write_for_all_bots(database: Database, grant: Grant) -> None:
    with database.transaction() as store, pytest.raises(ForbiddenError):
        merge_people(store, grant, "a", "b", None)
    with database.transaction() as store, pytest.raises(ForbiddenError):
        undo_merge(store, grant, "a")


def test_leads_that_arrive_at_once_on_two_processes_make_one_person(database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)
    captured(database, lead(name="makes the bot"))

    def flood(seed: int) -> None:
        with closing(Database(url)) as other:
            for number in range(30):
                ours = [lead(f"p{number}@example.com"), lead(phone=f"+49151123400{number:02}")]
                both = lead(f"p{number}@example.com", f"+49151123400{number:02}")
                captured(other, *(ours[::-1] if seed % 2 else ours))
                captured(other, both)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(flood, range(4)))
    with database.snapshot() as store:
        roots = sa.select(sa.func.count(sa.distinct(leads.c.person_id))).where(leads.c.name.is_(None))
        assert store.execute(roots).scalar_one() == 30
        keys = sa.select(sa.func.count()).select_from(person_keys)
        assert store.execute(keys).scalar_one() == 60


class Model:
    """People as connected parts of a graph: homes joined by the merges that hold."""

    def __init__(self) -> None:
        self.owner_of_key: dict[str, str] = {}
        self.leads: dict[str, Lead] = {}
        self.home: dict[str, str] = {}
        self.edges: dict[str, tuple[str, str]] = {}
        self.undone: dict[str, tuple[str, str]] = {}

    def part_of(self, home: str) -> set[str]:
        part = {home}
        for _ in self.edges:
            part |= {end for edge in self.edges.values() if part & set(edge) for end in edge}
        return part

    def same(self, one: str, other: str) -> bool:
        return other in self.part_of(one)

    def parted(self, one: str, other: str) -> bool:
        a, b = self.part_of(one), self.part_of(other)
        return any((x in a and y in b) or (x in b and y in a) for x, y in self.undone.values())

    def delete(self, lead_id: str) -> None:
        home, lead = self.home.pop(lead_id), self.leads.pop(lead_id)
        for key in lead.person_keys():
            having = sorted((x for x in self.leads.values() if key in x.person_keys()), key=by_age)
            homes = [self.home[x.id] for x in having]
            if self.owner_of_key[key] not in homes:
                del self.owner_of_key[key]
            if homes:
                self.owner_of_key.setdefault(key, homes[0])
        self.forget_if_empty(home)

    def undo(self, merge_id: str) -> None:
        self.undone[merge_id] = self.edges.pop(merge_id)
        for end in self.undone[merge_id]:
            self.forget_if_empty(end)

    def forget_if_empty(self, home: str) -> None:
        part = self.part_of(home)
        if part.isdisjoint(self.home.values()):
            self.edges = {id_: ends for id_, ends in self.edges.items() if part.isdisjoint(ends)}
            self.undone = {id_: ends for id_, ends in self.undone.items() if part.isdisjoint(ends)}


def by_age(lead: Lead) -> tuple[datetime, str]:
    return lead.created_at, lead.id


class People(RuleBasedStateMachine):
    """What the database says is what the model says, after whatever sequence."""

    database: Database
    stored = Bundle("stored")
    merges = Bundle("merges")

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        with self.database.transaction() as store:
            for table in ("merges", "person_keys", "leads", "people", "sessions"):
                store.execute(sa.text(f"DELETE FROM {table}"))

    @rule(target=stored, email=st.sampled_from([None, *"abcd"]), phone=st.sampled_from([None, *"1234"]))
    def capture(self, email: str | None, phone: str | None) -> str:
        keys = [f"{email}@example.com"] if email else []
        keys += [f"+4915112345{phone}00"] if phone else []
        (new,) = captured(
            self.database, lead(keys[0] if email else None, keys[-1] if phone else None, name="Ada")
        )
        found = [self.model.owner_of_key[key] for key in keys if key in self.model.owner_of_key]
        home = self.model.home[new.id] = found[0] if found else new.id
        self.model.leads[new.id] = new
        for key in keys:
            self.model.owner_of_key.setdefault(key, home)
        if found and not self.model.same(found[0], found[-1]) and not self.model.parted(found[0], found[-1]):
            self.note_newest_merge()
        self.check()
        return new.id

    @rule(target=merges, one=stored, other=stored)
    def merge(self, one: str, other: str) -> str | None:
        if self.model.same(self.model.home[one], self.model.home[other]):
            with pytest.raises(ConflictError):
                merge(self.database, owner(self.database, one), owner(self.database, other))
            return None
        merge_id = merge(self.database, owner(self.database, one), owner(self.database, other))
        self.note_newest_merge()
        self.check()
        return merge_id

    @rule(merge_id=consumes(merges))
    def undo(self, merge_id: str | None) -> None:
        if merge_id in self.model.edges:
            undo(self.database, merge_id)
            self.model.undo(merge_id)
            self.check()
        elif merge_id is not None:
            # It went with one of the two.
            with pytest.raises(NotFoundError):
                undo(self.database, merge_id)

    @rule(lead_id=consumes(stored))
    def delete(self, lead_id: str) -> None:
        with self.database.transaction() as store:
            delete_lead(store, OPERATOR, lead_id)
        self.model.delete(lead_id)
        self.check()

    def note_newest_merge(self) -> None:
        with self.database.snapshot() as store:
            row = store.execute(
                sa.text("SELECT id, survivor_id, absorbed_id FROM merges ORDER BY id DESC LIMIT 1")
            ).one()
        self.model.edges[str(row.id)] = (str(row.survivor_id), str(row.absorbed_id))

    def check(self) -> None:
        assert_whole(self.database)
        with self.database.snapshot() as store:
            owners = people.people_of_leads(store, list(self.model.home))
            keys = {row.key: row.person_id for row in store.execute(sa.select(person_keys))}
            there = set(store.execute(sa.select(merges.c.id)).scalars())
        for one, other in itertools.combinations(self.model.home, 2):
            assert (owners[one] == owners[other]) == self.model.same(
                self.model.home[one], self.model.home[other]
            )
        assert keys == self.model.owner_of_key
        assert there == self.model.edges.keys() | self.model.undone.keys()
        parts = [self.model.part_of(home) for home in self.model.home.values()]
        assert rows_of_people(self.database) == set().union(*parts)


@pytest.mark.timeout(600)
def test_people_are_what_a_simple_model_says(database: Database) -> None:
    class OnThisDatabase(People):
        pass

    OnThisDatabase.database = database
    run_state_machine_as_test(
        OnThisDatabase, settings=settings(max_examples=20, stateful_step_count=25, deadline=None)
    )


def found_by_email(database: Database, email: str) -> tuple[list[str], int]:
    with database.snapshot() as store:
        wanted = LeadFilter(email=email)
        return stored_leads.ids(store, wanted, limit=9), stored_leads.count(store, wanted).count


def test_an_address_finds_the_leads_that_have_it_and_not_all_of_whose_it_is(database: Database) -> None:
    work, home, call = captured(
        database,
        lead("work@x.org", "+4915112345678"),
        lead("home@y.org", "+4915112345678"),
        lead(phone="+4915112345678"),
    )
    assert work.person_id == home.person_id == call.person_id
    assert found_by_email(database, "work@x.org") == ([work.id], 1)
    assert found_by_email(database, "home@y.org") == ([home.id], 1)


def test_a_lead_that_was_stored_late_does_not_hide_what_newer_ones_say(database: Database) -> None:
    old = new_lead(lead("ada@example.com", name="Ada"))
    captured(database, lead("ada@example.com", name="Ada Lovelace"))
    with database.transaction() as store:
        capture(store, [Capture(old, makes_bot=True)])
        person = people.get(store, old.person_id or "") or people.page(store, None, 1)[0]
    assert (person.name, person.first_at) == ("Ada Lovelace", old.created_at)


def test_merges_and_changes_of_the_same_leads_at_once_all_come_to_pass(database: Database) -> None:
    names = [f"{number:03}" for number in range(30)]
    ours = captured(database, *(lead("ada@example.com", name=name) for name in names))
    (other,) = captured(database, lead("bob@example.com"))
    lead_ids = [one.id for one in ours]

    def merge_and_undo() -> None:
        for _ in range(10):
            undo(database, merge(database, other.person_id or "", ours[0].person_id or ""))

    def change() -> None:
        for number in range(10):
            with database.transaction() as store:
                change_leads(
                    store, OPERATOR, lead_ids[:: (-1) ** number], LeadChange(owner=f"owner {number}")
                )

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(merge_and_undo), pool.submit(change)]:
            done.result()
    assert_whole(database)
