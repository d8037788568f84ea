"""Endpoints over the native API: what they may be, who sees them, and what becomes of them."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from tests.api.native.test_events import patch
from tests.support.native import capture, fields_at_fault
from tests.support.receiver import Receiver
from tests.support.server import Server
from tests.support.waiting import wait_until

ENDPOINTS = "/api/v2/endpoints"
HOOK = "https://hooks.example.com/leads"


def make(server: Server, url: str = HOOK, **fields: Any) -> httpx.Response:
    """Of what hardly ever happens, where the fields say nothing else: the server is shared by all tests."""
    body = {"url": url, "types": ["person.unmerged"], **fields}
    return server.client.post(ENDPOINTS, json=body, headers=server.bearer("admin"))


def made(server: Server, url: str = HOOK, **fields: Any) -> dict[str, Any]:
    answer = make(server, url, **fields)
    assert answer.status_code == 201, answer.text
    endpoint: dict[str, Any] = answer.json()
    return endpoint


def ask(server: Server, method: str, path: str, body: Any = None, **caller: Any) -> httpx.Response:
    headers = server.bearer("admin", **caller)
    return server.client.request(method, f"{ENDPOINTS}/{path}", json=body, headers=headers)


def deliveries(server: Server, endpoint: dict[str, Any], **params: Any) -> list[dict[str, Any]]:
    path = f"{ENDPOINTS}/{endpoint['id']}/deliveries"
    answer = server.client.get(path, params=params, headers=server.bearer("admin"))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_an_endpoint_is_as_it_was_made(server: Server) -> None:
    answer = make(server, description="CRM", bots=["a", "b"], headers={"X-Key": "s3cret"})
    endpoint = answer.json()
    assert answer.headers["location"] == f"{ENDPOINTS}/{endpoint['id']}"
    assert answer.headers["cache-control"] == "no-store"
    assert endpoint.pop("secret").startswith("whsec_")
    shown = ask(server, "GET", endpoint["id"]).json()
    assert shown == endpoint
    expected = {"url": HOOK, "description": "CRM", "bots": ["a", "b"], "form": "standard", "enabled": True}
    assert shown == shown | expected
    assert shown["headers"] == {"X-Key": "********"}
    assert "s3cret" not in answer.text
    assert endpoint in server.client.get(ENDPOINTS, headers=server.bearer("admin")).json()["items"]


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"url": "ftp://example.com"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "https://user:pw@example.com"}, "url"),
        ({"url": "https://example.com/#part"}, "url"),
        ({"url": "https://example.com/a b"}, "url"),
        ({"url": "https://exa mple.com"}, "url"),
        ({"url": "https://example.com:99999"}, "url"),
        ({"url": "https://[::1"}, "url"),
        ({"url": "https://example.com/" + "x" * 2_000}, "url"),
        ({"url": "mailto:a@example.com"}, "url"),
        ({"form": "email"}, "url"),
        ({"form": "email", "url": "mailto:nobody"}, "url"),
        ({"form": "email", "url": "mailto:a@example.com?bcc=b@example.com"}, "url"),
        ({"form": "email", "url": "mailto:" + ",".join(f"a{n}@example.com" for n in range(21))}, "url"),
        ({"types": []}, "types"),
        ({"types": ["lead.lost"]}, "types[0]"),
        ({"types": ["test"]}, "types"),
        ({"bots": []}, "bots"),
        ({"bots": ["a b"]}, "bots[0]"),
        ({"form": "template"}, "template"),
        ({"template": "x"}, "template"),
        ({"form": "template", "template": "{{ nothing }}"}, "template"),
        ({"headers": {"Host": "x"}}, "headers"),
        ({"headers": {"webhook-id": "x"}}, "headers"),
        ({"headers": {"X Y": "x"}}, "headers"),
        ({"headers": {"X": "a\r\nB: c"}}, "headers"),
        ({"headers": {"X": "1", "x": "2"}}, "headers"),
        ({"headers": {"X": "********"}}, "headers"),
        ({"digest_minutes": 5}, "digest_minutes"),
        ({"secret": "whsec_c2hvcnQ="}, "secret"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_an_endpoint_cannot_be_is_refused(server: Server, fields: dict[str, Any], at_fault: str) -> None:
    assert fields_at_fault(make(server, **{"url": HOOK, **fields})) == [at_fault]


def test_a_template_is_tried_before_it_is_kept(server: Server) -> None:
    template = '{"who": {{ data.lead.name|tojson }}}'
    refused = make(server, form="template", template=template, types=["person.merged"])
    assert "person.merged" in refused.json()["detail"]
    endpoint = made(server, form="template", template=template, types=["lead.captured"], enabled=False)
    answer = ask(server, "PATCH", endpoint["id"], {"types": None})
    assert fields_at_fault(answer) == ["template"]
    plain = ask(server, "PATCH", endpoint["id"], {"form": "standard", "template": None, "types": None})
    assert plain.json()["form"] == "standard"


def test_headers_stay_secret_and_can_be_kept(server: Server) -> None:
    endpoint = made(server, headers={"X-One": "1", "X-Two": "2"})
    answer = ask(server, "PATCH", endpoint["id"], {"headers": {"X-One": "********", "X-Three": "3"}})
    assert answer.json()["headers"] == {"X-One": "********", "X-Three": "********"}
    assert fields_at_fault(ask(server, "PATCH", endpoint["id"], {"headers": {"X-Two": "********"}})) == [
        "headers"
    ]


def test_a_caller_for_some_bots_has_endpoints_for_those_only(server: Server) -> None:
    mine, other = server.bot(), server.bot()
    headers = server.bearer("admin", bots=[mine])
    body = {"url": HOOK, "types": ["person.unmerged"]}
    for bots, status in ((None, 403), ([other], 403), ([mine, other], 403), ([mine], 201)):
        answer = server.client.post(ENDPOINTS, json={**body, "bots": bots}, headers=headers)
        assert answer.status_code == status
    endpoint = answer.json()
    assert [one["id"] for one in server.client.get(ENDPOINTS, headers=headers).json()["items"]] == [
        endpoint["id"]
    ]
    for bots in (None, [mine, other]):
        assert ask(server, "PATCH", endpoint["id"], {"bots": bots}, bots=[mine]).status_code == 403
    foreign = made(server, bots=[other])
    for method, rest, sent in (
        ("GET", "", None),
        ("PATCH", "", {}),
        ("DELETE", "", None),
        ("POST", "/test", None),
        ("POST", "/rotate-secret", None),
        ("GET", "/deliveries", None),
    ):
        assert ask(server, method, foreign["id"] + rest, sent, bots=[mine]).status_code == 404


def test_what_happens_reaches_it_signed_and_stands_in_the_ledger(server: Server, hooks: Receiver) -> None:
    bot = server.bot()
    endpoint = made(server, hooks.url(), bots=[bot], types=["lead.captured"], description="CRM")
    lead = capture(server, bot)
    (arrival,) = hooks.wait_for_count(1)
    event = Webhook(endpoint["secret"]).verify(arrival.body, arrival.headers)
    assert event["data"]["lead"] == lead
    wait_until(lambda: [one["state"] for one in deliveries(server, endpoint)] == ["delivered"])
    (delivery,) = deliveries(server, endpoint)
    assert (delivery["outcome"], delivery["status"], delivery["attempts"]) == ("ok", 200, 1)
    for path in (f"leads/{lead['id']}", f"events/{event['id']}"):
        answer = server.client.get(f"/api/v2/{path}/deliveries", headers=server.bearer("read", bots=[bot]))
        assert answer.json()["items"] == [delivery]
    assert delivery["endpoint"] == {"id": endpoint["id"], "host": "127.0.0.1", "description": "CRM"}
    attempts = f"/api/v2/deliveries/{delivery['id']}/attempts"
    (attempt,) = server.client.get(attempts, headers=server.bearer("admin")).json()["items"]
    assert (attempt["outcome"], attempt["status"], attempt["answer"]) == ("ok", 200, "noted")
    assert attempt["milliseconds"] >= 0


def test_a_test_is_sent_to_one_endpoint_alone_and_tried_once(server: Server, hooks: Receiver) -> None:
    endpoint, _ = made(server, hooks.url("/status/500")), made(server, hooks.url())
    answer = ask(server, "POST", f"{endpoint['id']}/test")
    assert answer.status_code == 202
    (arrival,) = hooks.wait_for_count(1)
    assert (arrival.id, arrival.event["type"]) == (answer.json()["event_id"], "test")
    wait_until(lambda: [one["state"] for one in deliveries(server, endpoint)] == ["dropped"])
    assert len(hooks.arrivals) == 1
    in_feed = server.client.get(f"/api/v2/events/{arrival.id}", headers=server.bearer("read"))
    assert in_feed.status_code == 404
    ask(server, "PATCH", endpoint["id"], {"enabled": False})
    assert ask(server, "POST", f"{endpoint['id']}/test").status_code == 409


def test_one_that_was_off_gets_what_happens_from_then_on_and_the_rest_when_asked(
    server: Server, hooks: Receiver
) -> None:
    bot = server.bot()
    before = capture(server, bot)
    endpoint = made(server, hooks.url(), bots=[bot], types=["lead.captured"], enabled=False)
    missed = [capture(server, bot)["id"] for _ in range(3)]
    assert ask(server, "PATCH", endpoint["id"], {"enabled": True}).json()["enabled"]
    new = capture(server, bot)
    (arrival,) = hooks.wait_for_count(1)
    assert arrival.event["data"]["lead"]["id"] == new["id"]
    backfill = {"from": before["created_at"], "to": new["created_at"], "types": ["lead.captured"]}
    answer = ask(server, "POST", f"{endpoint['id']}/redeliver", backfill)
    assert answer.json() == {"queued": 4}
    arrivals = hooks.wait_for_count(5)
    filled = {one.event["data"]["lead"]["id"] for one in arrivals[1:]}
    assert filled == {before["id"], *missed}


def test_what_failed_is_delivered_again_and_not_twice(server: Server, hooks: Receiver) -> None:
    bot = server.bot()
    hooks.answer_with = 500
    endpoint = made(server, hooks.url(), bots=[bot], types=["lead.captured"])
    lead = capture(server, bot)
    hooks.wait_for_count(1)
    wait_until(lambda: [one["attempts"] for one in deliveries(server, endpoint)] == [1])
    (delivery,) = deliveries(server, endpoint, state="due", outcome="http_500")
    one = {"event_id": delivery["event_id"]}
    assert ask(server, "POST", f"{endpoint['id']}/redeliver", one).json() == {"queued": 0}
    hooks.answer_with = 200
    again = {"failed_since": lead["created_at"]}
    assert ask(server, "POST", f"{endpoint['id']}/redeliver", again).json() == {"queued": 1}
    hooks.wait_for_count(2)
    wait_until(lambda: [one["state"] for one in deliveries(server, endpoint)] == ["delivered"])
    assert ask(server, "POST", f"{endpoint['id']}/redeliver", again).json() == {"queued": 0}
    assert ask(server, "POST", f"{endpoint['id']}/redeliver", one).json() == {"queued": 1}
    hooks.wait_for_count(3)
    assert {arrival.id for arrival in hooks.arrivals} == {delivery["event_id"]}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"event_id": "x"}, 422),
        ({"event_id": "019ab1f2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"}, 404),
        ({"failed_since": "yesterday"}, 422),
        ({"failed_since": "2026-01-01T00:00:00Z", "from": "2026-01-01T00:00:00Z"}, 422),
        ({"failed_since": "2026-01-01T00:00:00Z", "types": ["lead.captured"]}, 422),
    ],
)
def test_what_is_to_be_redelivered_must_be_said_well(server: Server, body: Any, status: int) -> None:
    endpoint = made(server)
    assert ask(server, "POST", f"{endpoint['id']}/redeliver", body).status_code == status


def test_an_event_of_another_bot_is_not_redelivered(server: Server) -> None:
    mine, lead = server.bot(), capture(server)
    endpoint = made(server, bots=[mine])
    path = f"/api/v2/events?bot={lead['bot_id']}"
    event = server.client.get(path, headers=server.bearer("read")).json()["items"][0]
    answer = ask(server, "POST", f"{endpoint['id']}/redeliver", {"event_id": event["id"]})
    assert answer.status_code == 404


def test_a_secret_is_rotated_with_an_overlap(server: Server, hooks: Receiver) -> None:
    bot = server.bot()
    endpoint = made(server, hooks.url(), bots=[bot], types=["lead.captured"])
    rotated = ask(server, "POST", f"{endpoint['id']}/rotate-secret", {"overlap_hours": 1}).json()
    assert rotated["secret"] != endpoint["secret"]
    assert rotated["old_secret_until"] > rotated["changed_at"]
    capture(server, bot)
    (arrival,) = hooks.wait_for_count(1)
    for secret in (endpoint["secret"], rotated["secret"]):
        Webhook(secret).verify(arrival.body, arrival.headers)


def test_a_deleted_endpoint_is_gone_with_its_ledger(server: Server, hooks: Receiver) -> None:
    bot = server.bot()
    endpoint = made(server, hooks.url(), bots=[bot], types=["lead.captured"])
    lead = capture(server, bot)
    hooks.wait_for_count(1)
    wait_until(lambda: [one["state"] for one in deliveries(server, endpoint)] == ["delivered"])
    (delivery,) = deliveries(server, endpoint)
    assert ask(server, "DELETE", endpoint["id"]).status_code == 204
    assert ask(server, "GET", endpoint["id"]).status_code == 404
    headers = server.bearer("admin")
    left = server.client.get(f"/api/v2/leads/{lead['id']}/deliveries", headers=headers).json()["items"]
    assert left == []
    attempts = server.client.get(f"/api/v2/deliveries/{delivery['id']}/attempts", headers=headers)
    assert attempts.status_code == 404


def test_the_ledger_comes_in_pages(server: Server, hooks: Receiver) -> None:
    bot = server.bot()
    endpoint = made(server, hooks.url(), bots=[bot])
    lead = capture(server, bot)
    for number in range(4):
        patch(server, lead, owner=f"agent {number}")
    past = {"from": lead["created_at"]}
    assert ask(server, "POST", f"{endpoint['id']}/redeliver", {**past, "types": ["lead.updated"]}).json() == {
        "queued": 4
    }
    hooks.wait_for_count(4)
    path = f"{ENDPOINTS}/{endpoint['id']}/deliveries"
    found, params = [], {"limit": 3}
    while True:
        page = server.client.get(path, params=params, headers=server.bearer("admin")).json()
        found += [one["id"] for one in page["items"]]
        if not page["next_cursor"]:
            break
        params = {"limit": 3, "cursor": page["next_cursor"]}
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 4
    other = server.client.get(
        path, params={"cursor": params["cursor"], "state": "due"}, headers=server.bearer("admin")
    )
    assert fields_at_fault(other) == ["cursor"]


def test_what_would_be_sent_can_be_seen(server: Server) -> None:
    shown = ask(server, "POST", "preview", {"form": "slack", "type": "session.handed_over"}).json()
    assert "A visitor waits for a person" in shown["body"]
    own = {"form": "template", "template": "{{ data.lead.email }}"}
    lead = capture(server, email="ada@example.com")
    events = f"/api/v2/events?bot={lead['bot_id']}"
    event = server.client.get(events, headers=server.bearer("read")).json()["items"][0]
    real = ask(server, "POST", "preview", {**own, "event_id": event["id"]})
    assert real.json() == {"content_type": "text/plain; charset=utf-8", "body": "ada@example.com"}
    hidden = ask(server, "POST", "preview", {**own, "event_id": event["id"]}, bots=["another"])
    assert hidden.status_code == 404
    wrong = ask(server, "POST", "preview", {"form": "template", "template": "{{ data.nothing.at.all }}"})
    assert fields_at_fault(wrong) == ["template"]
    assert "line 1" in wrong.json()["detail"]
    assert "Ada" in ask(server, "POST", "preview", {"form": "email"}).json()["body"]


WEBHOOKS = Path(__file__).parents[3] / "docs" / "webhooks.md"


def test_what_the_docs_tell_n8n_and_zapier_to_send_is_taken(server: Server) -> None:
    text, headers = WEBHOOKS.read_text(), server.bearer("admin")
    bodies = re.findall(r"""-d '(\{.*?\})'|with `(\{"url".*?\})`""", text)
    assert len(bodies) == 2
    for one in bodies:
        sent = "".join(one).replace("{{bundle.targetUrl}}", "https://hooks.zapier.com/hooks/standard/1/x")
        answer = server.client.post(
            ENDPOINTS, content=sent, headers={**headers, "Content-Type": "application/json"}
        )
        assert answer.status_code == 201, answer.text
        gone = server.client.delete(f"{ENDPOINTS}/{answer.json()['id']}", headers=headers)
        assert gone.status_code == 204
    (samples,) = set(re.findall(r"`GET (/api/v2/events/samples\?[^`]+)`", text))
    assert server.client.get(samples, headers=headers).json()["items"][0]["type"] == "lead.captured"
