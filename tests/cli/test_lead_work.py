from typing import Any

import pytest

from leadkeep.domain.lead import Lead
from leadkeep.storage.database import Database
from tests.support.command import Command
from tests.support.leads import a_lead, put
from tests.support.work import found_by, history, stored

NOWHERE = "01a20876-32c0-76e1-941d-bea12d116c5a"


@pytest.fixture
def lead(database: Database) -> Lead:
    new = a_lead("shop", name="Ada", attributes={"plan": "free", "old": 1})
    put(database, new)
    return new


def test_only_what_is_named_is_changed(leadkeep: Command, database: Database, lead: Lead) -> None:
    options = "--status won --owner Grace --tag VIP --tag berlin --value 120.50 --currency eur"
    assert leadkeep("leads", "set", lead.id, *options.split()).out == "1 lead is changed.\n"
    leadkeep("leads", "set", lead.id, "--untag", "vip", "--tag", "new")
    leadkeep("leads", "set", lead.id, "--attribute", "plan=a=b", "--no-attribute", "old")
    now = stored(database, lead.id)
    assert (now.status, now.owner, now.tags) == ("won", "Grace", ("berlin", "new"))
    assert (now.value, now.currency, now.attributes) == ("120.5", "EUR", {"plan": "a=b"})


def test_an_owner_and_a_value_can_be_cleared(leadkeep: Command, database: Database, lead: Lead) -> None:
    leadkeep("leads", "set", lead.id, "--owner", "Grace", "--value", "5", "--currency", "EUR")
    leadkeep("leads", "set", lead.id, "--no-owner", "--no-value")
    now = stored(database, lead.id)
    assert (now.owner, now.value, now.currency) == (None, None, None)


def test_many_are_changed_or_none(leadkeep: Command, database: Database, lead: Lead) -> None:
    other = a_lead("help")
    put(database, other)
    refused = leadkeep("leads", "set", lead.id, NOWHERE, "--owner", "Grace", code=1)
    assert refused.err == f"leadkeep: Lead {NOWHERE} not found\n"
    assert stored(database, lead.id).owner is None
    leadkeep("leads", "set", lead.id, "--owner", "Grace")
    done = leadkeep("leads", "set", lead.id, other.id, "--owner", "Grace")
    assert done.out == "1 lead is changed. 1 was like that before.\n"
    done = leadkeep("leads", "set", lead.id, other.id, "--owner", "Grace")
    assert done.out == "0 leads are changed. 2 were like that before.\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "nothing to change"),
        (["--status", "maybe"], "--status must be one of new, contacted, qualified, won, lost, spam"),
        (["--owner", "a", "--no-owner"], "--owner and --no-owner exclude one another"),
        (["--value", "5", "--no-value"], "--value and --no-value exclude one another"),
        (["--owner", ""], "owner must not be blank"),
        (["--value", "", "--currency", "EUR"], "value must be a number"),
        (["--value", "5,50", "--currency", "EUR"], "value must be a number"),
        (["--value", "5", "--currency", "EURO"], "currency must be the ISO 4217 code"),
        (["--value", "5"], "currency is required"),
        (["--attribute", "plan"], "--attribute must look like KEY=TEXT"),
        (["--tag", " "], "1 to 50 characters"),
    ],
)
def test_what_cannot_be_is_refused(
    leadkeep: Command, database: Database, lead: Lead, options: list[str], said: str
) -> None:
    assert said in leadkeep("leads", "set", lead.id, *options, code=2).err
    assert stored(database, lead.id) == lead


def test_notes_are_written_shown_and_deleted(leadkeep: Command, database: Database, lead: Lead) -> None:
    assert "note" not in leadkeep("leads", "show", lead.id).out
    note_id = leadkeep("leads", "note", lead.id, "Call her on\nMonday").out.split()[1]
    leadkeep("leads", "note", lead.id, "Second")
    *_, head, second, first = leadkeep("leads", "show", lead.id).out.splitlines()
    assert head.split() == ["noted", "by", "note", "id"]
    assert "Second" in second
    assert r"operator  Call her on\nMonday" in first
    assert first.endswith(note_id)
    assert found_by(database, "monday") == {lead.id}
    assert leadkeep("leads", "delete-note", lead.id, note_id).out == f"Note {note_id} is deleted.\n"
    assert "Monday" not in leadkeep("leads", "show", lead.id).out
    assert found_by(database, "monday") == set()
    again = leadkeep("leads", "delete-note", lead.id, note_id, code=1)
    assert again.err == f"leadkeep: Note {note_id} not found\n"


def test_a_history_is_shown_newest_first(leadkeep: Command, database: Database, lead: Lead) -> None:
    assert leadkeep("leads", "history", lead.id).err == "Nobody has changed this lead yet.\n"
    leadkeep("leads", "set", lead.id, "--status", "contacted")
    leadkeep("leads", "set", lead.id, "--tag", "vip")
    head, tagged, contacted = leadkeep("leads", "history", lead.id).out.splitlines()
    assert head.split() == ["changed", "by", "what", "from", "to"]
    assert tagged.split()[2:] == ["operator", "tags", "[]", '["vip"]']
    assert contacted.split()[2:] == ["operator", "status", "new", "contacted"]
    assert len(history(database, lead.id)) == 2
    done = leadkeep("leads", "history", lead.id, "--limit", "1")
    assert [line.split() for line in done.out.splitlines()] == [head.split(), tagged.split()]
    assert done.err == "There are older ones; --limit shows more.\n"


@pytest.mark.parametrize("arguments", [["set", "--owner", "a"], ["note", "x"], ["history"]])
def test_a_lead_that_is_not_there_is_not_found(leadkeep: Command, arguments: Any) -> None:
    verb, *rest = arguments
    for lead_id in ("nope", NOWHERE):
        done = leadkeep("leads", verb, lead_id, *rest, code=1)
        assert done.err == f"leadkeep: Lead {lead_id} not found\n"


def test_what_a_note_says_cannot_drive_the_terminal(leadkeep: Command, lead: Lead) -> None:
    leadkeep("leads", "note", lead.id, "\x1b[31mred\u202e")
    shown = leadkeep("leads", "show", lead.id).out
    assert r"\x1b[31mred\u202e" in shown
    assert "\x1b" not in shown
