"""Keys over the native face."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.server import Server

KEYS = "/api/v2/keys"


def make(server: Server, **settings: Any) -> httpx.Response:
    sent = {"name": "reporting", "permissions": ["read"], **settings}
    return server.client.post(KEYS, json=sent, headers=server.bearer("admin"))


def me(server: Server, token: str) -> httpx.Response:
    return server.client.get("/api/v2/me", headers={"Authorization": f"Bearer {token}"})


def test_a_new_key_shows_its_token_once(server: Server) -> None:
    answer = make(server)
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    token = made.pop("token")
    assert token.startswith(made["hint"])
    listed = server.client.get(KEYS, headers=server.bearer("admin"))
    assert made in listed.json()["items"]
    assert token not in listed.text


def test_a_token_tells_what_it_grants(server: Server) -> None:
    made = make(server, permissions=["read", "capture"], bots=["shop", "blog"]).json()
    assert me(server, made["token"]).json() == {
        "id": made["id"],
        "name": "reporting",
        "permissions": ["capture", "read"],
        "bots": ["blog", "shop"],
    }


def test_a_key_without_bots_holds_for_all(server: Server) -> None:
    assert me(server, make(server, bots=None).json()["token"]).json()["bots"] is None


def test_a_revoked_key_stays_in_the_list(server: Server) -> None:
    made = make(server).json()
    path = f"{KEYS}/{made['id']}"
    revoked = server.client.delete(path, headers=server.bearer("admin")).json()
    assert revoked["revoked_at"] is not None
    assert me(server, made["token"]).status_code == 401
    assert revoked in server.client.get(KEYS, headers=server.bearer("admin")).json()["items"]
    assert server.client.delete(path, headers=server.bearer("admin")).json() == revoked


def test_a_key_may_expire(server: Server) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    made = make(server, expires_at=tomorrow.isoformat()).json()
    assert datetime.fromisoformat(made["expires_at"]) == tomorrow


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "\0"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"permissions": []}, "permissions"),
        ({"permissions": ["own"]}, "permissions[0]"),
        ({"bots": []}, "bots"),
        ({"bots": ["a b"]}, "bots[0]"),
        ({"bots": ["a\n"]}, "bots"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"expires_at": 5}, "expires_at"),
        ({"token": "lk_mine"}, "token"),
    ],
)
def test_a_key_that_breaks_a_rule_is_not_made(server: Server, change: dict[str, Any], field: str) -> None:
    answer = make(server, **change)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("key_id", ["x", "00000000-0000-0000-0000-000000000000", "%00"])
def test_a_key_that_is_not_there_is_not_found(server: Server, key_id: str) -> None:
    answer = server.client.delete(f"{KEYS}/{key_id}", headers=server.bearer("admin"))
    assert answer.status_code == 404
