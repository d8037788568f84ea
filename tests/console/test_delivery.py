"""Endpoints and what was delivered to them, as owners see and work on them."""

import re
import time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from babel import Locale

from leadkeep.actions.read_ledger import deliveries_to
from leadkeep.actions.send_test import send_test
from leadkeep.console.formats import Formats
from leadkeep.console.rendering import environment_of
from leadkeep.console.translations import tongue_of
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.endpoint import Endpoint, Form
from leadkeep.domain.event import EventType
from leadkeep.domain.ledger import LedgerFilter
from tests.console.conftest import MakePerson
from tests.support.console import Person
from tests.support.endpoints import SECRET, make_endpoint, outcomes_of
from tests.support.receiver import Receiver
from tests.support.server import Server

_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{40,}")
# Others share the server: an endpoint that a test leaves there is for a bot that nobody talks to.
NOBODY = "nobody"
WEBHOOK: dict[str, Any] = {"form": "standard", "all_types": "on", "bots": NOBODY, "enabled": "on"}


def made(owner: Person, **fields: Any) -> str:
    """The id of an endpoint that the form made."""
    page = owner.post("/delivery/new", 200, **{**WEBHOOK, **fields}).text
    found = re.search(r'href="/delivery/([0-9a-f-]{36})"', page)
    assert found is not None
    return found[1]


def sent_test(server: Server, endpoint: Endpoint, hooks: Receiver) -> str:
    """The id of a test that arrived."""
    with server.database.transaction() as store:
        event_id = send_test(store, OPERATOR, endpoint.id)
    hooks.wait_for(lambda arrivals: any(one.id == event_id for one in arrivals))
    return event_id


def wait_for_attempt(server: Server, endpoint: Endpoint) -> None:
    """The ledger is written a moment after the answer came."""
    while not outcomes_of(server.database, endpoint):
        time.sleep(0.02)


@pytest.mark.parametrize("path", ["/delivery", "/delivery/new", "/keys"])
def test_only_owners_come_here(person: MakePerson, path: str) -> None:
    for role in ("agent", "viewer"):
        person(role).get(path, 403)


def test_an_endpoint_is_made_with_its_secret_shown_once_and_changed(person: MakePerson) -> None:
    owner = person()
    headers = "Authorization: Bearer abc\r\nX-Team: sales"
    answer = owner.post("/delivery/new", 200, **WEBHOOK, url="https://crm.example.com/x", headers=headers)
    secret = _SECRET.search(answer.text)
    assert secret is not None
    found = re.search(r'href="(/delivery/[0-9a-f-]{36})"', answer.text)
    assert found is not None
    at = found[1]
    page, form = owner.get(at), owner.get(f"{at}/change")
    assert "crm.example.com" in owner.get("/delivery")
    assert secret[0] not in page + form
    assert "Bearer abc" not in page + form
    kept = "Authorization: ********"
    chosen = {**WEBHOOK, "types": ["lead.captured", "lead.updated"]}
    del chosen["all_types"]
    owner.post(f"{at}/change", **chosen, url="https://crm.example.com/y", headers=kept)
    page = owner.get(at)
    assert "https://crm.example.com/y" in page
    assert "A lead is changed" in page
    assert "X-Team" not in page


def test_mail_is_addressed_as_people_write_addresses(person: MakePerson) -> None:
    owner = person()
    wanted: dict[str, Any] = {
        **WEBHOOK,
        "form": "email",
        "url": "a+b@example.com; c@example.com",
        "digest_minutes": "60",
    }
    at = owner.post("/delivery/new", **wanted).headers["location"]
    assert "mailto:a+b@example.com,c@example.com" in owner.get(at)
    form = owner.get(f"{at}/change")
    assert 'value="a+b@example.com, c@example.com"' in form
    assert 'value="60"' in form


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": "ftp://example.com"}, "Where to must be"),
        ({"url": "https://example.com", "headers": "no colon"}, "one header a line"),
        ({"url": "https://example.com", "headers": "A: 1\nA: 2"}, "names A twice"),
        ({"url": "https://example.com", "all_types": ""}, "Events must name"),
        ({"url": "https://example.com", "bots": "a b"}, "Bots must be"),
        ({"url": "x@example.com", "form": "email", "digest_minutes": "x"}, "whole number"),
        (
            {"url": "https://example.com", "form": "template", "template": "{{ nobody.at }}"},
            "template, line 1",
        ),
    ],
)
def test_what_cannot_be_is_said_beside_it_and_nothing_typed_is_lost(
    person: MakePerson, fields: dict[str, str], said: str
) -> None:
    page = person().post("/delivery/new", 422, **{**WEBHOOK, **fields, "description": "mine <b>"}).text
    assert said in page
    assert fields["url"] in page
    assert "mine &lt;b&gt;" in page


def test_a_preview_shows_what_would_be_sent_or_what_is_wrong(person: MakePerson) -> None:
    owner = person()
    asked = {**WEBHOOK, "form": "template", "sample": "lead.captured", "url": "https://example.com"}
    page = owner.post("/delivery/preview", 200, **asked, template='{"to": {{ data.lead.name|tojson }}}').text
    assert "&#34;to&#34;: &#34;Ada Lovelace&#34;" in page
    page = owner.post("/delivery/preview", 200, **asked, template="{{ nobody.at }}").text
    assert "template, line 1" in page


def test_a_test_is_sent_and_what_came_of_it_shown(
    person: MakePerson, server: Server, hooks: Receiver
) -> None:
    owner = person()
    at = f"/delivery/{made(owner, url=hooks.url(), headers='X-Key: hush-hush')}"
    location = owner.post(f"{at}/test").headers["location"]
    hooks.wait_for_count(1)
    while "The test arrived" not in (page := owner.get(location)):
        assert "hx-get" in page
        time.sleep(0.02)
    number = re.search(rf'"{at}/(\d+)"', page)
    assert number is not None
    page = owner.get(f"{at}/{number[1]}")
    assert "webhook-id: " + hooks.arrivals[0].id in page
    assert "webhook-timestamp: " + hooks.arrivals[0].headers["webhook-timestamp"] in page
    assert "X-Key: ********" in page
    assert "hush-hush" not in page
    assert hooks.arrivals[0].headers["webhook-signature"] not in page
    assert "noted" in page


def test_what_is_shown_is_what_was_sent(server: Server, person: MakePerson, hooks: Receiver) -> None:
    text = '{"say": {{ data.message|tojson }}}'
    endpoint = make_endpoint(server.database, hooks.url(), bots=(NOBODY,), form=Form.TEMPLATE, template=text)
    sent_test(server, endpoint, hooks)
    wait_for_attempt(server, endpoint)
    owner = person()
    number = re.search(rf"/delivery/{endpoint.id}/(\d+)", owner.get(f"/delivery/{endpoint.id}"))
    assert number is not None
    page = owner.get(f"/delivery/{endpoint.id}/{number[1]}")
    sent = msgspec.json.format(hooks.arrivals[0].body, indent=2).decode().replace('"', "&#34;")
    assert sent in page
    assert f"content-type: {hooks.arrivals[0].headers['content-type']}" in page.lower()
    other = make_endpoint(server.database, hooks.url(), bots=(NOBODY,))
    owner.get(f"/delivery/{other.id}/{number[1]}", 404)
    owner.get(f"/delivery/{endpoint.id}/{10**18}", 404)


def test_the_ledger_is_filtered_and_events_are_delivered_again(
    server: Server, person: MakePerson, hooks: Receiver
) -> None:
    hooks.answer_with = 500
    endpoint = make_endpoint(server.database, hooks.url(), bots=(NOBODY,))
    event_id = sent_test(server, endpoint, hooks)
    wait_for_attempt(server, endpoint)
    owner, at = person(), f"/delivery/{endpoint.id}"
    assert "Given up" in owner.get(f"{at}?state=dropped")
    assert "There are none of these." in owner.get(f"{at}?state=delivered")
    owner.get(f"{at}?state=nonsense", 422)
    hooks.answer_with = 200
    owner.post(f"{at}/redeliver", event_id=event_id)
    hooks.wait_for_count(2)
    while "There are none of these." in owner.get(f"{at}?state=delivered"):
        time.sleep(0.02)
    said = owner.post(f"{at}/redeliver", failed_since="2026-01-01T00:00")
    assert "leadkeep_said" in said.headers["set-cookie"]
    owner.post(f"{at}/redeliver", 422, failed_since="yesterday")
    owner.post(f"{at}/redeliver", 422, **{"from": "", "to": ""})


def test_one_that_waits_for_another_attempt_is_tried_now(
    server: Server, person: MakePerson, hooks: Receiver
) -> None:
    bot = server.bot()
    hooks.answer_with = 500
    endpoint = make_endpoint(server.database, hooks.url(), bots=(bot,), types=(EventType.LEAD_CAPTURED,))
    body = {"bot_id": bot, "name": "Ada"}
    assert server.client.post("/api/v2/leads", json=body, headers=server.bearer("capture")).is_success
    wait_for_attempt(server, endpoint)
    owner, at = person(), f"/delivery/{endpoint.id}"
    found = re.search(rf'"{at}/(\d+)"', owner.get(at))
    assert found is not None
    hooks.answer_with = 200
    assert "Try now" in owner.get(f"{at}/{found[1]}")
    person("viewer").post(f"{at}/{found[1]}/try-now", 403)
    owner.post(f"{at}/{found[1]}/try-now")
    while "Delivered" not in owner.get(f"{at}/{found[1]}"):
        time.sleep(0.02)
    assert outcomes_of(server.database, endpoint) == ["http_500", "ok"]
    owner.post(f"{at}/{found[1]}/try-now", 409)


def test_after_a_test_that_arrives_what_waits_is_tried_at_once(
    server: Server, person: MakePerson, hooks: Receiver
) -> None:
    bot = server.bot()
    hooks.answer_with = 500
    endpoint = make_endpoint(server.database, hooks.url(), bots=(bot,), types=(EventType.LEAD_CAPTURED,))
    body = {"bot_id": bot, "name": "Ada"}
    assert server.client.post("/api/v2/leads", json=body, headers=server.bearer("capture")).is_success
    wait_for_attempt(server, endpoint)
    owner, at = person(), f"/delivery/{endpoint.id}"
    hooks.answer_with = 200
    location = owner.post(f"{at}/test").headers["location"]
    while "The test arrived" not in (page := owner.get(location)):
        time.sleep(0.02)
    assert "Try what waits now" in page
    assert "Failing" not in page
    owner.post(f"{at}/redeliver", waiting="on")
    hooks.wait_for_count(3)


@pytest.mark.parametrize(
    ("fields", "setting"),
    [
        ({"url": "http://10.0.0.1/x"}, "deliver_to"),
        ({"form": "email", "url": "a@example.com"}, "smtp_host"),
        ({"url": "https://example.com/x"}, None),
    ],
)
def test_an_endpoint_that_can_get_nothing_names_the_setting(
    person: MakePerson, fields: dict[str, str], setting: str | None
) -> None:
    owner = person()
    answer = owner.client.post(
        "/delivery/new", data={**WEBHOOK, **fields, "form_token": owner.form_token()}, follow_redirects=True
    )
    found = re.search(r"/delivery/([0-9a-f-]{36})", answer.text)
    assert found is not None
    for page in (answer.text, owner.get(f"/delivery/{found[1]}")):
        assert re.findall(r"the setting <code>(\w+)", page) == ([setting] if setting else [])


def test_a_new_endpoint_begins_with_captured_leads_alone(person: MakePerson) -> None:
    form = person().get("/delivery/new")
    assert re.findall(r'name="types" value="([a-z_.]+)" checked', form) == ["lead.captured"]
    assert "********" not in form


def test_what_happened_in_a_span_of_time_is_delivered(
    server: Server, person: MakePerson, hooks: Receiver
) -> None:
    bot = server.bot()
    headers = server.bearer("capture")
    body = {"bot_id": bot, "name": "Ada"}
    assert server.client.post("/api/v2/leads", json=body, headers=headers).status_code == 201
    endpoint = make_endpoint(server.database, hooks.url(), bots=(bot,))
    span: dict[str, Any] = {"from": "2026-01-01T00:00", "types": ["lead.captured"]}
    person().post(f"/delivery/{endpoint.id}/redeliver", **span)
    (arrival,) = hooks.wait_for_count(1)
    assert arrival.event["data"]["lead"]["name"] == "Ada"


def test_it_is_switched_rotated_and_deleted(server: Server, person: MakePerson, hooks: Receiver) -> None:
    endpoint = make_endpoint(server.database, hooks.url(), bots=(NOBODY,))
    owner, at = person(), f"/delivery/{endpoint.id}"
    rotated = owner.post(f"{at}/rotate-secret", 200, overlap_hours="48")
    assert SECRET not in rotated.text
    assert _SECRET.search(rotated.text)
    assert "The one before signs too until" in owner.get(at)
    owner.post(f"{at}/rotate-secret", 422, overlap_hours="721")
    owner.post(f"{at}/switch", enabled="")
    owner.post(f"{at}/test", 409)
    owner.post(f"{at}/switch", enabled="on")
    for path in ("test", "redeliver", "switch", "rotate-secret", "delete", "change"):
        person("agent").post(f"{at}/{path}", 403, **WEBHOOK)
    owner.post(f"{at}/delete")
    owner.get(at, 404)


def test_who_was_told_of_a_lead_is_shown(server: Server, hooks: Receiver) -> None:
    endpoint = make_endpoint(
        server.database, hooks.url("/ok/secret-path"), bots=(NOBODY,), description="<i>CRM</i>"
    )
    event_id = sent_test(server, endpoint, hooks)
    wait_for_attempt(server, endpoint)
    with server.database.snapshot() as store:
        found = deliveries_to(store, OPERATOR, endpoint.id, LedgerFilter(endpoint_id=endpoint.id), None, 10)
    viewer = Grant(id="v", name="v", permissions=frozenset({Permission.READ}), bots=None)
    template = environment_of("en").get_template("delivery/of_lead.html")
    shown = template.module.deliveries_of_lead  # type: ignore[attr-defined]
    format = Formats(tongue_of("en"), Locale("en"), ZoneInfo("UTC"))
    for_owner, for_viewer = (
        shown(found, [endpoint], OPERATOR, "t", format),
        shown(found, [], viewer, "t", format),
    )
    assert event_id in for_owner
    assert "127.0.0.1" in for_viewer
    assert "&lt;i&gt;CRM" in for_viewer
    assert "<form" not in for_viewer
    assert "secret-path" not in for_viewer
    assert "No endpoint was told" in shown([], [], viewer, "t", format)
