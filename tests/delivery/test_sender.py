"""One attempt against a real receiver: whatever it does has a name."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from leadkeep.actions import clock
from leadkeep.delivery.sender import Sender
from leadkeep.domain.addresses import AddressRules
from leadkeep.domain.delivery import MAX_ANSWER, Attempt, Claim
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.event import EventType
from leadkeep.forms import Message
from tests.support.endpoints import SECRET
from tests.support.postgres import free_port
from tests.support.receiver import Receiver, receiver
from tests.support.tls import server_context

PAYLOAD = '{"id":"e1","type":"lead.captured","data":{"name":"Ada \\u00e9 é"}}'
LOCAL = ("127.0.0.1",)
OTHER = "whsec_" + "b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXI="


@pytest.fixture(scope="module")
def hooks() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def attempt(url: str, allowed: tuple[str, ...] = LOCAL, timeout: float = 15, **fields: Any) -> Attempt:
    now = clock.now()
    endpoint = Endpoint(
        id=clock.new_id(), url=url, created_at=now, changed_at=now, **{"secret": SECRET, **fields}
    )
    claim = Claim(
        number=1,
        event_number=1,
        event_id="0199a1c2-0000-7000-8000-000000000001",
        event_type=EventType.LEAD_CAPTURED,
        subject="lead",
        payload=PAYLOAD,
        endpoint=endpoint,
        attempts=0,
    )
    return asyncio.run(_sent(claim, allowed, timeout))


def standard(claim: Claim) -> Message:
    return Message(claim.payload.encode(), "application/json")


async def _sent(claim: Claim, allowed: tuple[str, ...], patience: float) -> Attempt:
    sender = Sender(AddressRules(allowed), standard, patience)
    try:
        return await sender.send(claim)
    finally:
        await sender.close()


def test_what_arrives_is_the_payload_signed_as_standard_webhooks_asks(hooks: Receiver) -> None:
    hooks.forget()
    made = attempt(hooks.url(), headers={"X-Team": "sales", "Authorization": "Bearer s3cret"})
    assert (made.result.outcome, made.result.status, made.result.answer) == ("ok", 200, "noted")
    (arrival,) = hooks.arrivals
    assert arrival.body == PAYLOAD.encode()
    assert Webhook(SECRET).verify(arrival.body, arrival.headers) == arrival.event
    assert arrival.headers["content-type"] == "application/json"
    assert arrival.headers["x-team"] == "sales"
    assert arrival.headers["authorization"] == "Bearer s3cret"
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(arrival.body, arrival.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(arrival.body + b" ", arrival.headers)


@pytest.mark.parametrize(("ends_in", "signs"), [(timedelta(hours=1), True), (timedelta(0), False)])
def test_while_a_secret_is_replaced_both_sign(hooks: Receiver, ends_in: timedelta, signs: bool) -> None:
    hooks.forget()
    attempt(hooks.url(), secret=OTHER, old_secret=SECRET, old_secret_until=clock.now() + ends_in)
    (arrival,) = hooks.arrivals
    Webhook(OTHER).verify(arrival.body, arrival.headers)
    if signs:
        Webhook(SECRET).verify(arrival.body, arrival.headers)
    else:
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(arrival.body, arrival.headers)


@pytest.mark.parametrize(
    ("path", "outcome", "status"),
    [
        ("/status/202", "ok", 202),
        ("/status/400", "http_400", 400),
        ("/status/410", "http_410", 410),
        ("/status/500", "http_500", 500),
        ("/redirect", "http_302", 302),
        ("/hang", "timeout", None),
        ("/slow", "timeout", None),
        ("/close", "closed", None),
        ("/endless", "ok", 200),
    ],
)
def test_each_answer_has_its_outcome(hooks: Receiver, path: str, outcome: str, status: int | None) -> None:
    hooks.forget()
    made = attempt(hooks.url(path), timeout=0.5)
    assert (made.result.outcome, made.result.status) == (outcome, status)
    assert len(hooks.arrivals) == 1
    assert len(made.result.answer or "") <= MAX_ANSWER


def test_what_cannot_be_reached_has_its_outcome() -> None:
    assert attempt(f"http://127.0.0.1:{free_port()}/").result.outcome == "refused"
    assert attempt("http://nothing.invalid/").result.outcome == "dns_failed"


def test_a_certificate_that_cannot_be_trusted_is_refused() -> None:
    with receiver(server_context("localhost", "127.0.0.1")) as secure:
        assert attempt(secure.url()).result.outcome == "tls_failed"
        assert secure.arrivals == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
def test_nothing_is_sent_to_an_address_inside(hooks: Receiver, host: str) -> None:
    hooks.forget()
    assert attempt(hooks.url(host=host), allowed=()).result.outcome == "blocked_address"
    assert hooks.arrivals == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
def test_no_old_way_to_write_an_address_leads_inside(hooks: Receiver, host: str) -> None:
    hooks.forget()
    assert attempt(hooks.url(host=host), allowed=()).result.outcome != "ok"
    assert hooks.arrivals == []


def test_a_name_that_stands_for_another_address_the_second_time_is_refused(
    hooks: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is checked is the address that is connected to, not one that was looked up before."""
    real, asked = socket.getaddrinfo, list[str]()

    def rebinding(host: str, *rest: Any, **more: Any) -> Any:
        if host != "rebinding.example":
            return real(host, *rest, **more)
        asked.append(host)
        port = rest[0] if rest else None
        address = "127.0.0.1" if len(asked) > 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    hooks.forget()
    for _ in range(2):
        assert attempt(hooks.url(host="rebinding.example"), ("127.0.0.2",)).result.outcome in {
            "refused",
            "blocked_address",
        }
    assert len(asked) == 2
    assert hooks.arrivals == []
    assert attempt(hooks.url(host="rebinding.example"), ("rebinding.example",)).result.outcome == "ok"


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("120", timedelta(seconds=120)),
        ("Wed,%2021%20Oct%202015%2007:28:00%20GMT", timedelta(0)),
        ("soon", None),
    ],
)
def test_when_a_receiver_wants_to_be_asked_again_is_kept(
    hooks: Receiver, said: str, wish: timedelta | None
) -> None:
    made = attempt(hooks.url(f"/later/{said}"))
    assert (made.result.status, made.result.retry_after) == (503, wish)
