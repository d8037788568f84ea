import msgspec
import pytest
import sqlalchemy as sa

from leadkeep.domain.bot import Bot, BotChange, LeadForm
from leadkeep.domain.errors import ConflictError
from leadkeep.storage import bots
from leadkeep.storage.database import Database
from leadkeep.storage.schema import bots as rows
from tests.support.leads import START, a_lead, put

FULL = Bot(
    id="full",
    name="Ünï 'quoted' \"name\"",
    public=True,
    origins=("https://a.example", "https://b.example"),
    form=LeadForm(title="Hi", success_message="Thanks", ask_phone=False),
    region="DE",
    extract=False,
    own_contacts=("@bücher.example", "+4930123456"),
    created_at=START,
)


def test_a_bot_comes_back_as_it_was_stored(database: Database) -> None:
    with database.transaction() as store:
        assert bots.add(store, FULL)
        assert bots.get(store, "full") == FULL
        assert bots.get(store, "other") is None


def test_a_second_bot_of_the_same_id_changes_nothing(database: Database) -> None:
    with database.transaction() as store:
        assert bots.add(store, FULL)
        assert not bots.add(store, Bot(id="full", name="second", created_at=START))
        bots.add_missing(store, ["full", "new", "new"], START)
        assert bots.get(store, "full") == FULL
        assert bots.get(store, "new") == Bot(id="new", name="new", created_at=START)


def test_a_change_touches_only_what_it_names(database: Database) -> None:
    with database.transaction() as store:
        bots.add(store, FULL)
        changed = bots.change(store, "full", BotChange(public=False, origins=(), region=None))
        assert changed == msgspec.structs.replace(FULL, public=False, origins=(), region=None)
        assert bots.get(store, "full") == changed
        assert bots.change(store, "full", BotChange()) == changed
        assert bots.change(store, "other", BotChange(name="x")) is None


def test_a_form_written_by_a_newer_version_can_be_read(database: Database) -> None:
    with database.transaction() as store:
        bots.add(store, FULL)
        store.execute(sa.update(rows).values(form={"title": "Hi", "colour": "red"}))
        found = bots.get(store, "full")
    assert found is not None
    assert found.form == LeadForm(title="Hi")


def test_bots_are_listed_by_id_in_pages_and_only_those_asked_for(database: Database) -> None:
    with database.transaction() as store:
        bots.add_missing(store, ["b", "a", "Z", "c"], START)

        def listed(after: str = "", limit: int = 9, only: set[str] | None = None) -> list[str]:
            within = None if only is None else frozenset(only)
            return [bot.id for bot in bots.every(store, only=within, after=after, limit=limit)]

        assert listed() == ["Z", "a", "b", "c"]
        assert listed(limit=2) == ["Z", "a"]
        assert listed(after="a", limit=2) == ["b", "c"]
        assert listed(only={"a", "c", "none"}) == ["a", "c"]
        assert listed(only=set()) == []


def test_a_bot_with_leads_is_not_empty_and_cannot_be_deleted(database: Database) -> None:
    put(database, a_lead("used"))
    with database.transaction() as store:
        assert not bots.is_empty(store, "used")
    with pytest.raises(ConflictError), database.transaction() as store:
        bots.delete(store, "used")
    with database.transaction() as store:
        assert bots.get(store, "used") is not None


def test_an_empty_bot_is_deleted_once(database: Database) -> None:
    with database.transaction() as store:
        bots.add(store, FULL)
        assert bots.is_empty(store, "full")
        assert bots.delete(store, "full")
        assert not bots.delete(store, "full")
