import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from leadkeep.actions.change_bot import change_bot
from leadkeep.actions.create_bot import create_bot
from leadkeep.actions.delete_bot import delete_bot
from leadkeep.actions.read_bots import get_bot, list_bots
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.bot import Bot, BotChange, FormChange, LeadForm
from leadkeep.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from leadkeep.storage import bots
from leadkeep.storage.database import Database
from leadkeep.storage.store import Store
from tests.support.leads import START, a_lead, put


def limited(permission: Permission, *bot_ids: str) -> Grant:
    return Grant(id="g", name="g", permissions=frozenset({permission}), bots=frozenset(bot_ids))


def test_a_bot_is_made_once_with_its_settings(database: Database) -> None:
    with database.transaction() as store:
        made = create_bot(
            store, OPERATOR, "b", BotChange(name="Shop", public=True, origins=("HTTPS://A.example",))
        )
        assert (made.name, made.public, made.origins) == ("Shop", True, ("https://a.example",))
        assert get_bot(store, OPERATOR, "b") == made
        with pytest.raises(ConflictError):
            create_bot(store, OPERATOR, "b", BotChange(name="Other"))
        assert get_bot(store, OPERATOR, "b") == made


def test_a_bot_is_named_by_its_id_where_it_has_no_name(database: Database) -> None:
    with database.transaction() as store:
        assert create_bot(store, OPERATOR, "b", BotChange()).name == "b"


@pytest.mark.parametrize(
    ("bot_id", "settings"), [("not an id", BotChange()), ("", BotChange()), ("b", BotChange(origins=("x",)))]
)
def test_a_bot_that_breaks_a_rule_is_not_made(database: Database, bot_id: str, settings: BotChange) -> None:
    with database.transaction() as store:
        with pytest.raises(InvalidError):
            create_bot(store, OPERATOR, bot_id, settings)
        assert list_bots(store, OPERATOR, limit=9) == []


def test_an_admin_of_named_bots_makes_none(database: Database) -> None:
    with database.transaction() as store, pytest.raises(ForbiddenError):
        create_bot(store, limited(Permission.ADMIN, "b"), "b", BotChange())


def test_a_bot_with_leads_is_not_deleted(database: Database) -> None:
    put(database, a_lead("b"))
    with database.transaction() as store:
        with pytest.raises(ConflictError):
            delete_bot(store, OPERATOR, "b")
        assert get_bot(store, OPERATOR, "b").id == "b"


def test_an_empty_bot_is_deleted_and_then_not_found(database: Database) -> None:
    with database.transaction() as store:
        bots.add_missing(store, ["b"], START)
        delete_bot(store, OPERATOR, "b")
        with pytest.raises(NotFoundError):
            delete_bot(store, OPERATOR, "b")


ACTIONS: list[tuple[Permission, Callable[[Store, Grant, str], object]]] = [
    (Permission.READ, get_bot),
    (Permission.ADMIN, lambda store, grant, bot_id: change_bot(store, grant, bot_id, BotChange(name="x"))),
    (Permission.ADMIN, delete_bot),
]


@pytest.mark.parametrize(("permission", "action"), ACTIONS)
def test_a_bot_outside_the_grant_is_not_found_just_as_one_that_is_not_there(
    database: Database, permission: Permission, action: Callable[[Store, Grant, str], object]
) -> None:
    with database.transaction() as store:
        bots.add_missing(store, ["mine", "theirs"], START)
        messages = []
        for bot_id in ("theirs", "nobodys"):
            with pytest.raises(NotFoundError) as refused:
                action(store, limited(permission, "mine", "nobodys"), bot_id)
            messages.append(refused.value.message.replace(bot_id, ""))
        assert len(set(messages)) == 1
        action(store, limited(permission, "mine"), "mine")


@pytest.mark.parametrize("bot_id", ["", "a b", "\0", "\udcff"])
@pytest.mark.parametrize(("permission", "action"), ACTIONS)
def test_an_id_that_cannot_be_one_is_not_found(
    database: Database, bot_id: str, permission: Permission, action: Callable[[Store, Grant, str], object]
) -> None:
    with pytest.raises(NotFoundError), database.transaction() as store:
        action(store, OPERATOR, bot_id)


@pytest.mark.parametrize(("permission", "action"), ACTIONS)
def test_without_the_permission_it_is_forbidden(
    database: Database, permission: Permission, action: Callable[[Store, Grant, str], object]
) -> None:
    with database.transaction() as store:
        bots.add_missing(store, ["b"], START)
        with pytest.raises(ForbiddenError):
            action(store, limited(Permission.CAPTURE, "b"), "b")


def test_a_list_holds_only_what_the_grant_covers(database: Database) -> None:
    with database.transaction() as store:
        bots.add_missing(store, ["a", "b", "c"], START)
        reader = limited(Permission.READ, "a", "c", "none")
        assert [bot.id for bot in list_bots(store, reader, limit=9)] == ["a", "c"]
        assert [bot.id for bot in list_bots(store, OPERATOR, after="a", limit=1)] == ["b"]


def test_a_form_is_changed_in_parts(database: Database) -> None:
    with database.transaction() as store:
        create_bot(store, OPERATOR, "b", BotChange(form=FormChange(title="Hi", ask_phone=False)))
        changed = change_bot(store, OPERATOR, "b", BotChange(form=FormChange(title="Hello")))
        assert changed.form == LeadForm(title="Hello", ask_phone=False)
        assert get_bot(store, OPERATOR, "b") == changed


# SQLite has one writer at a time.
@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_two_changes_of_one_form_at_once_both_hold(database: Database) -> None:
    def ask_no_phone() -> Bot:
        with database.transaction() as store:
            return change_bot(store, OPERATOR, "b", BotChange(form=FormChange(ask_phone=False)))

    with database.transaction() as store:
        create_bot(store, OPERATOR, "b", BotChange())
    with ThreadPoolExecutor(1) as other:
        with database.transaction() as store:
            change_bot(store, OPERATOR, "b", BotChange(form=FormChange(title="Hello")))
            second = other.submit(ask_no_phone)
            while not waits_for_a_lock(database) and not second.done():
                time.sleep(0.01)
        assert second.result().form == LeadForm(title="Hello", ask_phone=False)


def waits_for_a_lock(database: Database) -> bool:
    here = "FROM pg_stat_activity WHERE datname = current_database()"
    with database.snapshot() as store:
        return bool(
            store.execute(sa.text(f"SELECT count(*) {here} AND wait_event_type = 'Lock'")).scalar_one()
        )
