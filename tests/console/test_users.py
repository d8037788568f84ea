"""Users, as owners see to them."""

import re
import time

import pytest

from leadkeep.actions.change_user import change_user
from leadkeep.actions.open_link import look_at_link
from leadkeep.actions.read_users import find_user, get_user
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.user import Role, User, UserChange
from leadkeep.storage import users
from tests.console.conftest import MakePerson
from tests.support.console import Person, make_user
from tests.support.process import StartServer
from tests.support.server import Server

HOSTILE = '<b onclick="x">Ada</b>' + "W" * 150


def stored(server: Server, user_id: str) -> User:
    with server.database.snapshot() as store:
        return get_user(store, OPERATOR, user_id)


def link_in(page: str) -> str:
    """The token of the one-time link."""
    found = re.search(r'data-copy="[^"]+/welcome/([\w-]+)"', page)
    assert found is not None
    return found[1]


def test_somebody_is_invited_and_sets_a_password(server: Server, person: MakePerson) -> None:
    owner, email = person(), f"new-{time.time_ns()}@example.com"
    shop = server.bot(name="Shop")
    page = owner.post(
        "/users/new", 200, email=email, name=HOSTILE, role="agent", which="named", bot=[shop, "yet-to-come"]
    ).text
    with server.database.snapshot() as store:
        user = find_user(store, OPERATOR, email)
        assert look_at_link(store, link_in(page))[1] == user
    assert (user.role, user.bots) == (Role.AGENT, (shop, "yet-to-come"))
    assert "<b onclick" not in page + owner.get("/users") + owner.get(f"/users/{user.id}")
    assert email in owner.client.get(f"/welcome/{link_in(page)}").text


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"email": "nobody"}, 422, "E-mail address must be an e-mail address"),
        ({"name": " "}, 422, "Name must not be blank"),
        ({"which": "named"}, 422, "Choose at least one bot"),
        ({"which": "named", "bot": "no bot"}, 422, "bots"),
        ({"role": "king"}, 422, "role must be one of"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    person: MakePerson, typed: dict[str, str], status: int, said: str
) -> None:
    good = {"email": "kept@example.org", "name": "Kept Name", "role": "agent", "which": "all"}
    page = person().post("/users/new", status, **(good | typed)).text
    assert said in page
    assert "Kept Name" in page or "kept@example.org" in page


def test_an_address_that_is_taken_is_said_to_be(person: MakePerson) -> None:
    owner = person()
    page = owner.post(
        "/users/new", 422, email=owner.user.email.upper(), name="Twin", role="viewer", which="all"
    ).text
    assert "already" in page


def test_what_a_user_may_do_is_changed(server: Server, person: MakePerson) -> None:
    owner, agent, shop = person(), person("agent"), server.bot()
    path = f"/users/{agent.user.id}"
    owner.post(path, name="Zoë", role="viewer", which="named", bot=shop)
    after = stored(server, agent.user.id)
    assert (after.name, after.role, after.bots) == ("Zoë", Role.VIEWER, (shop,))
    assert "changed a user" in owner.get(f"/audit?subject={agent.user.id}")
    owner.post(path, name="Zoë", role="owner", which="named")
    assert stored(server, agent.user.id).bots is None
    # At once, though it was just looked up as something else.
    assert "Invite somebody" in agent.get("/users")


def test_who_is_disabled_is_out_until_enabled(server: Server, person: MakePerson) -> None:
    owner, agent = person(), person("agent")
    agent.get("/account")
    owner.post(f"/users/{agent.user.id}/state", disabled="on")
    agent.get("/account", 303)
    assert owner.client.post(f"/users/{agent.user.id}/link").status_code == 403
    assert "enable them first" in owner.post(f"/users/{agent.user.id}/link", 409).text
    owner.post(f"/users/{agent.user.id}/state")
    assert stored(server, agent.user.id).disabled_at is None
    agent.get("/account", 303)


def test_a_link_may_take_the_second_factor_away(server: Server, person: MakePerson) -> None:
    owner, agent = person(), person("agent")
    with server.database.transaction() as store:
        users.set_totp(store, agent.user.id, "A" * 32)
    path = f"/users/{agent.user.id}/link"
    first = link_in(owner.post(path, 200).text)
    assert stored(server, agent.user.id).has_totp
    second = link_in(owner.post(path, 200, reset_totp="on").text)
    assert not stored(server, agent.user.id).has_totp
    assert [owner.client.get(f"/welcome/{token}").status_code for token in (first, second)] == [404, 200]


def test_the_last_owner_stays(migrated_url: str, start_server: StartServer) -> None:
    with_one_owner = Server(start_server(migrated_url))
    owner = Person(with_one_owner.url, with_one_owner.database, "owner")
    path = f"/users/{owner.user.id}"
    for answer in (
        owner.post(f"{path}/state", 409, disabled="on"),
        owner.post(path, 409, name="Ada", role="viewer", which="all"),
    ):
        assert "There must be an owner who can sign in" in answer.text
    # With another one, owners may step back, and then have no business here.
    make_user(with_one_owner.database, "owner")
    assert owner.post(path, name="Ada", role="viewer", which="all").headers["location"] == "/"
    owner.get("/users", 403)
    owner.client.close()
    with_one_owner.close()


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_nobody_but_owners_sees_any_of_it(server: Server, person: MakePerson, role: str) -> None:
    one, other = person(role), person()
    for path in ("/users", "/users/new", f"/users/{other.user.id}", "/audit", "/settings"):
        one.get(path, 403)
    mine = f"/users/{one.user.id}"
    one.post(mine, 403, name="Eve", role="owner", which="all")
    for path in (f"{mine}/link", f"{mine}/state", "/users/new", "/audit/export"):
        one.post(path, 403)
    assert stored(server, one.user.id).role is Role(role)


def test_somebody_who_is_not_there(person: MakePerson) -> None:
    owner = person()
    for user_id in ("nobody", "01a20876-32c0-76e1-941d-bea12d116c5a"):
        owner.get(f"/users/{user_id}", 404)
        owner.post(f"/users/{user_id}/state", 404, disabled="on")


def test_a_user_disabled_elsewhere_is_out_within_seconds(server: Server, person: MakePerson) -> None:
    agent = person("agent")
    agent.get("/account")
    with server.database.transaction() as store:
        change_user(store, OPERATOR, agent.user.id, UserChange(disabled=True))
    deadline = time.monotonic() + 10
    while agent.client.get("/account").status_code == 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
