import json
from datetime import timedelta
from typing import Any

import pytest

from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.request_handover import request_handover
from leadkeep.actions.start_session import start_session
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.message import NewMessage, Role
from leadkeep.domain.visit import SentVisit
from leadkeep.storage.database import Database
from tests.support.command import Command
from tests.support.leads import START, a_lead, put

HOSTILE = "\x1b[31mAda\x9b\u202e"


def start(database: Database, session_id: str = "s", bot_id: str = "shop", **sent: Any) -> None:
    with database.transaction() as store:
        start_session(store, OPERATOR, bot_id, session_id, SentVisit(**sent))


def say(database: Database, *texts: str, role: Role = Role.VISITOR) -> None:
    with database.transaction() as store:
        new = [
            NewMessage(role=role, text=text, at=START + timedelta(seconds=number))
            for number, text in enumerate(texts)
        ]
        append_messages(store, OPERATOR, "shop", "s", new)


def request(database: Database, session_id: str = "s", reason: str | None = None) -> None:
    with database.transaction() as store:
        request_handover(store, OPERATOR, "shop", session_id, reason)


def test_a_table_shows_the_newest_first(leadkeep: Command, database: Database) -> None:
    put(database, a_lead("shop", "older", name="Ada"))
    start(database, "newer", page_url="https://www.example.com/")
    header, newer, older = leadkeep("sessions", "list").out.splitlines()
    assert header.startswith("created")
    assert "https://www.example.com/" in newer
    assert "Ada" in older
    assert "2026-11-23 07:02:23Z" in older


def test_sessions_are_chosen_by_what_they_are(leadkeep: Command, database: Database) -> None:
    put(database, a_lead("shop", "lead"))
    start(database, "plain", "help")
    request(database, "waiting")
    for options, found in (
        ("--bot help", {"plain"}),
        ("--handover waiting", {"waiting"}),
        ("--handed-over", {"waiting"}),
        ("--not-handed-over --lead", {"lead"}),
        ("--no-lead", {"plain"}),
        ("--to 2026-11-24", {"lead"}),
        ("--from 2026-11-24", {"plain", "waiting"}),
    ):
        rows = json.loads(leadkeep("sessions", "list", "--format", "json", *options.split()).out)
        assert {row["id"] for row in rows} == found, options
    assert leadkeep("sessions", "list", "--handover", "claimed").err == "No such sessions.\n"
    assert "--from must be" in leadkeep("sessions", "list", "--from", "soon", code=2).err
    assert leadkeep("sessions", "list", "--bot", "no", code=1).err == "leadkeep: Bot no not found\n"


def test_a_table_says_that_there_are_more(leadkeep: Command, database: Database) -> None:
    assert leadkeep("sessions", "list").err == "No sessions yet.\n"
    for number in range(2):
        start(database, f"s{number}")
    done = leadkeep("sessions", "list", "--limit", "1")
    assert len(done.out.splitlines()) == 2
    assert done.err == "There are more; --limit shows more of them, --format json all.\n"


def test_one_session_is_shown_with_its_visit_and_handovers(leadkeep: Command, database: Database) -> None:
    start(database, page_url="https://a.example/?utm_source=news", user_agent="curl/8.0")
    request(database, reason="discount")
    leadkeep("sessions", "claim", "shop", "s", "--as", "Ada")
    text = leadkeep("sessions", "show", "shop", "s").out
    facts, _, table = text.partition("\n\n")
    shown = {name: value.strip() for name, _, value in (line.partition(":") for line in facts.splitlines())}
    assert (shown["utm"], shown["browser"], shown["handover"]) == ("source=news", "curl", "claimed")
    assert "Ada" in table
    assert "discount" in table


def test_a_transcript_is_printed_line_by_line(leadkeep: Command, database: Database) -> None:
    say(database, "Hi", "Two\nlines")
    assert leadkeep("sessions", "transcript", "shop", "s").out.splitlines() == [
        "2026-11-23 07:02:23Z  visitor  Hi",
        "2026-11-23 07:02:24Z  visitor  Two",
        "                               lines",
    ]
    rows = json.loads(leadkeep("sessions", "transcript", "shop", "s", "--format", "json").out)
    assert [row["text"] for row in rows] == ["Hi", "Two\nlines"]


def test_what_a_visitor_typed_cannot_drive_the_terminal(leadkeep: Command, database: Database) -> None:
    say(database, HOSTILE)
    request(database, reason=HOSTILE)
    for words in (["transcript"], ["transcript", "--format=json"], ["show"], ["claim"]):
        done = leadkeep("sessions", words[0], "shop", "s", *words[1:])
        assert "Ada" in done.out + done.err
        for raw in ("\x1b", "\x9b", "\u202e"):
            assert raw not in done.out + done.err, words


def test_a_person_claims_a_session_and_nobody_after_them(leadkeep: Command, database: Database) -> None:
    request(database, reason="discount")
    done = leadkeep("sessions", "claim", "shop", "s", "--as", "Ada")
    assert done.out == "Session s is claimed by Ada.\n"
    assert done.err.startswith("The visitor waited ")
    assert done.err.endswith(" s. Why: discount\n")
    assert "Ada claimed this at 2" in leadkeep("sessions", "claim", "shop", "s", code=1).err
    assert "--as must name" in leadkeep("sessions", "claim", "shop", "s", "--as", " ", code=2).err


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("return", "Session s is back with its bot.\n"),
        ("resolve", "The hand-over of session s is resolved.\n"),
    ],
)
def test_a_handover_is_ended(leadkeep: Command, database: Database, verb: str, said: str) -> None:
    request(database)
    assert leadkeep("sessions", verb, "shop", "s").out == said
    again = leadkeep("sessions", verb, "shop", "s", code=1)
    assert again.err == "leadkeep: Session s has no open hand-over\n"


@pytest.mark.parametrize("verb", ["show", "transcript", "claim", "return", "resolve"])
def test_a_session_that_is_not_there_is_not_found(leadkeep: Command, database: Database, verb: str) -> None:
    start(database)
    assert leadkeep("sessions", verb, "shop", "t", code=1).err == "leadkeep: Session t not found\n"
