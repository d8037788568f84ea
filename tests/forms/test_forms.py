"""What people read in other places: all that matters is there, and what was typed is no more than text."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.endpoint import Form
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.event import EventType
from leadkeep.forms import JSON, render
from leadkeep.forms.email import Envelope, mail_of
from leadkeep.forms.facts import MAX_VALUE, clean, facts_of
from leadkeep.forms.samples import samples
from leadkeep.forms.template import MAX_OUTPUT, check_template, render_template

LINK = "https://leads.example.com/leads/1"
CHATS = [Form.SLACK, Form.TEAMS, Form.DISCORD]
HOSTILE = "<!channel> @everyone <script>alert(1)</script> *b* _i_ [x](http://evil) \u202egnp.exe\r\nBcc: x@y"


def captured(**fields: Any) -> str:
    sample = samples()[EventType.LEAD_CAPTURED]
    lead = {**sample["data"]["lead"], **fields}
    return msgspec.json.encode({**sample, "data": {"lead": lead}}).decode()


def said_by(form: Form, payload: str, link: str | None = None) -> str:
    """All that a message says, without escapes."""
    body = render(form, None, payload, link).body
    return " ".join(texts_in(msgspec.json.decode(body))).replace("\\", "")


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_in(one)
    elif isinstance(value, str):
        yield value


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


@given(st.text(max_size=800), st.dictionaries(st.text(max_size=300), st.text(max_size=2_000), max_size=30))
def test_whatever_was_typed_the_limits_of_the_receivers_hold(name: str, attributes: dict[str, str]) -> None:
    payload = captured(name=name, attributes=attributes)
    slack, teams, discord = (msgspec.json.decode(render(form, None, payload, None).body) for form in CHATS)
    assert len(slack["blocks"][0]["text"]["text"]) <= 150
    assert all(1 <= len(field["text"]) <= 2_000 for field in slack["blocks"][1]["fields"])
    assert len(slack["blocks"][1]["fields"]) <= 10
    assert len(msgspec.json.encode(teams)) < 28_000
    (embed,) = discord["embeds"]
    assert len(embed["title"]) <= 256
    assert all(1 <= len(one["name"]) <= 256 and 1 <= len(one["value"]) <= 1_024 for one in embed["fields"])
    assert sum(len(text) for text in texts_in(embed)) <= 6_000


@given(st.text(max_size=1_000))
def test_a_clean_text_is_one_line_that_can_be_seen(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= MAX_VALUE
    assert cleaned == cleaned.strip()
    assert not re.search("[\x00-\x1f\x7f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]", cleaned)
    assert clean(cleaned) == cleaned


def rendered(source: str) -> str:
    return render_template(source, samples()[EventType.LEAD_CAPTURED], LINK).body.decode()


def test_a_template_has_the_event_its_data_and_the_link() -> None:
    source = '{"text": {{ data.lead.name|tojson }}, "what": "{{ event.type }}", "url": "{{ link }}"}'
    message = render_template(source, samples()[EventType.LEAD_CAPTURED], LINK)
    assert msgspec.json.decode(message.body) == {"text": "Ada Lovelace", "what": "lead.captured", "url": LINK}
    assert message.content_type == JSON
    assert render_template("New!", samples()[EventType.TEST], None).content_type.startswith("text/plain")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("one\n{% if %}", "line 2"),
        ("one\n\n{{ data.lead.nmae }}", "line 3: 'dict object' has no attribute 'nmae'"),
        ("{{ nothing }}", "line 1: 'nothing' is undefined"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ ''.__class__ }}", "unsafe"),
        ("{{ data.__init__.__globals__ }}", ""),
        ("{% for x in range(3) %}{% endfor %}", "'range' is undefined"),
        ("{{ 'a' * 1000000000 }}", "small numbers"),
        ("{{ '%1000000000d' % 1 }}", "small numbers"),
        ("{{ 9 ** 9 }}", "small numbers"),
        ("{{ 'a'|center(1000000000) }}", "No filter"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "macro"),
        ("{% include 'x' %}", "include"),
        (
            "{% for a in data %}{% for b in data %}{% for c in data %}{% endfor %}{% endfor %}{% endfor %}",
            "2 loops",
        ),
        ("{{ data.lead.clear() }}", ""),
    ],
)
def test_a_template_that_fails_says_where_and_why(source: str, says: str) -> None:
    with pytest.raises(InvalidError, match="template") as raised:
        rendered(source)
    assert says in raised.value.message
    assert raised.value.field == "template"


def test_a_template_cannot_grow_without_an_end() -> None:
    with pytest.raises(InvalidError, match="longer"):
        rendered("{% for a in data.lead %}{% for b in data.lead %}" + "x" * 200 + "{% endfor %}{% endfor %}")
    chain = "{{ 'aaaaaaaaaa'" + "|replace('a', 'aaaaaaaaaa')" * 6 + " }}"
    with pytest.raises(InvalidError, match="too long"):
        rendered(chain)
    assert len(rendered("{{ 'ab'|replace('a', 'c') }}")) < MAX_OUTPUT


def test_a_template_is_tried_with_every_event_that_may_come() -> None:
    check_template("{{ event.type }}", samples().values())
    with pytest.raises(InvalidError, match=r"with a person.merged event"):
        check_template("{% if event.type == 'person.merged' %}{{ data.lead }}{% endif %}", samples().values())


TO = Envelope("Leadkeep <leads@example.com>", ["sales@example.com", "boss@example.com"], "example.com")


def test_mail_about_a_lead_is_one_thread_with_text_and_html() -> None:
    facts = facts_of(msgspec.json.decode(captured()), LINK)
    first, second = (mail_of([(event_id, "lead-1", facts)], TO) for event_id in ("e1", "e2"))
    assert first["Subject"] == "New lead: Ada Lovelace"
    assert first["To"] == "sales@example.com, boss@example.com"
    assert first["Message-ID"] != second["Message-ID"]
    assert first["References"] == second["References"] == "<lead-1@example.com>"
    text, html = (part.get_content() for part in first.iter_parts())
    for expected in ("ada@example.com", "+442079460958", LINK):
        assert expected in text
        assert expected in html


def test_gathered_mail_tells_of_each_event() -> None:
    many = [facts_of(msgspec.json.decode(captured(name=f"No {number}")), None) for number in range(3)]
    mail = mail_of([(f"e{number}", f"s{number}", facts) for number, facts in enumerate(many)], TO)
    assert mail["Subject"] == "3 events: New lead: No 0"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert all(f"No {number}" in part for number in range(3) for part in (text, html))


@given(st.text(max_size=300), st.text(max_size=100))
def test_nothing_that_was_typed_gets_into_the_head_or_the_html_of_a_mail(name: str, attribute: str) -> None:
    typed = f"{name}{HOSTILE}"
    facts = facts_of(msgspec.json.decode(captured(name=typed, attributes={f"{attribute}<b>": typed})), None)
    mail = mail_of([("e1", f"bot/{name}", facts)], TO)
    head, _, _ = mail.as_bytes().partition(b"\n\n")
    assert not re.search(rb"^Bcc:", head, re.MULTILINE)
    _, html = (part.get_content() for part in mail.iter_parts())
    assert "<script" not in html
    assert "<b>" not in html
