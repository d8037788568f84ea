"""What people read in other places: all that matters is there, and what was typed is no more than text."""

import re
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadkeep.domain.endpoint import Form
from leadkeep.domain.event import EventType
from leadkeep.forms import JSON, render
from leadkeep.forms.facts import facts_of
from leadkeep.forms.plain import units
from leadkeep.forms.samples import samples
from tests.support.payloads import HOSTILE, captured, texts_in, updated

LINK = "https://leads.example.com/leads/1"
CHATS = [Form.SLACK, Form.TEAMS, Form.DISCORD]


def said_by(form: Form, payload: str, link: str | None = None) -> str:
    """All that a message says, without escapes."""
    body = render(form, None, payload, link).body
    return " ".join(texts_in(msgspec.json.decode(body))).replace("\\", "")


@pytest.mark.parametrize("kind", list(EventType))
@pytest.mark.parametrize("form", CHATS)
def test_every_event_has_a_message_that_says_what_happened(form: Form, kind: EventType) -> None:
    payload = msgspec.json.encode(samples()[kind]).decode()
    assert render(form, None, payload, LINK).content_type == JSON
    assert facts_of(samples()[kind], None).title in said_by(form, payload)
    assert LINK in said_by(form, payload, LINK)
    assert LINK not in said_by(form, payload)


@pytest.mark.parametrize("form", CHATS)
def test_a_new_lead_says_who_and_how_to_reach_them(form: Form) -> None:
    said = " ".join(texts_in(msgspec.json.decode(render(form, None, captured(), None).body))).replace(
        "\\", ""
    )
    for expected in (
        "Ada Lovelace",
        "ada@example.com",
        "+442079460958",
        "support",
        "pro",
        "When can we talk?",
    ):
        assert expected in said


def test_nothing_that_was_typed_is_markup_for_slack() -> None:
    body = msgspec.json.decode(render(Form.SLACK, None, captured(name=HOSTILE), None).body)
    assert "<" not in body["text"]
    texts = [field for block in body["blocks"] for field in block.get("fields", [block.get("text")])]
    assert {text["type"] for text in texts} == {"plain_text"}


def test_nothing_that_was_typed_is_markup_for_teams() -> None:
    card = msgspec.json.decode(render(Form.TEAMS, None, captured(name=HOSTILE), None).body)
    body = card["attachments"][0]["content"]["body"]
    assert {block["type"] for block in body} == {"RichTextBlock"}
    assert {run["type"] for block in body for run in block["inlines"]} == {"TextRun"}


def test_nothing_that_was_typed_is_markup_for_discord() -> None:
    body = msgspec.json.decode(render(Form.DISCORD, None, captured(name=HOSTILE), None).body)
    assert body["allowed_mentions"] == {"parse": []}
    for text in (body["embeds"][0]["title"], *(field["value"] for field in body["embeds"][0]["fields"])):
        assert not re.search(r"(?<!\\)[*_~`|>\[\]()<@#]", text)


_WORST = "*" * 1_000, {f"{number}{'_' * 60}": "*" * 1_000 for number in range(64)}
_WIDEST = "😀" * 1_000, {"😀" * number: "😀" * 1_000 for number in range(1, 64)}


@given(st.text(max_size=800), st.dictionaries(st.text(max_size=64), st.text(max_size=2_000), max_size=64))
@example(*_WORST)
@example(*_WIDEST)
def test_whatever_was_typed_the_limits_of_the_receivers_hold(name: str, attributes: dict[str, str]) -> None:
    lead = {"name": name, "email": name, "attributes": attributes}
    changes = ((f"attributes.{key}", value, name) for key, value in attributes.items())
    for payload in (captured(**lead), updated(lead, *changes)):
        slack, teams, discord = (
            msgspec.json.decode(render(form, None, payload, None).body) for form in CHATS
        )
        check_slack(slack)
        assert max(len(msgspec.json.encode(teams)), 2 * units(msgspec.json.encode(teams).decode())) < 28_000
        check_discord(discord)


def check_slack(message: dict[str, Any]) -> None:
    header, *sections = message["blocks"]
    assert 1 <= units(header["text"]["text"]) <= 150
    assert len(sections) < 50
    for section in sections:
        assert 1 <= len(section["fields"]) <= 10
        assert all(1 <= units(field["text"]) <= 2_000 for field in section["fields"])


def check_discord(message: dict[str, Any]) -> None:
    (embed,) = message["embeds"]
    fields = embed["fields"]
    assert len(fields) <= 25
    assert units(embed["title"]) <= 256
    assert all(1 <= units(one["name"]) <= 256 and 1 <= units(one["value"]) <= 1_024 for one in fields)
    assert sum(map(units, texts_in(embed))) <= 6_000


@pytest.mark.parametrize("form", CHATS)
def test_what_there_is_no_room_for_is_counted(form: Form) -> None:
    said = said_by(form, captured(attributes={f"key {number}": number for number in range(40)}))
    shown = len(re.findall(r"key \d+", said))
    assert shown > 5
    assert f"{40 - shown} further details" in said


@pytest.mark.parametrize("name", ["", " ", "\u202e", "\u3164", None])
def test_who_has_no_name_that_can_be_seen_is_called_by_the_address(name: str | None) -> None:
    assert facts_of(msgspec.json.decode(captured(name=name)), None).title == "New lead: ada@example.com"


def test_a_long_name_leaves_room_for_what_happened() -> None:
    event = samples()[EventType.SESSION_ESCALATED]
    session = {**event["data"]["session"], "name": "x" * 1_000}
    facts = facts_of({**event, "data": {**event["data"], "session": session}}, None)
    assert facts.title.endswith("still waits")


def test_lists_of_words_are_written_as_people_write_them() -> None:
    assert "Tags\n– → vip, trade fair" in said_by(
        Form.SLACK, updated({}, ("tags", [], ["vip", "trade fair"]))
    )


def test_a_change_shows_both_sides_even_where_they_are_long() -> None:
    said = said_by(Form.SLACK, updated({}, ("attributes.Plan", "a" * 2_000, "b" * 2_000)))
    assert re.search("Plan\na+… → b+…", said)
