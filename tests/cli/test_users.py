import re

import pytest

from leadkeep.actions.open_link import look_at_link, set_password_by_link
from leadkeep.actions.read_users import list_users
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.sign_in import Purpose
from leadkeep.domain.user import Role, User
from leadkeep.storage import users
from leadkeep.storage.database import Database
from tests.support.command import Command

OWNER = ("ada@example.com", "--name", "Ada Lovelace", "--role", "owner")


def every_user(database: Database) -> list[User]:
    with database.snapshot() as store:
        return list_users(store, OPERATOR)


def opened(database: Database, link: str) -> User:
    """Whose password the link sets."""
    with database.snapshot() as store:
        found, user = look_at_link(store, link.rpartition("/")[2].strip())
    assert found.purpose is Purpose.PASSWORD
    assert user is not None
    return user


def test_the_link_stands_alone_on_standard_output(leadkeep: Command, database: Database) -> None:
    done = leadkeep("users", "create", *OWNER)
    assert re.fullmatch(r"http://127\.0\.0\.1:8420/welcome/[\w-]+\n", done.out)
    assert opened(database, done.out).email == "ada@example.com"
    assert done.err.startswith("ada@example.com is made.")


def test_a_link_leads_to_where_people_reach_the_server(leadkeep: Command) -> None:
    everywhere = leadkeep("users", "create", *OWNER, LEADKEEP_HOST="::", LEADKEEP_PORT="9000")
    assert everywhere.out.startswith("http://[::1]:9000/welcome/")
    public = leadkeep("users", "reset-password", OWNER[0], LEADKEEP_PUBLIC_URL="https://leads.example.com/")
    assert public.out.startswith("https://leads.example.com/welcome/")


def test_the_first_user_of_a_database_that_is_not_there_yet(bare: Command) -> None:
    bare("users", "create", *OWNER)
    assert "Ada Lovelace" in bare("users", "list").out


def test_a_user_sees_the_bots_that_were_named(leadkeep: Command, database: Database) -> None:
    leadkeep("bots", "create", "shop")
    options = "--name Grace --role agent --bot shop --bot shpo"
    done = leadkeep("users", "create", "grace@example.com", *options.split())
    (grace,) = every_user(database)
    assert (grace.role, grace.bots) == (Role.AGENT, ("shop", "shpo"))
    assert done.err.splitlines()[1:] == ["There is no bot shpo yet; they will see it once there is."]


def test_nobody_is_made_twice(leadkeep: Command) -> None:
    leadkeep("users", "create", *OWNER)
    assert "already" in leadkeep("users", "create", "ADA@example.com", *OWNER[1:], code=1).err


def test_what_is_no_address_is_refused(leadkeep: Command, database: Database) -> None:
    done = leadkeep("users", "create", "ada", *OWNER[1:], code=2)
    assert (done.out, every_user(database)) == ("", [])


def test_a_new_link_ends_the_one_before_and_may_take_the_second_factor_away(
    leadkeep: Command, database: Database
) -> None:
    first = leadkeep("users", "create", *OWNER).out
    (ada,) = every_user(database)
    with database.transaction() as store:
        set_password_by_link(store, first.rpartition("/")[2].strip(), "hash")
        users.set_totp(store, ada.id, "A" * 32)
    kept = leadkeep("users", "reset-password", OWNER[0]).out
    assert every_user(database)[0].has_totp
    taken = leadkeep("users", "reset-password", "Ada@Example.com", "--second-factor")
    assert "no second factor any more" in taken.err
    (after,) = every_user(database)
    assert (after.has_password, after.has_totp) == (True, False)
    assert opened(database, taken.out) == after
    with database.snapshot() as store, pytest.raises(NotFoundError):
        look_at_link(store, kept.rpartition("/")[2].strip())


def test_the_last_owner_cannot_be_kept_out(leadkeep: Command, database: Database) -> None:
    leadkeep("users", "create", *OWNER)
    assert "There must be an owner" in leadkeep("users", "disable", OWNER[0], code=1).err
    assert every_user(database)[0].disabled_at is None


def test_somebody_is_disabled_and_enabled(leadkeep: Command) -> None:
    leadkeep("users", "create", *OWNER)
    leadkeep("users", "create", "grace@example.com", "--name", "Grace", "--role", "viewer")
    done = leadkeep("users", "disable", "grace@example.com")
    assert done.out == "grace@example.com is disabled, and signed out everywhere.\n"
    assert "disabled" in leadkeep("users", "list").out
    assert "enable them first" in leadkeep("users", "reset-password", "grace@example.com", code=1).err
    assert leadkeep("users", "enable", "grace@example.com").out == "grace@example.com is enabled.\n"
    assert "disabled" not in leadkeep("users", "list").out


def test_somebody_who_is_not_there(leadkeep: Command) -> None:
    assert "There is no user" in leadkeep("users", "disable", "nobody@example.com", code=1).err
    assert leadkeep("users", "list").err == "No users yet; `leadkeep users create` makes one.\n"
