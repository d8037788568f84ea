"""A made-up year: as many leads as asked for, the same ones each time, and nobody's address or number."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import chain, islice

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadkeep.demo.beside import batches
from leadkeep.demo.browsers import BROWSERS
from leadkeep.demo.businesses import businesses, phrases
from leadkeep.demo.countries import COUNTRIES
from leadkeep.demo.phones import numbers_of
from leadkeep.demo.visit import Visit
from leadkeep.demo.year import year_of_visits
from leadkeep.domain.contact import read_email, read_phone
from leadkeep.domain.lead import Lead, Status
from leadkeep.domain.message import Role

UNTIL = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
FOR_FICTION = {"US": r"...55501..", "CA": r"...55501..", "GB": r"207946....|1..4960..."}


def visits(leads: int = 1_000, seed: int = 1) -> list[Visit]:
    return list(chain.from_iterable(year_of_visits(leads, seed, UNTIL)))


def leads_of(some: list[Visit]) -> list[Lead]:
    return [lead for visit in some for lead in visit.leads]


def test_the_same_seed_and_end_make_the_same_year() -> None:
    assert visits(seed=3) == visits(seed=3)
    assert visits(seed=3) != visits(seed=4)


def test_a_year_told_by_another_process_is_the_same() -> None:
    there, here = (list(batches(300, 1, UNTIL, size)) for size in (100, 300))
    assert len(there) > 1
    assert list(chain.from_iterable(there)) == list(chain.from_iterable(here))


@given(st.integers(1, 400), st.integers(-5, 5))
@settings(max_examples=10)
def test_there_are_as_many_leads_as_asked_for(leads: int, seed: int) -> None:
    assert len(leads_of(visits(leads, seed))) == leads


def test_hours_follow_one_another_and_end_before_the_end() -> None:
    latest = UNTIL - timedelta(days=365)
    for hour in year_of_visits(800, 1, UNTIL):
        moments = sorted(lead.created_at for lead in leads_of(hour))
        assert latest <= moments[0]
        latest = moments[-1]
    assert latest <= UNTIL
    made = visits()
    for visit in made:
        assert all(message.at <= UNTIL for message in visit.messages)
        assert all(change.at <= UNTIL for change in visit.changes)


def test_more_visitors_come_by_day_and_on_working_days() -> None:
    made = visits(4_000)
    by_day = sum(8 <= visit.created_at.hour < 20 for visit in made)
    on_weekends = sum(visit.created_at.weekday() >= 5 for visit in made)
    assert by_day > len(made) * 0.6
    assert on_weekends < len(made) * 0.25


def test_visitors_come_from_many_countries_and_write_in_their_scripts() -> None:
    made = visits(2_000)
    assert len({visit.country for visit in made}) >= 20
    names = " ".join(lead.name or "" for lead in leads_of(made))
    for script in ("äöüß", "şğı", "αεο", "אבל", "امل", "कमर", "田中山", "김이박", "іко"):
        assert set(script) & set(names), script


def test_addresses_are_in_domains_that_are_nobodys() -> None:
    for lead in leads_of(visits(2_000)):
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
    made = leads_of(visits(1_500))
    assert any(lead.phone and lead.phone.startswith("0") for lead in made)
    for lead in made:
        assert lead.email or lead.phone
        email, phone = read_email(lead.email), read_phone(lead.phone, regions[lead.bot_id])
        assert (lead.email_normal, lead.email_problem) == (email.normal, email.problem)
        assert (lead.phone_e164, lead.phone_region, lead.phone_type) == phone[:1] + phone[2:]


def test_a_lead_typed_in_the_chat_is_in_the_message_it_names() -> None:
    typed = [(lead, visit) for visit in visits() for lead in visit.leads if lead.origin == "transcript"]
    assert typed
    for lead, visit in typed:
        (message,) = [message for message in visit.messages if message.id == lead.message_id]
        assert message.role is Role.VISITOR
        assert (lead.email or lead.phone or "") in message.text


def test_histories_lead_from_new_to_how_a_lead_stands() -> None:
    made = visits(2_000)
    assert {lead.status for lead in leads_of(made)} == set(Status)
    for visit in made:
        for lead in visit.leads:
            steps = [change for change in visit.changes if change.lead_id == lead.id]
            status = Status.NEW
            for step in steps:
                if step.field == "status":
                    assert step.before == status
                    status = step.after
            assert lead.status == status
            assert lead.version == 1 + len({step.at for step in steps if step.field != "note"})
            assert lead.changed_at == max((step.at for step in steps), default=lead.created_at)


def test_handovers_are_told_in_their_order_and_in_every_state() -> None:
    handovers = [visit.handover for visit in visits(3_000) if visit.handover]
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


def test_browsers_are_what_their_headers_amount_to() -> None:
    from ua_parser import parse

    for browser in set(BROWSERS):
        found = parse(browser.user_agent)
        device = found.device.family if found.device else None
        assert found.user_agent
        assert found.os
        assert browser[1:] == (found.user_agent.family, found.os.family, None if device == "K" else device)
