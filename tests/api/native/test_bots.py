"""Bots over the native face."""

import uuid
from typing import Any

import httpx
import pytest

from tests.support.server import Server

BOTS = "/api/v2/bots"
FORM = {
    "enabled": True,
    "title": "",
    "success_message": "",
    "ask_name": True,
    "ask_email": True,
    "ask_phone": True,
}


def make(server: Server, **settings: Any) -> httpx.Response:
    sent = {"id": f"bot-{uuid.uuid4()}", **settings}
    return server.client.post(BOTS, json=sent, headers=server.bearer("admin"))


def change(server: Server, bot_id: str, sent: Any) -> httpx.Response:
    return server.client.patch(f"{BOTS}/{bot_id}", json=sent, headers=server.bearer("admin"))


def test_a_new_bot_has_safe_settings(server: Server) -> None:
    answer = make(server, id=(bot_id := f"bot-{uuid.uuid4()}"))
    bot = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{BOTS}/{bot_id}"
    del bot["created_at"]
    assert bot == {
        "id": bot_id,
        "name": bot_id,
        "public": False,
        "origins": [],
        "form": FORM,
        "region": None,
        "extract": True,
        "own_contacts": [],
        "escalate_after": None,
    }


def test_a_new_bot_takes_settings(server: Server) -> None:
    settings = {"name": "Shop", "public": True, "origins": ["https://A.example/"], "form": {"title": "Hi"}}
    bot = make(server, **settings).json()
    assert (bot["name"], bot["public"]) == ("Shop", True)
    assert bot["origins"] == ["https://a.example"]
    assert bot["form"] == {**FORM, "title": "Hi"}


def test_an_id_that_is_taken_is_a_conflict(server: Server) -> None:
    assert make(server, id=server.bot()).status_code == 409


def test_a_change_leaves_the_rest_as_it_was(server: Server) -> None:
    bot = make(server, name="Shop", form={"title": "Hi", "ask_phone": False}).json()
    assert change(server, bot["id"], {"public": True}).json() == {**bot, "public": True}
    assert change(server, bot["id"], {}).json() == {**bot, "public": True}
    form = {**bot["form"], "title": "Hello"}
    assert change(server, bot["id"], {"form": {"title": "Hello"}}).json()["form"] == form


def test_what_concerns_contacts_is_kept_in_comparable_form_and_null_takes_the_region_away(
    server: Server,
) -> None:
    own = ["@Shop.EXAMPLE", "Info@shop.example", "+44 20 7946 0000"]
    bot = make(server, region="gb", extract=False, own_contacts=own).json()
    assert (bot["region"], bot["extract"]) == ("GB", False)
    assert bot["own_contacts"] == ["@shop.example", "info@shop.example", "+442079460000"]
    changed = change(server, bot["id"], {"region": None, "own_contacts": []}).json()
    assert changed == {**bot, "region": None, "own_contacts": []}


def test_a_merge_patch_is_a_change(server: Server) -> None:
    headers = server.bearer("admin") | {"Content-Type": "application/merge-patch+json"}
    answer = server.client.patch(f"{BOTS}/{server.bot()}", content=b'{"name":"Shop"}', headers=headers)
    assert answer.json()["name"] == "Shop"


def test_a_change_holds_for_the_next_capture(server: Server) -> None:
    bot_id = server.bot()
    for public, status in ((True, 201), (False, 401)):
        change(server, bot_id, {"public": public}).raise_for_status()
        answer = server.client.post("/api/v2/leads", json={"bot_id": bot_id})
        assert answer.status_code == status


def test_an_origin_may_be_an_address(server: Server) -> None:
    origins = ["http://127.0.0.1:3000", "http://[::1]:3000", "https://[2001:db8::a:1]"]
    assert change(server, server.bot(), {"origins": origins}).json()["origins"] == origins


def test_nul_is_taken_out_of_settings(server: Server) -> None:
    answer = change(server, server.bot(), {"name": "S\0hop", "form": {"title": "\0Hi"}})
    assert (answer.json()["name"], answer.json()["form"]["title"]) == ("Shop", "Hi")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": "x" * 201}, "name"),
        ({"name": None}, "name"),
        ({"public": "yes"}, "public"),
        ({"origins": [5]}, "origins[0]"),
        ({"origins": ["https://a.example/path"]}, "origins"),
        ({"origins": ["https://[1]"]}, "origins"),
        ({"origins": ["https://a.example"] * 101}, "origins"),
        ({"form": {"title": "x" * 2001}}, "form.title"),
        ({"region": "XX"}, "region"),
        ({"region": 5}, "region"),
        ({"extract": None}, "extract"),
        ({"own_contacts": None}, "own_contacts"),
        ({"own_contacts": ["@a.example", "020 7946 0000"]}, "own_contacts[1]"),
        ({"own_contacts": ["@a.example"] * 101}, "own_contacts"),
        ({"form": {"colour": "red"}}, "form.colour"),
        ({"form": None}, "form"),
        ({"id": "other"}, "id"),
    ],
)
def test_a_setting_that_breaks_a_rule_is_named(server: Server, sent: Any, field: str) -> None:
    answer = change(server, server.bot(), sent)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_an_empty_bot_can_be_deleted(server: Server) -> None:
    path = f"{BOTS}/{server.bot()}"
    answer = server.client.delete(path, headers=server.bearer("admin"))
    assert (answer.status_code, answer.content) == (204, b"")
    assert server.client.get(path, headers=server.bearer("read")).status_code == 404
    assert server.client.delete(path, headers=server.bearer("admin")).status_code == 404


def test_a_bot_with_leads_stays(server: Server) -> None:
    bot_id = server.bot()
    lead = {"bot_id": bot_id}
    server.client.post("/api/v2/leads", json=lead, headers=server.bearer("capture")).raise_for_status()
    path = f"{BOTS}/{bot_id}"
    assert server.client.delete(path, headers=server.bearer("admin")).status_code == 409
    assert server.client.get(path, headers=server.bearer("read")).status_code == 200


def test_pages_hold_every_bot_once_by_id(server: Server) -> None:
    bots = sorted(server.bot() for _ in range(5))
    headers = server.bearer("read", bots=bots)
    answer = server.client.get(f"{BOTS}?limit=2", headers=headers)
    found = answer.json()["items"]
    while "next" in answer.links:
        answer = server.client.get(answer.links["next"]["url"], headers=headers)
        found += answer.json()["items"]
    assert [bot["id"] for bot in found] == bots
    assert answer.json()["next_cursor"] is None


@pytest.mark.parametrize("cursor", ["", "%00", "AA", "YSBi", "x" * 1001, "é"])
def test_a_cursor_of_somebody_else_is_refused(server: Server, cursor: str) -> None:
    answer = server.client.get(f"{BOTS}?cursor={cursor}", headers=server.bearer("read"))
    assert answer.status_code == 422
