"""The inbox and a lead's page, as people use them: live, by keyboard, and with the back button."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.console import SitDown
from tests.support.server import Server

pytestmark = pytest.mark.browser


def captured(server: Server, bot: str, name: str, **fields: object) -> str:
    """The id of a new lead."""
    lead = {"bot_id": bot, "name": name, **fields}
    answer = server.client.post("/api/v2/leads", json=lead, headers=server.bearer("admin"))
    assert answer.status_code == 201, answer.text
    lead_id: str = answer.json()["id"]
    return lead_id


def changed(server: Server, lead_id: str, **fields: object) -> None:
    path, headers = f"/api/v2/leads/{lead_id}", server.bearer("admin")
    assert server.client.patch(path, json=fields, headers=headers).status_code == 200


def names(page: Page) -> list[str]:
    return page.locator("table.leads a.open").all_inner_texts()


def test_a_lead_slides_in_within_a_second_and_changes_before_ones_eyes(
    server: Server, sit_down: SitDown
) -> None:
    bot = server.bot()
    captured(server, bot, "First")
    page = sit_down(f"/inbox?bot={bot}").page
    with page.expect_response("**/live?*"):
        page.reload()
    second = captured(server, bot, "Second")
    captured(server, server.bot(), "Of another bot")
    expect(page.get_by_role("link", name="Second", exact=True)).to_be_visible(timeout=1_000)
    changed(server, second, status="won")
    expect(page.locator(f'tr[data-id="{second}"]').get_by_text("Won")).to_be_visible()
    server.client.delete(f"/api/v2/leads/{second}", headers=server.bearer("admin"))
    expect(page.get_by_role("link", name="Second", exact=True)).to_have_count(0)
    assert names(page) == ["First"]


def test_what_came_between_a_page_and_its_stream_is_not_missed(server: Server, sit_down: SitDown) -> None:
    bot = server.bot()
    captured(server, bot, "First")
    desk = sit_down("/inbox")

    def late(route: Route) -> None:
        captured(server, bot, "Between")
        route.continue_()

    desk.page.route("**/live?*", late)
    desk.page.goto(f"/inbox?bot={bot}")
    expect(desk.page.get_by_role("link", name="Between", exact=True).first).to_be_visible()


def test_what_is_new_waits_while_somebody_reads(server: Server, sit_down: SitDown) -> None:
    bot = server.bot()
    captured(server, bot, "First")
    page = sit_down(f"/inbox?bot={bot}").page
    page.keyboard.press("j")
    captured(server, bot, "Second")
    arrived = page.get_by_role("button", name="One new lead")
    expect(arrived).to_be_visible()
    assert names(page) == ["First"]
    page.keyboard.press("n")
    expect(arrived).to_be_hidden()
    assert names(page) == ["Second", "First"]


def test_leads_are_chosen_and_changed_by_keyboard(server: Server, sit_down: SitDown) -> None:
    bot = server.bot()
    for name in ("One", "Two", "Three"):
        captured(server, bot, name)
    page = sit_down(f"/inbox?bot={bot}").page
    for key in ("j", "x", "j", "x", "k", "e"):
        page.keyboard.press(key)
    expect(page.get_by_text("2 chosen")).to_be_visible()
    expect(page.get_by_role("combobox", name="Status").last).to_be_focused()
    page.keyboard.type("Qual")
    page.get_by_role("textbox", name="Add a tag").fill("vip")
    page.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("2 leads changed.")).to_be_visible()
    expect(page.locator("table.leads").get_by_text("Qualified")).to_have_count(2)
    page.goto(f"/inbox?bot={bot}&tag=vip")
    expect(page.locator("table.leads a.open")).to_have_count(2)


def test_help_opens_and_closes_by_keyboard(server: Server, sit_down: SitDown) -> None:
    page = sit_down("/inbox").page
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_search_finds_as_one_types_and_the_back_button_comes_back_to_it(
    server: Server, sit_down: SitDown
) -> None:
    bot = server.bot()
    captured(server, bot, "Grace Hopper", email="grace@example.com")
    captured(server, bot, "Alan Turing")
    page = sit_down(f"/inbox?bot={bot}").page
    page.get_by_role("searchbox").fill("hopp")
    expect(page.locator("table.leads a.open")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=hopp"))
    page.get_by_role("link", name="Grace Hopper").click()
    expect(page.get_by_role("heading", name="Grace Hopper")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("hopp")
    assert names(page) == ["Grace Hopper"]
    page.get_by_role("link", name="Without: hopp").click()
    expect(page.locator("table.leads a.open")).to_have_count(2)


def test_a_view_is_saved_shared_and_deleted(server: Server, sit_down: SitDown) -> None:
    bot = server.bot()
    captured(server, bot, "One")
    desk = sit_down(f"/inbox?bot={bot}&status=new")
    page, desk.says_yes = desk.page, True
    page.locator("details.menu").last.click()
    page.get_by_role("textbox", name="Name").fill(f"View {bot}")
    page.get_by_label("For everybody").check()
    page.get_by_role("button", name="Save", exact=True).click()
    link = sit_down("/inbox", "viewer", [bot]).page.get_by_role("link", name=f"View {bot}")
    link.click()
    expect(link.page.locator("table.leads a.open")).to_have_count(1)
    page.get_by_role("button", name=f"Delete the view View {bot}").click()
    expect(page.get_by_text("The view is deleted.")).to_be_visible()


def test_work_on_a_lead_is_saved(server: Server, sit_down: SitDown) -> None:
    bot = server.bot()
    lead = captured(server, bot, "Ada", email="ada@example.com", phone="+4915123456789")
    page = sit_down(f"/leads/{lead}", "agent", [bot]).page
    assert page.get_by_role("link", name="ada@example.com").get_attribute("href") == "mailto:ada@example.com"
    page.get_by_label("Status").select_option("qualified")
    page.get_by_label("Value").fill("120.5")
    page.get_by_label("Currency").fill("eur")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("textbox", name="A new note").fill("Wants a call on Monday")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("paragraph").filter(has_text="Wants a call on Monday")).to_be_visible()
    expect(page.get_by_label("Value")).to_have_value("120.50")


def test_what_another_changed_meanwhile_is_not_overwritten(server: Server, sit_down: SitDown) -> None:
    lead = captured(server, server.bot(), "Ada")
    desk = sit_down(f"/leads/{lead}")
    page = desk.page
    changed(server, lead, owner="Grace")
    page.get_by_label("Status").select_option("won")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("meanwhile. Now it is: New · Grace.")
    # A browser reports what the server refused too, which the page itself tells of.
    assert "status of 409" in desk.complaints.pop()
    expect(page.get_by_label("Status")).to_have_value("won")
    page.get_by_role("button", name="Save mine anyway").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Assigned to")).to_have_value("")
    expect(page.get_by_label("Status")).to_have_value("won")


def test_what_one_form_holds_outlives_the_sending_of_the_other(server: Server, sit_down: SitDown) -> None:
    page = sit_down(f"/leads/{captured(server, server.bot(), 'Ada')}").page
    page.get_by_label("Status").select_option("won")
    page.get_by_role("textbox", name="A new note").fill("Wants a call")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".remark")).to_have_count(1)
    expect(page.get_by_label("Status")).to_have_value("won")
    page.get_by_role("textbox", name="A new note").fill("And a quote")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("textbox", name="A new note")).to_have_value("And a quote")
    expect(page.get_by_role("button", name="Save")).to_be_focused()


def test_what_was_typed_into_the_search_box_is_what_is_exported_and_saved(
    server: Server, sit_down: SitDown
) -> None:
    bot = server.bot()
    captured(server, bot, "Grace Hopper")
    captured(server, bot, "Alan Turing")
    page = sit_down(f"/inbox?bot={bot}").page
    page.get_by_role("searchbox").fill("grace")
    expect(page.locator("table.leads a.open")).to_have_count(1)
    page.locator("summary", has_text="More").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export these as CSV").click()
    assert download.value.path().read_text().count("\n") == 2
    page.locator("summary", has_text="Filter").click()
    page.locator("#menus").get_by_role("combobox", name="Status").select_option("new")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("searchbox")).to_have_value("grace")
    assert names(page) == ["Grace Hopper"]


def test_many_leads_are_deleted_once_somebody_has_seen_how_many(server: Server, sit_down: SitDown) -> None:
    bot = server.bot()
    for name in ("One", "Two", "Three"):
        captured(server, bot, name)
    page = sit_down(f"/inbox?bot={bot}").page
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Delete …").click()
    expect(page.get_by_role("heading", name="Delete 2 leads?")).to_be_visible()
    page.get_by_role("button", name="Delete 2 leads").click()
    expect(page.get_by_text("2 leads are deleted.")).to_be_visible()
    assert names(page) == ["One"]


def test_what_cannot_be_sent_is_told(server: Server, sit_down: SitDown) -> None:
    desk = sit_down(f"/leads/{captured(server, server.bot(), 'Ada')}")
    page = desk.page
    page.context.set_offline(True)
    page.get_by_label("Tags").fill("vip")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(page.get_by_label("Tags")).to_have_value("vip")
    # The browser's own words of it.
    desk.complaints.clear()


def test_two_people_are_merged_and_parted_again(server: Server, sit_down: SitDown) -> None:
    bot = server.bot()
    captured(server, bot, f"Jo {bot}", email=f"jo.{bot}@example.com")
    lead = captured(server, bot, f"Jo {bot}", email=f"jo.{bot}@example.org")
    page = sit_down(f"/leads/{lead}").page
    expect(page.get_by_text("same name")).to_be_visible()
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("The two are one person now.")).to_be_visible()
    expect(page.locator(".timeline li li")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The two are apart again.")).to_be_visible()
    expect(page.locator(".timeline li li")).to_have_count(1)


def test_signing_out_everywhere_ends_the_other_browser_s_stream_and_pages(
    server: Server, sit_down: SitDown
) -> None:
    page = sit_down("/account").page
    other = page.context.new_page()
    other.goto("/inbox")
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    other.reload()
    expect(other).to_have_url(re.compile(r"/sign-in\?next=%2Finbox"))
