"""A made-up year: as many leads as asked for, the same ones each time, and nobody's address or number."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import chain, islice

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadkeep.demo.businesses import businesses, phrases
from leadkeep.demo.countries import COUNTRIES
from leadkeep.demo.phones import numbers_of
from leadkeep.demo.story import Story
from leadkeep.demo.year import year_of_stories
from leadkeep.domain.contact import read_email, read_phone
from leadkeep.domain.lead import Lead, Status
from leadkeep.domain.message import Role

UNTIL = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
FOR_FICTION = {"US": r"...55501..", "CA": r"...55501..", "GB": r"207946....|1..4960..."}


def stories(leads: int = 1_000, seed: int = 1) -> list[Story]:
    return list(chain.from_iterable(year_of_stories(leads, seed, UNTIL)))


def leads_of(some: list[Story]) -> list[Lead]:
    return [lead for story in some for lead in story.leads]


def test_the_same_seed_and_end_make_the_same_year() -> None:
    assert stories(seed=3) == stories(seed=3)
    assert stories(seed=3) != stories(seed=4)


@given(st.integers(1, 400), st.integers(-5, 5))
@settings(max_examples=10)
def test_there_are_as_many_leads_as_asked_for(leads: int, seed: int) -> None:
    assert len(leads_of(stories(leads, seed))) == leads


def test_hours_follow_one_another_and_end_before_the_end() -> None:
    latest = UNTIL - timedelta(days=365)
    for hour in year_of_stories(800, 1, UNTIL):
        moments = sorted(lead.created_at for lead in leads_of(hour))
        assert latest <= moments[0]
        latest = moments[-1]
    assert latest <= UNTIL
    made = stories()
    for story in made:
        assert all(message.at <= UNTIL for message in story.messages)
        assert all(change.at <= UNTIL for change in story.changes)


def test_more_visitors_come_by_day_and_on_working_days() -> None:
    made = stories(4_000)
    by_day = sum(8 <= story.session.created_at.hour < 20 for story in made)
    on_weekends = sum(story.session.created_at.weekday() >= 5 for story in made)
    assert by_day > len(made) * 0.6
    assert on_weekends < len(made) * 0.25


def test_visitors_come_from_many_countries_and_write_in_their_scripts() -> None:
    made = stories(2_000)
    assert len({story.session.country for story in made}) >= 20
    names = " ".join(lead.name or "" for lead in leads_of(made))
    for script in ("äöüß", "şğı", "αεο", "אבל", "امل", "कमर", "田中山", "김이박", "іко"):
        assert set(script) & set(names), script


def test_addresses_are_in_domains_that_are_nobodys() -> None:
    for lead in leads_of(stories(2_000)):
        if lead.email:
            assert lead.email.endswith(("example.com", "example.org", "example.net")), lead.email


@pytest.mark.parametrize("region", sorted(COUNTRIES))
def test_numbers_are_valid_in_their_country_and_given_out_once(region: str) -> None:
    found = list(islice(numbers_of(region), 250))
    assert len(found) == len(set(found)) > 100
    for e164 in found:
        phone = read_phone(e164)
        assert (phone.e164, phone.problem, phone.region) == (e164, None, region)
        national = str(phonenumbers.parse(e164).national_number)
        assert re.fullmatch(FOR_FICTION.get(region, ".*"), national)


def test_numbers_that_are_used_up_end() -> None:
    assert len(list(numbers_of("SE"))) == 400


def test_contacts_amount_to_what_a_capture_reads_in_them() -> None:
    regions = {business.id: business.region for business in businesses()}
    made = leads_of(stories(1_500))
    assert any(lead.phone and lead.phone.startswith("0") for lead in made)
    for lead in made:
        assert lead.email or lead.phone
        email, phone = read_email(lead.email), read_phone(lead.phone, regions[lead.bot_id])
        assert (lead.email_normal, lead.email_problem) == (email.normal, email.problem)
        assert (lead.phone_e164, lead.phone_region, lead.phone_type) == phone[:1] + phone[2:]


def test_a_lead_typed_in_the_chat_is_in_the_message_it_names() -> None:
    typed = [(lead, story) for story in stories() for lead in story.leads if lead.origin == "transcript"]
    assert typed
    for lead, story in typed:
        (message,) = [message for message in story.messages if message.id == lead.message_id]
        assert message.role is Role.VISITOR
        assert (lead.email or lead.phone or "") in message.text


def test_histories_lead_from_new_to_how_a_lead_stands() -> None:
    made = stories(2_000)
    assert {lead.status for lead in leads_of(made)} == set(Status)
    for story in made:
        for lead in story.leads:
            steps = [change for change in story.changes if change.lead_id == lead.id]
            status = Status.NEW
            for step in steps:
                if step.field == "status":
                    assert step.before == status
                    status = step.after
            assert lead.status == status
            assert lead.version == 1 + len({step.at for step in steps if step.field != "note"})
            assert lead.changed_at == max((step.at for step in steps), default=lead.created_at)


def test_handovers_are_told_in_their_order_and_in_every_state() -> None:
    handovers = [story.handover for story in stories(3_000) if story.handover]
    states = Counter((one.outcome or "", one.claimed_at is not None) for one in handovers)
    assert len(states) == 4
    for one in handovers:
        moments = [one.requested_at, one.claimed_at, one.answered_at, one.ended_at]
        given = [moment for moment in moments if moment]
        assert given == sorted(given)
        assert given == moments[: len(given)]


def test_every_bot_is_spoken_to_in_its_languages() -> None:
    for business in businesses():
        for language in business.languages:
            lines = phrases()[language].talks[business.kind]
            assert len(lines) >= 2
            assert len(lines) % 2 == 0
