"""What holds for every command: help, versions, and errors an operator can act on."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from leadkeep import __version__
from leadkeep.storage.database import Database
from tests.support.command import Command


def test_the_version_is_told(bare: Command) -> None:
    assert bare("--version").out == f"leadkeep {__version__}\n"


def test_the_help_names_every_command(bare: Command) -> None:
    text = bare("--help").out
    for command in ("serve", "migrate", "doctor", "settings", "bots", "keys", "leads", "Examples"):
        assert command in text


@pytest.mark.parametrize(
    "command",
    ["serve", "migrate", "doctor", "settings", "bots set", "keys create", "leads list"],
)
def test_every_command_has_help(bare: Command, command: str) -> None:
    assert "--database" in bare(*command.split(), "--help").out


def test_a_wrong_setting_is_one_line_and_exit_code_2(bare: Command) -> None:
    done = bare("bots", "list", code=2, LEADKEEP_PORT="x")
    assert done == ("", "leadkeep: LEADKEEP_PORT must be a number from 1 to 65535, not 'x'\n")


def test_a_database_that_does_not_answer_is_one_line_without_its_password(bare: Command) -> None:
    done = bare("bots", "list", "--database", "postgresql://u:hush@127.0.0.1:1/leads", code=1)
    assert done.err.startswith(
        "leadkeep: cannot use the database postgresql://u:********@127.0.0.1:1/leads: "
    )
    assert done.err.count("\n") == 1


def test_a_file_that_cannot_be_opened_is_one_line(bare: Command) -> None:
    done = bare("bots", "create", "shop", "--database", "sqlite:////nowhere/leads.db", code=1)
    assert done.err == (
        "leadkeep: cannot use the database sqlite:////nowhere/leads.db: unable to open database file; "
        "/nowhere is not there; make it with mkdir -p /nowhere\n"
    )


def test_every_command_imports_what_it_needs(started: Command) -> None:
    started("demo", "--leads", "10")
    for things in ("bots", "keys", "leads", "people", "sessions"):
        started(things, "list")
    for command in ("settings", "doctor", "counts", "search a"):
        started(*command.split())


@pytest.mark.parametrize(
    "command",
    [
        *("leads list", "leads show x", "keys list", "keys revoke x"),
        *("bots list", "bots show x", "bots set x --public", "bots delete x"),
    ],
)
def test_only_what_makes_something_makes_a_database(bare: Command, tmp_path: Path, command: str) -> None:
    assert bare(*command.split(), code=1).err == (
        f"leadkeep: there is no database at {tmp_path}/leadkeep.db: "
        "start `leadkeep serve` there, or name another with --database\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["bots create x", "keys create x --permission read", "migrate"])
def test_what_makes_something_makes_its_database(bare: Command, tmp_path: Path, command: str) -> None:
    bare(*command.split())
    assert (tmp_path / "leadkeep.db").exists()


@pytest.mark.parametrize("things", ["bots", "keys", "leads"])
def test_that_there_is_nothing_yet_is_said_beside_the_output(leadkeep: Command, things: str) -> None:
    done = leadkeep(things, "list")
    assert done.out == ""
    assert done.err.startswith(f"No {things} yet")


def test_a_file_that_is_no_database_is_one_line(bare: Command, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Ada, " * 500)
    done = bare("bots", "list", "--database", "sqlite:///letter.txt", code=1)
    assert done.err == (
        f"leadkeep: cannot use the database sqlite:///{tmp_path}/letter.txt: file is not a database; "
        "name another file with --database, or put a copy of the database in its place\n"
    )


def test_a_command_brings_an_empty_database_up_to_date_first(bare: Command, database_url: str) -> None:
    bare("bots", "create", "shop", "--database", database_url)
    assert "shop" in bare("bots", "list", "--database", database_url).out


def test_a_newer_database_is_refused(leadkeep: Command, database: Database) -> None:
    with database.transaction() as store:
        store.execute(sa.text("UPDATE alembic_version SET version_num = 'tomorrow'"))
    for command in (["bots", "list"], ["migrate"], ["serve"]):
        done = leadkeep(*command, code=1)
        assert done.err.endswith("this one will not touch the data.\n")


def test_what_an_operator_mistyped_cannot_drive_the_terminal(leadkeep: Command) -> None:
    assert leadkeep("keys", "revoke", "\x1b[31m", code=1).err == "leadkeep: Key \\x1b[31m not found\n"


def test_a_fault_of_ours_is_told_without_a_traceback(leadkeep: Command, database: Database) -> None:
    with database.transaction() as store:
        add = "INSERT INTO bots (id, name, public, origins, form, created_at)"
        store.execute(sa.text(add + " VALUES ('x', 'x', true, '[]', '7', '2026-01-01T00:00:00.000Z')"))
    done = leadkeep("bots", "list", code=1)
    assert done.err == (
        "leadkeep: unexpected ValidationError, which is a fault in Leadkeep; "
        "set LEADKEEP_LOG_LEVEL=debug to see where\n"
    )
    lines = leadkeep("bots", "list", code=1, LEADKEEP_LOG_LEVEL="debug").err.splitlines()
    assert "storage/bots.py" in lines[-2]
    assert lines[-1].endswith("see above for where")
