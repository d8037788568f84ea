"""Mail about events, as it is written."""

import re

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.event import EventType
from leadkeep.forms.email import Envelope, mail_of
from leadkeep.forms.facts import facts_of
from leadkeep.forms.samples import samples
from tests.support.payloads import HOSTILE, captured

LINK = "https://leads.example.com/leads/1"
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
    assert mail["Subject"] == "3 events: 3 new leads"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert all(f"No {number}" in part for number in range(3) for part in (text, html))
    assert text.count("2026-11-23 07:02 UTC") == html.count("2026-11-23 07:02 UTC") == 3


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


def test_gathered_mail_says_what_there_is_most_of() -> None:
    kinds = ["lead.captured", "lead.updated", "lead.updated", "person.merged"]
    many = [(str(at), str(at), facts_of(samples()[EventType(kind)], None)) for at, kind in enumerate(kinds)]
    assert mail_of(many, TO)["Subject"] == "4 events: 2 changed leads, 1 new lead, 1 more"
    assert mail_of(many[3:] * 2, TO)["Subject"] == "2 events"


@given(st.text(max_size=300), st.text(alphabet="abc.-", max_size=80))
def test_ids_stay_whole_whatever_they_are_made_of(session_id: str, name: str) -> None:
    facts = facts_of(samples()[EventType.SESSION_CLAIMED], None)
    to = Envelope(TO.sender, TO.to, f"{name}.example.com")
    head, _, _ = mail_of([("e1", f"shop/{session_id}", facts)], to).as_bytes().partition(b"\n\n")
    assert re.search(rb"^Message-ID:\s+<e1@[a-z.-]+>$", head, re.MULTILINE)
    assert (
        len(re.findall(rb"^(?:References|In-Reply-To):\s+<[0-9a-f]{32}@[a-z.-]+>$", head, re.MULTILINE)) == 2
    )


def test_two_sessions_are_two_threads() -> None:
    facts = facts_of(samples()[EventType.SESSION_CLAIMED], None)
    threads = {mail_of([("e1", f"shop/{place}", facts)], TO)["References"] for place in ("a-b", "a b", "a/b")}
    assert len(threads) == 3


def test_international_domains_are_written_as_mail_servers_know_them() -> None:
    facts = facts_of(msgspec.json.decode(captured()), None)
    to = Envelope("Bücher <leads@bücher.example>", ["ada@bücher.example"], "bücher.example")
    head, _, _ = mail_of([("e1", "lead-1", facts)], to).as_bytes().partition(b"\n\n")
    assert head.count(b"@xn--bcher-kva.example") == 5
