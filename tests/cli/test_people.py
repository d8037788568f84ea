from typing import Any

from leadkeep.storage.database import Database
from tests.actions.test_deletions import captured
from tests.support.command import Command
from tests.support.people import count


def facts(text: str) -> dict[str, str]:
    return {name: value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())}


def person(database: Database, **fields: Any) -> str:
    return str(captured(database, **fields).person_id)


def test_people_are_listed_and_shown(leadkeep: Command, database: Database) -> None:
    ada = person(database, name="Ada", email="ada@example.com")
    person(database, name="Grace")
    header, grace, row = leadkeep("people", "list").out.splitlines()
    assert header.split() == ["last", "lead", "name", "email", "phone", "leads", "id"]
    assert "Grace" in grace
    assert row.split()[2:] == ["Ada", "ada@example.com", "1", ada]
    done = leadkeep("people", "list", "--limit", "1")
    assert len(done.out.splitlines()) == 2
    assert done.err == "These are the newest 1; --limit shows more.\n"
    shown = facts(leadkeep("people", "show", ada).out)
    assert (shown["name"], shown["leads"], shown["bots"]) == ("Ada", "1", "bot")


def test_no_people_are_said_to_be_none(leadkeep: Command) -> None:
    assert leadkeep("people", "list").err == "No people yet: the first lead brings one.\n"


def test_people_are_merged_and_parted(leadkeep: Command, database: Database) -> None:
    ada, other = person(database, name="Ada"), person(database, name="Ada L")
    done = leadkeep("people", "merge", other, ada, "--reason", "Same voice")
    assert done.out == f"Person {other} is merged into {ada}.\n"
    merge_id = done.err.split("undo ")[1].split("`")[0]
    text = leadkeep("people", "show", other).out
    assert facts(text)["id"] == ada
    assert "Same voice" in text
    leads = leadkeep("leads", "list", "--person", other).out
    assert "Ada L" in leads
    assert len(leads.splitlines()) == 3
    undone = leadkeep("people", "undo", merge_id).out
    assert undone == f"Person {other} is no longer merged into {ada}.\n"
    assert facts(leadkeep("people", "show", other).out)["id"] == other
    assert "already" in leadkeep("people", "undo", merge_id, code=1).err


def test_who_may_be_the_same_is_suggested(leadkeep: Command, database: Database) -> None:
    ada = person(database, name="Ada", email="ada.l@example.com")
    assert leadkeep("people", "suggestions", ada).err == "Nobody looks like the same person.\n"
    other = person(database, name="Ada", email="ada.k@example.com")
    row = leadkeep("people", "suggestions", ada).out.splitlines()[1]
    assert row.startswith(other)
    assert row.endswith("same name, similar email")


def test_leads_and_people_are_deleted(leadkeep: Command, database: Database) -> None:
    lead = captured(database, name="Ada", email="ada@example.com")
    captured(database, email="ada@example.com")
    assert leadkeep("leads", "delete", lead.id).out == f"Lead {lead.id} is deleted.\n"
    assert leadkeep("people", "delete", str(lead.person_id)).out == f"Person {lead.person_id} is deleted.\n"
    assert count(database) == 0


def test_what_is_not_there_is_not_found(leadkeep: Command) -> None:
    unknown = "01a20876-32c0-76e1-941d-bea12d116c5a"
    for command in (["show"], ["delete"], ["suggestions"], ["merge", unknown]):
        words = ["people", *command, unknown]
        assert leadkeep(*words, code=1).err == f"leadkeep: Person {unknown} not found\n"
    assert leadkeep("people", "undo", unknown, code=1).err == f"leadkeep: Merge {unknown} not found\n"
    assert leadkeep("leads", "delete", "nope", code=1).err == "leadkeep: Lead nope not found\n"
    assert "--person must be an id" in leadkeep("leads", "list", "--person", "nope", code=2).err
