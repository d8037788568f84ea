"""What becomes of events: deliveries in order, attempts by the schedule, and endpoints that are given up."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.actions import clock
from leadkeep.actions.capture import Capture, capture, new_lead
from leadkeep.actions.change_lead import change_lead
from leadkeep.actions.delete_lead import delete_lead
from leadkeep.actions.forget_events import forget_events
from leadkeep.actions.mend_times import mend_times
from leadkeep.actions.record_attempts import record_attempts
from leadkeep.actions.rotate_secret import rotate_secret
from leadkeep.actions.take_turn import take_turn
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.delivery import (
    GIVE_UP_AFTER,
    JITTER,
    LEASE,
    RETRY_AFTER,
    Attempt,
    Claim,
    Result,
    next_attempt_after,
)
from leadkeep.domain.endpoint import Endpoint, Form
from leadkeep.domain.event import EventType
from leadkeep.domain.lead import Lead, NewLead
from leadkeep.domain.lead_change import LeadChange
from leadkeep.storage import endpoints, events
from leadkeep.storage.database import Database
from leadkeep.storage.schema import attempts, deliveries
from tests.support.endpoints import make_endpoint, outcomes_of, states_of

HOOK = "https://hooks.example.com/leadkeep"
OK = Result(outcome="ok", status=200, answer="noted")
DOWN = Result(outcome="http_500", status=500)


class Time:
    """The clock, to be set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


def left(database: Database, bot_id: str = "shop", **fields: Any) -> Lead:
    new = NewLead(bot_id=bot_id, session_id=None, origin="native", **fields)
    with database.transaction() as store:
        (lead,) = capture(store, [Capture(new_lead(new), makes_bot=True)])
    assert isinstance(lead, Lead)
    return lead


def renamed(database: Database, lead: Lead, owner: str) -> None:
    with database.transaction() as store:
        change_lead(store, OPERATOR, lead.id, LeadChange(owner=owner))


def claimed(database: Database, room: int = 16) -> list[Claim]:
    with database.transaction() as store:
        return take_turn(store, (), lambda endpoint: room).claims


def tried(database: Database, claims: list[Claim], result: Result = DOWN) -> None:
    made = [Attempt(claim=claim, at=clock.now(), milliseconds=3, result=result) for claim in claims]
    with database.transaction() as store:
        record_attempts(store, made, lambda: 0)


def endpoint_of(database: Database, endpoint: Endpoint) -> Endpoint:
    with database.snapshot() as store:
        found = endpoints.get(store, endpoint.id)
    assert found is not None
    return found


def of_endpoint(claims: list[Claim], endpoint: Endpoint) -> list[Claim]:
    return [claim for claim in claims if claim.endpoint.id == endpoint.id]


def kinds(claims: list[Claim]) -> list[tuple[str, str]]:
    return [(claim.subject, claim.event_type.value) for claim in claims]


def test_an_endpoint_gets_what_it_wants_of_what_came_after_it(database: Database) -> None:
    left(database)
    every, of_shop = make_endpoint(database, HOOK), make_endpoint(database, HOOK, bots=["shop"])
    updates = make_endpoint(database, HOOK, types=["lead.updated"])
    make_endpoint(database, HOOK, enabled=False)
    lead, other = left(database), left(database, "other")
    renamed(database, other, "ada")
    found = claimed(database)
    captured = EventType.LEAD_CAPTURED.value
    by = {
        one.id: kinds([claim for claim in found if claim.endpoint.id == one.id])
        for one in (every, of_shop, updates)
    }
    assert by[every.id] == [(lead.id, captured), (other.id, captured)]
    assert by[of_shop.id] == [(lead.id, captured)]
    assert by[updates.id] == [(other.id, "lead.updated")]


def test_of_one_lead_the_next_event_waits_until_the_one_before_has_arrived(database: Database) -> None:
    endpoint = make_endpoint(database, HOOK)
    first, second = left(database), left(database)
    renamed(database, first, "ada")
    renamed(database, first, "bob")
    (of_first, of_second) = claimed(database)
    assert kinds([of_first, of_second]) == [(first.id, "lead.captured"), (second.id, "lead.captured")]
    tried(database, [of_first])
    tried(database, [of_second], OK)
    renamed(database, second, "cy")
    assert kinds(claimed(database)) == [(second.id, "lead.updated")]
    assert states_of(database, endpoint) == ["due", "delivered", "waiting", "waiting", "due"]


def test_events_of_one_lead_follow_one_another(database: Database) -> None:
    make_endpoint(database, HOOK)
    lead = left(database)
    for owner in ("ada", "bob", "cy"):
        renamed(database, lead, owner)
    arrived = []
    while found := claimed(database):
        (claim,) = found
        arrived.append(claim.event_number)
        tried(database, found, OK)
    assert arrived == sorted(arrived)
    assert len(arrived) == 4


def test_nobody_else_gets_a_delivery_before_its_lease_is_over(database: Database, time: Time) -> None:
    make_endpoint(database, HOOK)
    left(database)
    (claim,) = claimed(database)
    time.pass_by(seconds=LEASE.total_seconds() - 1)
    assert claimed(database) == []
    time.pass_by(seconds=1)
    assert [again.number for again in claimed(database)] == [claim.number]


def test_attempts_follow_the_schedule_and_the_last_drops_it(database: Database, time: Time) -> None:
    endpoint = make_endpoint(database, HOOK)
    lead = left(database)
    renamed(database, lead, "ada")
    for wait in RETRY_AFTER:
        tried(database, claimed(database))
        time.now += wait - timedelta(milliseconds=1)
        assert claimed(database) == []
        time.pass_by(milliseconds=1)
    tried(database, claimed(database))
    assert states_of(database, endpoint) == ["dropped", "due"]
    assert outcomes_of(database, endpoint) == ["http_500"] * (len(RETRY_AFTER) + 1)
    assert kinds(claimed(database)) == [(lead.id, "lead.updated")]


@given(st.integers(1, len(RETRY_AFTER)), st.floats(-1, 1), st.integers(0, 10**8))
def test_a_wait_is_that_of_the_schedule_or_what_was_asked_for(tried: int, luck: float, wish: int) -> None:
    plain = next_attempt_after(tried, DOWN, luck)
    wished = next_attempt_after(tried, Result(outcome="http_429", retry_after=timedelta(seconds=wish)), luck)
    assert plain is not None
    assert wished is not None
    scheduled = RETRY_AFTER[tried - 1]
    assert scheduled * (1 - JITTER) <= plain <= scheduled * (1 + JITTER)
    assert wished == max(plain, min(timedelta(seconds=wish), timedelta(days=1)))


def test_a_receiver_that_is_gone_is_switched_off_and_others_are_told(database: Database) -> None:
    gone, other = make_endpoint(database, HOOK, description="CRM"), make_endpoint(database, HOOK)
    left(database)
    tried(
        database,
        [claim for claim in claimed(database) if claim.endpoint.id == gone.id],
        Result(outcome="http_410", status=410),
    )
    off = endpoint_of(database, gone)
    assert not off.enabled
    assert off.disabled_reason == "It answered 410 Gone"
    (told,) = [claim for claim in claimed(database) if claim.event_type is EventType.ENDPOINT_DISABLED]
    assert told.endpoint.id == other.id
    assert '"description":"CRM"' in told.payload
    assert HOOK not in told.payload
    left(database)
    assert {claim.endpoint.id for claim in claimed(database)} == {other.id}


def test_an_endpoint_at_which_nothing_arrives_for_days_is_switched_off(
    database: Database, time: Time
) -> None:
    endpoint = make_endpoint(database, HOOK)
    left(database)
    tried(database, claimed(database))
    since = endpoint_of(database, endpoint).failing_since
    assert since == time.now
    time.now += GIVE_UP_AFTER - timedelta(seconds=1)
    tried(database, claimed(database))
    assert endpoint_of(database, endpoint).enabled
    time.pass_by(days=1)
    tried(database, claimed(database))
    assert endpoint_of(database, endpoint).disabled_reason == "Nothing was delivered for 5 days"


def test_whatever_arrives_shows_that_an_endpoint_works(database: Database, time: Time) -> None:
    endpoint = make_endpoint(database, HOOK)
    left(database)
    tried(database, claimed(database))
    time.now += GIVE_UP_AFTER
    left(database)
    first, second = claimed(database)
    tried(database, [first])
    assert not endpoint_of(database, endpoint).enabled
    with database.transaction() as store:
        endpoints.save(store, endpoint)
    tried(database, [second], OK)
    assert endpoint_of(database, endpoint).failing_since is None


def test_what_was_told_of_a_deleted_lead_is_gone_with_it(database: Database) -> None:
    endpoint = make_endpoint(database, HOOK)
    lead, other = left(database, email="ada@example.com"), left(database)
    in_hand = claimed(database)
    with database.transaction() as store:
        delete_lead(store, OPERATOR, lead.id)
    tried(database, in_hand, Result(outcome="http_500", status=500, answer="no ada@example.com here"))
    with database.snapshot() as store:
        told = [(event.subject, event.type.value) for event in events.after(store, 0, 100)]
        kept = list(store.execute(sa.select(attempts.c.subject)).scalars())
    assert told == [(other.id, "lead.captured"), (lead.id, "lead.deleted")]
    assert kept == [other.id]
    assert kinds(claimed(database)) == [(lead.id, "lead.deleted")]
    assert outcomes_of(database, endpoint) == ["http_500"]


def test_old_events_are_forgotten_but_none_that_is_on_its_way(database: Database, time: Time) -> None:
    make_endpoint(database, HOOK)
    arrived, late = left(database), left(database)
    found = claimed(database)
    tried(database, [claim for claim in found if claim.subject == arrived.id], OK)
    time.pass_by(days=31)
    new = left(database)
    with database.transaction() as store:
        assert not forget_events(store, timedelta(days=30))
    with database.snapshot() as store:
        subjects = [event.subject for event in events.after(store, 0, 100)]
        counted = store.execute(sa.select(sa.func.count()).select_from(deliveries)).scalar_one()
    assert subjects == [late.id, new.id]
    assert counted == 1


def test_an_old_event_that_nobody_had_room_for_is_kept(database: Database, time: Time) -> None:
    make_endpoint(database, HOOK)
    lead = left(database)
    time.pass_by(days=40)
    with database.transaction() as store:
        forget_events(store, timedelta(days=30))
    assert kinds(claimed(database)) == [(lead.id, "lead.captured")]


def test_a_clock_that_went_back_holds_nothing_up(database: Database, time: Time) -> None:
    make_endpoint(database, HOOK)
    failed, fresh = left(database), left(database)
    tried(database, claimed(database, room=1))
    time.pass_by(hours=-1)
    assert claimed(database) == []
    with database.transaction() as store:
        mend_times(store)
        mend_times(store)
    assert {claim.subject for claim in claimed(database)} == {fresh.id}
    time.now += RETRY_AFTER[0] * (1 + JITTER)
    assert {claim.subject for claim in claimed(database)} == {failed.id}


def test_a_clock_that_went_on_makes_nothing_come_twice(database: Database, time: Time) -> None:
    make_endpoint(database, HOOK)
    for _ in range(3):
        left(database)
    tried(database, claimed(database))
    time.pass_by(hours=1)
    again = claimed(database)
    assert len({claim.number for claim in again}) == len(again) == 3
    assert claimed(database) == []


def test_mail_that_is_gathered_is_due_at_one_time(database: Database, time: Time) -> None:
    make_endpoint(database, "mailto:sales@example.com", form=Form.EMAIL, digest_minutes=30)
    time.now = datetime.fromisoformat("2026-11-25T10:05:00+00:00")
    lead = left(database)
    renamed(database, lead, "ada")
    assert claimed(database) == []
    time.pass_by(minutes=20)
    left(database)
    assert claimed(database) == []
    time.pass_by(minutes=5)
    assert len(claimed(database)) == 3


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_an_event_that_comes_after_a_new_secret_is_signed_with_it(database: Database) -> None:
    """Also where both come in the middle of a turn, as they may where there is more than one writer."""
    endpoint = make_endpoint(database, HOOK)
    rotated: list[Endpoint] = []

    def rotate_and_capture(_: Endpoint) -> int:
        if not rotated:
            with database.transaction() as store:
                rotated.append(rotate_secret(store, OPERATOR, endpoint.id, timedelta(hours=1)))
            left(database)
        return 16

    with database.transaction() as store:
        (claim,) = take_turn(store, (), rotate_and_capture).claims
    assert claim.endpoint.secret == rotated[0].secret
