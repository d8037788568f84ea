"""Who is answered what: a row for every route, tried for real."""

import random
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx
import pytest

from leadkeep.console.cookies import FORM, SIGN_IN
from leadkeep.console.face import PAGES, static_file
from leadkeep.console.form_token import new_token
from tests.support.console import make_user
from tests.support.console_things import Things
from tests.support.server import Server


class Answers(NamedTuple):
    """Statuses: for nobody who signed in, for an owner, an agent of the bot, an agent of another bot, and a
    viewer of the bot. Nobody's 303 leads to the sign-in. `query` and `form`: what is sent along."""

    nobody: int
    owner: int
    agent: int
    stranger: int
    viewer: int
    query: str = ""
    form: Mapping[str, str] = MappingProxyType({})


WORK = {"status": "won", "owner": "", "tags": "", "value": "", "currency": "", "version": "1"}
LIKED = {"name": "Ada", "language": "", "time_zone": "", "theme": "auto"}
WAITING = {"of": "{handover_id}", "text": "Hello"}
ENDPOINT = {
    **{"form": "standard", "url": "https://hooks.example.com/", "all_types": "on", "bots": "{bot_id}"},
    "sample": "lead.captured",
}
KEY = {"name": "test", "age": "7d", "permissions": "read", "bots": "{bot_id}"}
INVITED = {"email": "{unique}@example.com", "name": "Ada", "role": "viewer", "which": "all"}
PASSWORD = {"password": "seven calm otters read"}

# The things in braces are made for each who comes: see MAKERS of tests/support/console_things.py.
TABLE = {
    "GET /static/{of_version}/{name}": Answers(200, 200, 200, 200, 200),
    # Whoever has the link may use it, and whoever has not gets nowhere.
    "GET /welcome/{token}": Answers(200, 200, 200, 200, 200),
    "POST /welcome/{token}": Answers(303, 303, 303, 303, 303, form=PASSWORD),
    "GET /sign-in": Answers(200, 303, 303, 303, 303),
    "POST /sign-in": Answers(401, 401, 401, 401, 401, form={"email": "a@example.com", "password": "wrong"}),
    # Nobody has half signed in.
    "GET /sign-in/code": Answers(303, 303, 303, 303, 303),
    "POST /sign-in/code": Answers(303, 303, 303, 303, 303),
    "POST /sign-out": Answers(303, 303, 303, 303, 303),
    "GET /first-steps": Answers(303, 200, 403, 403, 403),
    "POST /first-steps": Answers(303, 303, 403, 403, 403, form={"name": "{unique}"}),
    "GET /first-steps/{bot_id}": Answers(303, 200, 403, 403, 403),
    "POST /first-steps/{bot_id}/test-lead": Answers(303, 303, 403, 403, 403),
    "GET /account": Answers(303, 200, 200, 200, 200),
    "POST /account": Answers(303, 303, 303, 303, 303, form=LIKED),
    # Without the password nobody changes how one signs in.
    "POST /account/password": Answers(303, 422, 422, 422, 422, form=PASSWORD),
    "GET /account/second-factor": Answers(303, 200, 200, 200, 200),
    "POST /account/second-factor": Answers(303, 422, 422, 422, 422),
    "POST /account/sign-out": Answers(303, 303, 303, 303, 303),
    "GET /inbox": Answers(303, 200, 200, 200, 200),
    "POST /inbox/change": Answers(303, 303, 303, 404, 403, form={"ids": "{lead_id}", "status": "won"}),
    "POST /inbox/columns": Answers(303, 303, 303, 303, 303, form={"column": "name"}),
    "POST /inbox/views": Answers(303, 303, 303, 303, 403, form={"name": "Won", "shared": "on"}),
    "POST /inbox/views/{view_id}/delete": Answers(303, 303, 404, 404, 404),
    "GET /inbox/export.csv": Answers(303, 200, 200, 200, 200),
    "GET /live": Answers(303, 200, 200, 404, 200, query="?bot={bot_id}&row=short"),
    "GET /leads/{lead_id}": Answers(303, 200, 200, 404, 200),
    "POST /leads/{lead_id}": Answers(303, 303, 303, 404, 403, form=WORK),
    "POST /leads/{lead_id}/notes": Answers(303, 303, 303, 404, 403, form={"text": "Call back"}),
    "POST /leads/{lead_id}/notes/{note_id}/delete": Answers(303, 303, 303, 404, 403),
    "POST /leads/{lead_id}/delete": Answers(303, 303, 303, 404, 403),
    "GET /people": Answers(303, 200, 403, 403, 403),
    "GET /people/{person_id}": Answers(303, 200, 200, 404, 200),
    "POST /people/{person_id}/merge": Answers(303, 303, 403, 403, 403, form={"other": "{other_person_id}"}),
    "POST /people/{person_id}/unmerge": Answers(303, 303, 403, 403, 403, form={"merge": "{merge_id}"}),
    "POST /people/{person_id}/delete": Answers(303, 303, 403, 403, 403),
    "GET /": Answers(303, 200, 200, 200, 200),
    "GET /overview/{by}": Answers(303, 200, 200, 404, 200, query="?bot={bot_id}"),
    "GET /handovers": Answers(303, 200, 200, 404, 200, query="?bot={bot_id}"),
    "GET /live/handovers": Answers(303, 200, 200, 404, 200, query="?bot={bot_id}"),
    "GET /sessions/{bot_id}/{session_id}": Answers(303, 200, 200, 404, 200, query="?of={handover_id}"),
    "POST /sessions/{bot_id}/{session_id}/handover": Answers(303, 303, 303, 404, 403),
    "POST /sessions/{bot_id}/{session_id}/claim": Answers(303, 303, 303, 404, 403, form=WAITING),
    "POST /sessions/{bot_id}/{session_id}/return": Answers(303, 303, 303, 404, 403, form=WAITING),
    "POST /sessions/{bot_id}/{session_id}/resolve": Answers(303, 303, 303, 404, 403, form=WAITING),
    "POST /sessions/{bot_id}/{session_id}/answer": Answers(303, 303, 303, 404, 403, form=WAITING),
    "GET /delivery": Answers(303, 200, 403, 403, 403),
    "GET /delivery/new": Answers(303, 200, 403, 403, 403),
    "POST /delivery/new": Answers(303, 200, 403, 403, 403, form=ENDPOINT),
    "POST /delivery/preview": Answers(303, 200, 403, 403, 403, form=ENDPOINT),
    "GET /delivery/{endpoint_id}": Answers(303, 200, 403, 403, 403),
    "GET /delivery/{endpoint_id}/change": Answers(303, 200, 403, 403, 403),
    "POST /delivery/{endpoint_id}/change": Answers(303, 303, 403, 403, 403, form=ENDPOINT),
    "POST /delivery/{endpoint_id}/switch": Answers(303, 303, 403, 403, 403),
    "POST /delivery/{endpoint_id}/test": Answers(303, 303, 403, 403, 403),
    "POST /delivery/{endpoint_id}/redeliver": Answers(303, 303, 403, 403, 403, form={"from": "2026-11-01"}),
    "POST /delivery/{endpoint_id}/rotate-secret": Answers(303, 200, 403, 403, 403),
    "POST /delivery/{endpoint_id}/delete": Answers(303, 303, 403, 403, 403),
    "GET /delivery/{endpoint_id}/{number}": Answers(303, 200, 403, 403, 403),
    # It waits for no other attempt.
    "POST /delivery/{endpoint_id}/{number}/try-now": Answers(303, 409, 403, 403, 403),
    "GET /keys": Answers(303, 200, 403, 403, 403),
    "POST /keys": Answers(303, 200, 403, 403, 403, form=KEY),
    "POST /keys/{key_id}/revoke": Answers(303, 303, 403, 403, 403),
    "GET /bots": Answers(303, 200, 200, 200, 200),
    "GET /bots/new": Answers(303, 200, 403, 403, 403),
    "POST /bots/new": Answers(303, 303, 403, 403, 403, form={"name": "{unique}"}),
    "GET /bots/{bot_id}": Answers(303, 200, 200, 404, 200),
    "POST /bots/{bot_id}": Answers(303, 303, 403, 403, 403, form={"name": "Shop"}),
    "POST /bots/{bot_id}/delete": Answers(303, 303, 403, 403, 403),
    # No provider is set, so there is no such page.
    "GET /sign-in/elsewhere": Answers(404, 404, 404, 404, 404),
    "GET /sign-in/elsewhere/back": Answers(404, 404, 404, 404, 404),
    "GET /users": Answers(303, 200, 403, 403, 403),
    "GET /users/new": Answers(303, 200, 403, 403, 403),
    "POST /users/new": Answers(303, 200, 403, 403, 403, form=INVITED),
    "GET /users/{user_id}": Answers(303, 200, 403, 403, 403),
    "POST /users/{user_id}": Answers(303, 303, 403, 403, 403, form=INVITED),
    "POST /users/{user_id}/link": Answers(303, 200, 403, 403, 403),
    "POST /users/{user_id}/state": Answers(303, 303, 403, 403, 403, form={"disabled": "on"}),
    "GET /audit": Answers(303, 200, 403, 403, 403),
    "POST /audit/export": Answers(303, 200, 403, 403, 403),
    "GET /settings": Answers(303, 200, 403, 403, 403),
}
POSTS = [route for route in TABLE if route.startswith("POST ")]
# Whoever signs out is to sign in next, and whoever sets a password by a link is in.
TO_SIGN_IN = {"POST /sign-out", "POST /account/sign-out", "GET /sign-in/code", "POST /sign-in/code"}
LETS_IN = {"POST /welcome/{token}"}
BY_ROLE = {"owner": "owner", "agent": "agent", "stranger": "agent", "viewer": "viewer"}
_TYPED, _PLAIN = re.compile(r"\{(\w+):\w+\}"), r"{\1}"


def test_every_route_has_a_row() -> None:
    routes = {
        f"{method} {_TYPED.sub(_PLAIN, path)}"
        for handler in (static_file, *PAGES)
        for path in handler.paths
        for method in handler.http_methods
    }
    assert routes == TABLE.keys()


class Caller:
    """A browser at an address of its own, since how often one may try to sign in is counted by address."""

    def __init__(self, server: Server, who: str) -> None:
        self.things = Things(server.database)
        self._secret, cookie = "nobody's own secret", FORM
        if who in BY_ROLE:
            bots = {"owner": None, "stranger": ["another-bot"]}.get(who, [self.things["bot_id"]])
            _, self._secret = make_user(server.database, BY_ROLE[who], bots)
            cookie = SIGN_IN
        number = random.randrange(2, 2**24 - 1)
        address = f"127.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        self.client = httpx.Client(
            base_url=server.url,
            cookies={cookie: self._secret},
            transport=httpx.HTTPTransport(local_address=address, verify=False),
            timeout=30,
        )

    def ask(self, route: str, headers: Mapping[str, str] = MappingProxyType({}), **fields: Any) -> str:
        """The status, and for nobody's redirect that it is to the sign-in. Fields go along with the form's;
        the rest of a stream is not waited for."""
        row, (method, path) = TABLE[route], route.split(" ")
        form = {name: self.things.fill(value) for name, value in row.form.items()}
        fields = {"form_token": new_token(self._secret), **fields}
        data = {**form, **fields} if method == "POST" else None
        address = self.things.fill(path + row.query)
        with self.client.stream(method, address, data=data, headers=dict(headers)) as answer:
            to_sign_in = answer.headers.get("location", "").startswith("/sign-in")
            return f"{answer.status_code} to sign in" if to_sign_in else str(answer.status_code)


def expected(route: str, who: str) -> str:
    status = getattr(TABLE[route], who)
    if status != 303:
        return str(status)
    nobody = who == "nobody" and route not in LETS_IN
    return "303 to sign in" if nobody or route in TO_SIGN_IN else "303"


@pytest.mark.parametrize("route", TABLE)
def test_each_is_answered_as_the_table_has_it(server: Server, route: str) -> None:
    answers = {}
    for who in ("nobody", *BY_ROLE):
        caller = Caller(server, who)
        with caller.client:
            answers[who] = caller.ask(route)
    assert {who: said for who, said in answers.items() if said != expected(route, who)} == {}


# What follows has nothing to do with the engine.


@pytest.mark.parametrize("route", POSTS)
def test_a_form_that_is_not_ours_is_refused(sqlite_server: Server, route: str) -> None:
    caller = Caller(sqlite_server, "owner")
    with caller.client:
        assert caller.ask(route, form_token="") == "403"
        assert caller.ask(route, form_token=new_token("another browser's")) == "403"
        # By another site that got hold of one.
        assert caller.ask(route, {"Sec-Fetch-Site": "cross-site"}) == "403"


@pytest.mark.parametrize("route", TABLE)
def test_a_key_opens_no_page(sqlite_server: Server, route: str) -> None:
    caller = Caller(sqlite_server, "nobody")
    with caller.client:
        assert caller.ask(route, sqlite_server.bearer("admin")) == expected(route, "nobody")
