import csv
import io
import json
import os
import pty
import subprocess
import termios

import pytest
from rich.cells import cell_len

from leadkeep.actions.capture import Capture, capture, new_lead
from leadkeep.actions.read_leads import FURTHER_PAGE
from leadkeep.domain.lead import Lead, NewLead
from leadkeep.storage.database import Database
from tests.support.command import Command
from tests.support.leads import a_lead, put, settle

SHOWN = tuple(name for name in Lead.__struct_fields__ if name != "home_id")
HOSTILE = "\x1b[31mAda\x9b\u202e"


def add(database: Database, count: int = 1, **fields: object) -> list[Lead]:
    given = {"bot_id": "shop", "origin": "test", **fields}
    leads = [
        new_lead(NewLead(session_id=f"s{number}", **given))  # type: ignore[arg-type]
        for number in range(count)
    ]
    with database.transaction() as store:
        capture(store, [Capture(lead, makes_bot=True) for lead in leads])
    return leads


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def on_terminal(command: Command, *arguments: str, columns: int = 200) -> str:
    """What a person at a terminal is sent."""
    environ = command.environ | {"COLUMNS": str(columns)}
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, columns))
    process = subprocess.Popen(
        command.line(*arguments), stdout=theirs, stderr=theirs, cwd=command.directory, env=environ
    )
    os.close(theirs)
    sent = b""
    try:
        while part := os.read(ours, 65536):
            sent += part
    except OSError:
        # Linux's way to say that nobody holds the other end any more.
        pass
    finally:
        os.close(ours)
        assert process.wait(timeout=60) == 0
    return sent.decode()


def test_a_table_shows_the_newest_first(leadkeep: Command, database: Database) -> None:
    add(database, name="Ada", email="ada@example.org")
    add(database, name="Bob", phone="+49 170 1234567")
    header, bob, ada = leadkeep("leads", "list").out.splitlines()
    assert header.split() == ["created", "bot", "name", "email", "phone", "id"]
    assert "Bob" in bob
    assert "+49 170 1234567" in bob
    assert "ada@example.org" in ada


def test_a_table_says_that_there_are_more(leadkeep: Command, database: Database) -> None:
    add(database, 51)
    done = leadkeep("leads", "list")
    assert len(done.out.splitlines()) == 51
    assert done.err == "These are the newest 50; --limit shows more, --format csv or json all.\n"
    assert leadkeep("leads", "list", "--limit", "51").err == ""


def test_a_limit_of_one_is_said_in_the_singular(leadkeep: Command, database: Database) -> None:
    add(database, 2)
    done = leadkeep("leads", "list", "--limit", "1")
    assert done.err == "This is the newest; --limit shows more, --format csv or json all.\n"


def test_nothing_is_folded_on_a_narrow_terminal(leadkeep: Command, database: Database) -> None:
    email = f"{'ada' * 15}@example.org"
    lead = a_lead("shop", name="Ada King, Countess of Lovelace", email=email, after_ms=7)
    put(database, lead)
    head, row = on_terminal(leadkeep, "leads", "list", columns=40).splitlines()
    assert "created" in head
    for cell in ("2026-11-23 07:02:23Z  shop", "Ada King, Countess of Lovelace", email, lead.id):
        assert cell in row


def test_a_time_looks_the_same_everywhere(leadkeep: Command, database: Database) -> None:
    lead = a_lead("shop", after_ms=7)
    put(database, lead)
    for command in (
        ["leads", "list"],
        ["leads", "show", lead.id],
        ["bots", "list"],
        ["bots", "show", "shop"],
    ):
        text = leadkeep(*command).out
        assert "2026-11-23 07:02:23Z" in text, command
        assert "created" in text, command


def test_columns_stand_in_line_whatever_the_script(leadkeep: Command, database: Database) -> None:
    put(database, a_lead("shop", name="山田太郎", phone="555"), a_lead("shop", name="Ada", phone="555"))
    first, second = leadkeep("leads", "list").out.splitlines()[1:]
    assert cell_len(first.partition(" 555 ")[0]) == cell_len(second.partition(" 555 ")[0])


def test_leads_are_chosen_by_session_address_and_time(leadkeep: Command, database: Database) -> None:
    day = 24 * 60 * 60 * 1_000
    settle(
        database,
        a_lead("shop", "s1", name="Ada", email="A@x.example", email_normal="a@x.example"),
        a_lead("shop", "s2", name="Bob", after_ms=day),
        a_lead("help", "s2", name="Cy", after_ms=2 * day),
    )
    for options, names in (
        ("--session s2", ["Cy", "Bob"]),
        ("--session s2 --bot shop", ["Bob"]),
        ("--email a@X.example", ["Ada"]),
        ("--from 2026-11-24", ["Cy", "Bob"]),
        ("--to 2026-11-24T07:02:23Z", ["Ada"]),
        ("--from 2026-11-24T08:02:23+01:00 --to 2026-11-25", ["Bob"]),
    ):
        text = leadkeep("leads", "list", "--format", "json", *options.split()).out
        assert [lead["name"] for lead in json.loads(text)] == names, options
    assert leadkeep("leads", "list", "--session", "s3").err == "No such leads.\n"


def test_a_wrong_filter_is_refused(leadkeep: Command) -> None:
    assert "--email must be" in leadkeep("leads", "list", "--email", "ada", code=2).err
    for option in ("--from", "--to"):
        assert f"{option} must be a date such as" in leadkeep("leads", "list", option, "soon", code=2).err


def test_json_and_csv_hold_every_lead_over_many_pages(leadkeep: Command, database: Database) -> None:
    count = FURTHER_PAGE * 2 + 1
    ids = [lead.id for lead in add(database, count)]
    as_json = json.loads(leadkeep("leads", "list", "--format", "json").out)
    as_csv = read_csv(leadkeep("leads", "list", "--format", "csv").out)
    newest_first = sorted(ids, reverse=True)
    assert [lead["id"] for lead in as_json] == newest_first
    assert [lead["id"] for lead in as_csv] == newest_first


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_limit_holds_over_pages(leadkeep: Command, database: Database, form: str) -> None:
    add(database, FURTHER_PAGE + 2)
    text = leadkeep("leads", "list", "--format", form, "--limit", str(FURTHER_PAGE + 1)).out
    assert len(json.loads(text) if form == "json" else read_csv(text)) == FURTHER_PAGE + 1


def test_every_field_is_in_json_and_csv(leadkeep: Command, database: Database) -> None:
    add(
        database,
        name='Zoë, "Z"\n',
        email="z@example.org",
        phone="+49 170 1234567",
        attributes={"a": [1, None]},
    )
    (as_json,) = json.loads(leadkeep("leads", "list", "--format", "json").out)
    (as_csv,) = read_csv(leadkeep("leads", "list", "--format", "csv").out)
    assert as_json["name"] == as_csv["name"] == 'Zoë, "Z"\n'
    assert as_json["phone_e164"] == as_csv["phone_e164"] == "+491701234567"
    assert as_json["attributes"] == json.loads(as_csv["attributes"]) == {"a": [1, None]}
    assert as_json["created_at"] == as_csv["created_at"]
    assert tuple(as_json) == tuple(as_csv) == SHOWN


def test_no_leads_are_an_empty_list(leadkeep: Command) -> None:
    assert json.loads(leadkeep("leads", "list", "--format", "json").out) == []
    assert leadkeep("leads", "list", "--format", "csv").out.splitlines() == [",".join(SHOWN)]


def test_leads_of_one_bot(leadkeep: Command, database: Database) -> None:
    add(database, bot_id="shop")
    (wanted,) = add(database, bot_id="help")
    text = leadkeep("leads", "list", "--bot", "help", "--format", "json").out
    assert [lead["id"] for lead in json.loads(text)] == [wanted.id]
    assert leadkeep("leads", "list", "--bot", "no", code=1).err == "leadkeep: Bot no not found\n"


def test_one_lead_is_shown_whole(leadkeep: Command, database: Database) -> None:
    (lead,) = add(database, name="Ada", email="nope", attributes={"plan": "pro"})
    text = leadkeep("leads", "show", lead.id).out
    shown = dict(line.split(":", 1) for line in text.splitlines())
    facts = {"name": "Ada", "email_problem": "not_an_email", "attributes": '{"plan":"pro"}'}
    assert {name: shown[name].strip() for name in facts} == facts


def test_a_lead_that_is_not_there_is_not_found(leadkeep: Command) -> None:
    for lead_id in ("nope", "01a20876-32c0-76e1-941d-bea12d116c5a"):
        assert leadkeep("leads", "show", lead_id, code=1).err == f"leadkeep: Lead {lead_id} not found\n"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_a_visitor_typed_cannot_drive_the_terminal(leadkeep: Command, database: Database) -> None:
    (lead,) = add(database, name=HOSTILE, attributes={"k": HOSTILE})
    commands = [["list"], ["list", "--format", "json"], ["list", "--format", "csv"], ["show", lead.id]]
    for command in commands:
        sent = on_terminal(leadkeep, "leads", *command)
        assert "Ada" in sent
        for raw in ("\x1b[31m", "\x9b", "\u202e"):
            assert raw not in sent, command


def test_an_export_keeps_what_a_visitor_typed(leadkeep: Command, database: Database) -> None:
    add(database, name=HOSTILE)
    assert json.loads(leadkeep("leads", "list", "--format", "json").out)[0]["name"] == HOSTILE
    assert read_csv(leadkeep("leads", "list", "--format", "csv").out)[0]["name"] == HOSTILE


def test_a_reader_that_has_seen_enough_ends_the_export_quietly(leadkeep: Command, database: Database) -> None:
    add(database, 500, attributes={"note": "x" * 1_000})
    process = subprocess.Popen(
        leadkeep.line("leads", "list", "--format", "csv"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=leadkeep.directory,
        env=leadkeep.environ,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_leads_are_searched_filtered_and_sorted(leadkeep: Command, database: Database) -> None:
    add(database, name="Zoë Müller", email="zoe@example.org")
    add(database, name="Anna Mull", phone="+49 170 1234567")
    for options, names in (
        (["--search", "muller"], ["Zoë Müller"]),
        (["--search", "4567"], ["Anna Mull"]),
        (["--search", "mull", "--sort", "best"], ["Anna Mull", "Zoë Müller"]),
        (["--sort", "-name"], ["Zoë Müller", "Anna Mull"]),
        (["--status", "new", "--status", "won", "--origin", "test"], ["Anna Mull", "Zoë Müller"]),
        (["--status", "won"], []),
        (["--owner", "ada"], []),
        (["--tag", "vip"], []),
        (["--waiting"], []),
    ):
        text = leadkeep("leads", "list", "--format", "json", *options).out
        assert [lead["name"] for lead in json.loads(text)] == names, options


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--status open", "--status must be one of new, contacted,"),
        ("--sort newest", "--sort must be one of -created, created,"),
        ("--sort best", "--sort can be best only with --search"),
        ("--search ?!", "--search must have a letter or a digit in it"),
    ],
)
def test_an_option_that_says_nothing_is_refused(leadkeep: Command, options: str, said: str) -> None:
    assert said in leadkeep("leads", "list", *options.split(), code=2).err
