"""How endpoints are doing, and the requests that they are sent."""

from datetime import timedelta

import pytest

from leadkeep.actions import clock
from leadkeep.actions.read_health import health_of, read_health
from leadkeep.actions.read_ledger import deliveries_to
from leadkeep.actions.read_request import read_request
from leadkeep.actions.record_attempts import record_attempts
from leadkeep.actions.send_test import send_test
from leadkeep.actions.take_turn import take_turn
from leadkeep.actions.try_now import try_now
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.delivery import Attempt, Claim, Result
from leadkeep.domain.endpoint import Endpoint, Form
from leadkeep.domain.errors import ConflictError, NotFoundError
from leadkeep.domain.event import EventType
from leadkeep.domain.ledger import Delivery, Health, LedgerFilter
from leadkeep.storage import events
from leadkeep.storage.database import Database
from leadkeep.storage.ledger import LATEST
from tests.support.endpoints import make_endpoint

HOOK = "https://hooks.example.com/leadkeep"
OK = Result(outcome="ok", status=200, answer="noted")
DOWN = Result(outcome="http_500", status=500)
SHOP = Grant(id="shop", name="shop", permissions=frozenset({Permission.ADMIN}), bots=frozenset({"shop"}))


def claimed(database: Database) -> list[Claim]:
    with database.transaction() as store:
        return take_turn(store, (), lambda endpoint: 16).claims


def tried(database: Database, claims: list[Claim], result: Result) -> None:
    made = [Attempt(claim=claim, at=clock.now(), milliseconds=3, result=result) for claim in claims]
    with database.transaction() as store:
        record_attempts(store, made, lambda: 0)


def sent_test(database: Database, endpoint: Endpoint, result: Result | None = None) -> str:
    with database.transaction() as store:
        event_id = send_test(store, OPERATOR, endpoint.id)
    if result is not None:
        tried(database, claimed(database), result)
    return event_id


def ledger_of(database: Database, endpoint: Endpoint) -> list[Delivery]:
    with database.snapshot() as store:
        return deliveries_to(store, OPERATOR, endpoint.id, LedgerFilter(endpoint_id=endpoint.id), None, 100)


def test_health_is_what_waits_and_how_the_last_attempts_went(database: Database) -> None:
    busy, idle = make_endpoint(database, HOOK), make_endpoint(database, HOOK, bots=("shop",))
    for _ in range(LATEST):
        sent_test(database, busy, OK)
    sent_test(database, busy, DOWN)
    sent_test(database, busy)
    claimed(database)
    with database.snapshot() as store:
        (first, health), (second, nothing) = read_health(store, OPERATOR)
        assert [endpoint.id for endpoint, _ in read_health(store, SHOP)] == [idle.id]
        assert health_of(store, OPERATOR, busy.id) == (first, health)
        with pytest.raises(NotFoundError):
            health_of(store, SHOP, busy.id)
    assert (first.id, second.id, nothing) == (busy.id, idle.id, Health())
    assert health.outcomes == ("http_500", *["ok"] * (LATEST - 1))
    assert health.unfinished == 1
    assert health.tried_at is not None


def test_a_request_is_shown_with_its_secrets_masked(database: Database) -> None:
    endpoint = make_endpoint(database, HOOK, headers={"Authorization": "Bearer abc"})
    event_id = sent_test(database, endpoint, OK)
    (delivery,) = ledger_of(database, endpoint)
    with database.snapshot() as store:
        found = read_request(store, OPERATOR, delivery.number, "")
        event = events.get(store, event_id)
        with pytest.raises(NotFoundError):
            read_request(store, SHOP, delivery.number, "")
    assert event is not None
    assert found.message is not None
    assert found.message.body.decode() == event.payload
    (attempt,) = found.attempts
    headers = found.headers_at(attempt.at)
    assert headers["Authorization"] == "********"
    assert headers["webhook-id"] == event_id
    assert headers["webhook-signature"] == "v1,********"
    assert found.is_as_sent(attempt.at)
    assert not found.is_as_sent(endpoint.changed_at - timedelta(seconds=1))


def test_of_mail_the_text_is_shown_and_of_a_template_that_fails_why(database: Database) -> None:
    mail = make_endpoint(database, "mailto:a@example.com", form=Form.EMAIL)
    broken = make_endpoint(database, HOOK, form=Form.TEMPLATE, template="{{ nobody.at }}")
    for endpoint in (mail, broken):
        sent_test(database, endpoint, DOWN)
    with database.snapshot() as store:
        text = read_request(store, OPERATOR, ledger_of(database, mail)[0].number, "")
        failed = read_request(store, OPERATOR, ledger_of(database, broken)[0].number, "")
    assert text.message is not None
    assert text.message.content_type.startswith("text/plain")
    assert text.headers_at(clock.now()) == {}
    assert failed.message is None
    assert "template, line 1" in failed.problem


def test_a_delivery_that_waits_for_another_attempt_can_be_tried_now(database: Database) -> None:
    endpoint = make_endpoint(database, HOOK, types=(EventType.ENDPOINT_DISABLED,))
    gone = make_endpoint(database, HOOK)
    sent_test(database, gone, Result(outcome="http_410", status=410))
    tried(database, claimed(database), DOWN)
    (delivery,) = ledger_of(database, endpoint)
    assert claimed(database) == []
    with database.transaction() as store:
        try_now(store, OPERATOR, endpoint.id, delivery.number)
    (claim,) = claimed(database)
    assert claim.number == delivery.number
    tried(database, [claim], OK)
    assert [one.state for one in ledger_of(database, endpoint)] == ["delivered"]
    with database.transaction() as store, pytest.raises(ConflictError):
        try_now(store, OPERATOR, endpoint.id, delivery.number)
    with database.transaction() as store, pytest.raises(NotFoundError):
        try_now(store, SHOP, endpoint.id, delivery.number)
