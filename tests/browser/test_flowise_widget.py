"""Flowise's own widget works with Leadkeep, and nothing but its `apiHost` has changed."""

from itertools import count
from typing import Any

import pytest
from playwright.sync_api import expect

from leadkeep.domain.bot import FormChange
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.server import Server

pytestmark = pytest.mark.browser

ELSEWHERE = "https://www.example.com"
FORM = FormChange(title="Where can we reach you?", success_message="Thank you, we will call.")
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>'\"\\`${7*7}{{7*7}} "
    "\u202egnp.exe\u202c \U0001f469\u200d\U0001f467 שלום "
)
CONTACT = {"name": "Zoë O'Hara", "email": "Zoe@Example.com", "phone": "0302345678"}


def leads_of(server: Server, bot_id: str) -> list[dict[str, Any]]:
    """What a script with a key reads through the Flowise face."""
    answer = server.client.get(f"/api/v1/leads/{bot_id}", headers=server.bearer("read"))
    leads: list[dict[str, Any]] = answer.raise_for_status().json()
    return leads


def conversations_of(server: Server, bot_id: str) -> list[dict[str, Any]]:
    """The same through the ChatNode face."""
    answer = server.client.post(f"/v1/get-conversation-ids/{bot_id}", headers=server.bearer("read"))
    conversations: list[dict[str, Any]] = answer.raise_for_status().json()
    return conversations


@pytest.mark.parametrize("page", ["page.html", "full_page.html"])
def test_a_visitor_leaves_a_lead(server: Server, site: Site, visitor: Visitor, page: str) -> None:
    bot_id = server.bot(public=True, origins=(site.origin,), form=FORM)

    visitor.open_chat(site.embed(bot_id, server.url, page))
    expect(visitor.form).to_contain_text("Where can we reach you?")
    expect(visitor.question).to_be_disabled()
    assert visitor.fields() == ["name", "email", "phone"]
    visitor.submit(**CONTACT)

    expect(visitor.page.get_by_text("Thank you, we will call.")).to_be_visible()
    expect(visitor.form).to_have_count(0)
    expect(visitor.question).to_be_enabled()
    assert visitor.complaints == []
    assert visitor.asked_of(server.url) == [
        ("GET", f"/api/v1/chatflows-streaming/{bot_id}", 200),
        ("GET", f"/api/v1/public-chatbotConfig/{bot_id}", 200),
        ("POST", "/api/v1/leads/", 200),
    ]
    [lead] = leads_of(server, bot_id)
    assert {key: lead[key] for key in CONTACT} == CONTACT
    [conversation] = conversations_of(server, bot_id)
    assert conversation["session_id"] == lead["chatId"]
    assert conversation["enduser_name"] == CONTACT["name"]
    assert conversation["enduser_email"] == CONTACT["email"]
    assert conversation["enduser_phone"] == CONTACT["phone"]


@pytest.mark.parametrize("asked", ["email", "phone"])
def test_the_form_asks_only_for_what_the_bot_asks(
    server: Server, site: Site, visitor: Visitor, asked: str
) -> None:
    asks: dict[str, Any] = {f"ask_{field}": field == asked for field in CONTACT}
    bot_id = server.bot(public=True, form=FormChange(title="One thing:", **asks))

    visitor.open_chat(site.embed(bot_id, server.url))
    expect(visitor.form).to_contain_text("One thing:")
    assert visitor.fields() == [asked]
    visitor.submit(**{asked: CONTACT[asked]})

    # A bot without a success message of its own leaves the widget its own words.
    expect(visitor.page.get_by_text("Thank you for submitting your contact information.")).to_be_visible()
    [lead] = leads_of(server, bot_id)
    assert {key: lead[key] for key in CONTACT} == dict.fromkeys(CONTACT, "") | {asked: CONTACT[asked]}


def test_hostile_text_arrives_as_text(server: Server, site: Site, visitor: Visitor) -> None:
    bot_id = server.bot(public=True, form=FormChange(title=HOSTILE, success_message=f"{HOSTILE}!"))
    name = (HOSTILE * 20)[:899] + "."

    visitor.open_chat(site.embed(bot_id, server.url))
    expect(visitor.form).to_contain_text(HOSTILE)
    visitor.submit(**CONTACT | {"name": name})

    expect(visitor.page.get_by_text(f"{HOSTILE}!")).to_be_visible()
    assert visitor.complaints == []
    assert leads_of(server, bot_id)[0]["name"] == name
    assert conversations_of(server, bot_id)[0]["enduser_name"] == name


def test_a_site_that_the_bot_does_not_allow_leaves_no_lead(
    server: Server, site: Site, visitor: Visitor
) -> None:
    bot_id = server.bot(public=True, origins=(ELSEWHERE,), form=FORM)

    visitor.open_chat(site.embed(bot_id, server.url))
    answer = visitor.submit(**CONTACT)

    assert answer.status == 403
    expect(visitor.form.locator("button[type=submit]")).to_be_enabled()
    expect(visitor.page.get_by_text("Thank you, we will call.")).to_have_count(0)
    # The page may read the refusal: what holds the lead back is the server, not a missing CORS header.
    assert not any("CORS" in complaint for complaint in visitor.complaints)
    assert leads_of(server, bot_id) == []


def test_a_bot_that_is_not_public_shows_no_form_and_stores_nothing(
    server: Server, site: Site, visitor: Visitor
) -> None:
    bot_id = server.bot(public=False, form=FORM)

    # The widget asks two things of a bot, and logs each refusal. After the second no form can come any more.
    refusals = count(1)
    with visitor.page.expect_console_message(lambda said: "not found" in said.text and next(refusals) == 2):
        visitor.page.goto(site.embed(bot_id, server.url))
        visitor.page.locator("flowise-chatbot button[part=button]").click()
    expect(visitor.question).to_be_visible()
    expect(visitor.form).to_have_count(0)

    # A page that still has the form from before it was closed.
    status = visitor.page.evaluate(
        """async ([url, lead]) => (await fetch(url, {
            method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(lead),
        })).status""",
        [f"{server.url}/api/v1/leads/", {"chatflowid": bot_id, **CONTACT}],
    )
    assert status == 401
    assert leads_of(server, bot_id) == []
