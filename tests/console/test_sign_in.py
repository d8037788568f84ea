"""Signing in with a password and a second factor, and what keeps others out."""

import random
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta

import httpx
import pyotp
import pytest

from leadkeep.actions import clock
from leadkeep.actions.change_user import change_user
from leadkeep.actions.create_user import create_user
from leadkeep.actions.make_link import link_to_first_owner, link_to_password
from leadkeep.actions.passwords import Passwords
from leadkeep.actions.read_audit import read_audit
from leadkeep.actions.second_factor import new_secret
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.audit import AuditFilter, Deed
from leadkeep.domain.user import Role, User, UserChange
from leadkeep.storage import users
from tests.support.databases import Engine
from tests.support.process import ServerProcess, StartServer
from tests.support.server import Server

PASSWORD = "correct horse battery"
HASHED = Passwords().hash_now(PASSWORD)
WRONG = "E-mail address and password do not fit together."
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


MakeUser = Callable[..., User]


class Browser:
    """One in which nobody has signed in, at an address of its own: tries are counted by that."""

    def __init__(self, url: str) -> None:
        address = f"198.51.{random.randrange(256)}.{random.randrange(256)}"
        headers = {"X-Forwarded-For": address, "X-Forwarded-Proto": "http"}
        self.client = httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=30)

    def send(self, path: str, **fields: str) -> httpx.Response:
        """Fill in the form of the page and send it."""
        found = _TOKEN.search(self.client.get(path).text)
        assert found is not None
        return self.client.post(path, data={"form_token": found[1], **fields})

    def sign_in(self, user: User, password: str = PASSWORD, **fields: str) -> httpx.Response:
        return self.send("/sign-in", email=user.email, password=password, **fields)

    def is_in(self) -> bool:
        return self.client.get("/account").status_code == 200


OpenBrowser = Callable[[Server], Browser]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Behind a proxy, which tells where browsers are."""
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    log = tmp_path_factory.mktemp("sign-in") / "log"
    process = ServerProcess(engine.migrated(), log, trusted_proxies="127.0.0.1")
    try:
        process.start()
        with closing(Server(process)) as server:
            yield server
    finally:
        process.kill()


@pytest.fixture
def open_browser() -> Iterator[OpenBrowser]:
    with ExitStack() as opened:

        def open_(server: Server) -> Browser:
            browser = Browser(server.url)
            opened.enter_context(browser.client)
            return browser

        yield open_


@pytest.fixture
def browser(site: Server, open_browser: OpenBrowser) -> Browser:
    return open_browser(site)


@pytest.fixture
def make(site: Server) -> MakeUser:
    def make(hashed: str | None = HASHED, totp: str | None = None) -> User:
        with site.database.transaction() as store:
            name = uuid.uuid4().hex
            user = create_user(store, OPERATOR, f"{name}@example.com", name, Role.OWNER)
            if hashed is not None:
                users.set_password(store, user.id, hashed)
            users.set_totp(store, user.id, totp)
            return user

    return make


def deeds(site: Server, user: User) -> list[Deed]:
    with site.database.snapshot() as store:
        found = read_audit(store, OPERATOR, AuditFilter(actor_id=user.id), None, 100)
    return [entry.deed for entry in found]


def cookie_of(answer: httpx.Response) -> set[str]:
    """What is said of the cookie that signs in."""
    (cookie,) = (one for one in answer.headers.get_list("set-cookie") if one.startswith("leadkeep_sign_in="))
    return set(cookie.split("; ")[1:])


def test_who_knows_the_password_is_in(
    site: Server, browser: Browser, make: MakeUser, open_browser: OpenBrowser
) -> None:
    ada = make()
    answer = browser.send("/sign-in", email=f" {ada.email.upper()} ", password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert cookie_of(answer) == {"HttpOnly", "Path=/", "SameSite=lax", f"Max-Age={90 * 24 * 3600}"}
    assert browser.is_in()
    assert deeds(site, ada) == [Deed.SIGNED_IN]
    # Over TLS, here or before a proxy, it goes nowhere else.
    token = browser.client.cookies["leadkeep_form"]
    secure = open_browser(site)
    secure.client.headers["X-Forwarded-Proto"] = "https"
    secure.client.headers["Cookie"] = f"leadkeep_form={token}"
    assert "Secure" in cookie_of(secure.sign_in(ada))


def test_nobody_learns_who_is_a_user(site: Server, browser: Browser, make: MakeUser) -> None:
    ada, invited, disabled = make(), make(hashed=None), make()
    with site.database.transaction() as store:
        change_user(store, OPERATOR, disabled.id, UserChange(disabled=True))

    def answered(email: str, password: str) -> tuple[int, str]:
        answer = browser.send("/sign-in", email=email, password=password)
        assert WRONG in answer.text
        return answer.status_code, _TOKEN.sub("", answer.text).replace(email, "")

    wrong = answered(ada.email, "not her password")
    assert wrong[0] == 401
    assert wrong == answered("nobody@example.com", "not her password")
    assert wrong == answered(invited.email, "")
    assert wrong == answered(disabled.email, PASSWORD)
    assert wrong == answered("\0", PASSWORD)
    assert not browser.is_in()
    assert deeds(site, ada) == [Deed.SIGN_IN_REFUSED]


def test_tries_from_one_address_are_counted(
    site: Server, browser: Browser, make: MakeUser, open_browser: OpenBrowser
) -> None:
    ada = make()
    found = _TOKEN.search(browser.client.get("/sign-in").text)
    assert found is not None
    fields = {"form_token": found[1], "email": ada.email, "password": "wrong"}
    assert {browser.client.post("/sign-in", data=fields).status_code for _ in range(20)} == {401}
    refused = browser.sign_in(ada)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 900
    assert open_browser(site).sign_in(ada).status_code == 303


def test_a_code_is_asked_for_and_taken_once(browser: Browser, make: MakeUser) -> None:
    secret = new_secret()
    ada, code = make(totp=secret), pyotp.TOTP(secret).now()
    assert WRONG in browser.sign_in(ada, "wrong").text
    assert browser.sign_in(ada, next="/inbox").headers["location"] == "/sign-in/code"
    assert not browser.is_in()
    for wrong in ("", "000000" if code != "000000" else "000001", "²³⁴⁵⁶⁷"):
        answer = browser.send("/sign-in/code", code=wrong)
        assert answer.status_code == 401
        assert "This code is not right" in answer.text
        assert 'name="password"' not in answer.text
    there = browser.send("/sign-in/code", code=f"{code[:3]} {code[3:]}")
    assert (there.status_code, there.headers["location"]) == (303, "/inbox")
    assert browser.is_in()
    browser.client.cookies.clear()
    browser.sign_in(ada)
    assert browser.send("/sign-in/code", code=code).status_code == 401


def test_half_a_sign_in_is_of_one_browser_one_user_and_one_password(
    site: Server, browser: Browser, make: MakeUser, open_browser: OpenBrowser
) -> None:
    secret = new_secret()
    ada, eve = make(totp=secret), make(totp=new_secret())
    browser.sign_in(ada)
    half, own = browser.client.cookies["leadkeep_half"], browser.client.cookies["leadkeep_form"]

    def leads_nowhere(kept: str, form: str) -> bool:
        other = open_browser(site)
        other.client.headers["Cookie"] = f"leadkeep_half={kept}; leadkeep_form={form}"
        answer = other.client.get("/sign-in/code")
        return answer.status_code == 303 and answer.headers["location"] == "/sign-in"

    assert not leads_nowhere(half, own)
    assert leads_nowhere(half, "another-browser")
    assert leads_nowhere(half.replace(ada.id, eve.id), own)
    assert leads_nowhere(half + "%2Finbox", own)
    assert leads_nowhere("x", own)
    with site.database.transaction() as store:
        users.set_password(store, ada.id, Passwords().hash_now("another password"))
    assert leads_nowhere(half, own)
    # Tries at the code are counted too.
    again = open_browser(site)
    again.sign_in(eve)
    page = again.client.get("/sign-in/code").text
    found = _TOKEN.search(page)
    assert found is not None
    fields = {"form_token": found[1], "code": "x"}
    statuses = {again.client.post("/sign-in/code", data=fields).status_code for _ in range(20)}
    assert statuses == {401, 429}


def test_the_code_that_switches_codes_on_lets_nobody_in(browser: Browser, make: MakeUser) -> None:
    ada, secret = make(), new_secret()
    code = pyotp.TOTP(secret).now()
    browser.sign_in(ada)
    fields = {"old_password": PASSWORD, "secret": secret, "code": code}
    found = _TOKEN.search(browser.client.get("/account/second-factor").text)
    assert found is not None
    answer = browser.client.post("/account/second-factor", data={**fields, "form_token": found[1]})
    assert answer.status_code == 303
    browser.client.cookies.clear()
    browser.sign_in(ada)
    assert browser.send("/sign-in/code", code=code).status_code == 401
    later = pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30))
    assert browser.send("/sign-in/code", code=later).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("/inbox?q=ada&status=new", "/inbox?q=ada&status=new"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\t/evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_nobody_is_led_astray(browser: Browser, make: MakeUser, wanted: str, there: str) -> None:
    assert browser.sign_in(make(), next=wanted).headers["location"] == there
    assert browser.client.get("/sign-in", params={"next": wanted}).headers["location"] == there


def test_a_form_of_another_site_signs_nobody_in(browser: Browser, make: MakeUser) -> None:
    ada = make()
    fields = {"email": ada.email, "password": PASSWORD}
    assert browser.client.post("/sign-in", data=fields).status_code == 403
    browser.client.headers["Sec-Fetch-Site"] = "cross-site"
    assert browser.sign_in(ada).status_code == 403


def test_signing_out_ends_it_there(site: Server, browser: Browser, make: MakeUser) -> None:
    ada = make()
    browser.sign_in(ada)
    token = browser.client.cookies["leadkeep_sign_in"]
    found = _TOKEN.search(browser.client.get("/account").text)
    assert found is not None
    assert browser.client.post("/sign-out", data={"form_token": found[1]}).status_code == 303
    assert not browser.is_in()
    browser.client.cookies.set("leadkeep_sign_in", token)
    assert not browser.is_in()
    assert deeds(site, ada) == [Deed.SIGNED_OUT, Deed.SIGNED_IN]


def test_a_link_sets_a_password_once(site: Server, browser: Browser, make: MakeUser) -> None:
    ada = make()
    browser.sign_in(ada)
    with site.database.transaction() as store:
        path = f"/welcome/{link_to_password(store, OPERATOR, ada.id)}"
    assert ada.email in browser.client.get(path).text
    weak = browser.send(path, password="password123")
    assert weak.status_code == 422
    assert "easily guessed" in weak.text
    zone = "Europe/Lisbon"
    set_ = browser.send(path, password="a staple of batteries", time_zone=zone)
    assert set_.headers["location"] == "/"
    assert f'value="{zone}" selected' in browser.client.get("/account").text
    browser.client.cookies.clear()
    assert browser.client.get(path).status_code == 404
    assert browser.sign_in(ada).status_code == 401
    assert browser.sign_in(ada, "a staple of batteries").status_code == 303


def test_a_link_does_not_pass_a_second_factor_by(site: Server, browser: Browser, make: MakeUser) -> None:
    ada = make(totp=new_secret())
    with site.database.transaction() as store:
        path = f"/welcome/{link_to_password(store, OPERATOR, ada.id)}"
    assert browser.send(path, password="a staple of batteries").headers["location"] == "/sign-in"
    assert not browser.is_in()


def test_the_first_owner_makes_themselves(
    migrated_url: str, start_server: StartServer, open_browser: OpenBrowser
) -> None:
    server = Server(start_server(migrated_url))
    with server.database.transaction() as store:
        token = link_to_first_owner(store)
    first, late = open_browser(server), open_browser(server)
    assert "Nobody is here yet" in first.client.get("/sign-in").text
    fields = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    wrong = first.send(f"/welcome/{token}", **(fields | {"email": "ada"}))
    assert (wrong.status_code, 'value="Ada"' in wrong.text) == (422, True)
    assert first.send(f"/welcome/{token}", **fields).headers["location"] == "/first-steps"
    assert "owner" in first.client.get("/users").text.lower()
    assert late.client.get(f"/welcome/{token}").status_code == 404
    with server.database.transaction() as store:
        assert link_to_first_owner(store) is None
    server.close()
