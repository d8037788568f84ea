"""Signing in at a provider of OpenID Connect: a real one, on loopback."""

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from leadkeep.actions.change_user import change_user
from leadkeep.actions.create_user import create_user
from leadkeep.actions.read_audit import read_audit
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.audit import AuditFilter, Deed
from leadkeep.domain.user import Role, UserChange
from leadkeep.storage import users
from leadkeep.storage.database import Database
from tests.support.databases import Engine
from tests.support.postgres import free_port
from tests.support.process import ServerProcess
from tests.support.provider import CLIENT, changed, let_in, provider
from tests.support.server import Server

BACK = "https://leads.example.com/sign-in/elsewhere/back"
PEOPLE: tuple[dict[str, object], ...] = (
    {"sub": "ada", "email": "Ada@Example.com", "email_verified": True},
    {"sub": "eve", "email": "ada@example.com", "email_verified": False},
    {"sub": "unsaid", "email": "ada@example.com"},
    {"sub": "nobody", "email": "nobody@example.com", "email_verified": True},
    {"sub": "gone", "email": "gone@example.com", "email_verified": True},
    {"sub": "mute"},
)


@pytest.fixture(scope="module")
def site(sqlite_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server whose users may sign in elsewhere; what engine it has makes no difference to that."""
    url = sqlite_engine.migrated()
    with closing(Database(url)) as database, database.transaction() as store:
        ada = create_user(store, OPERATOR, "ada@example.com", "Ada", Role.OWNER)
        users.set_totp(store, ada.id, "A" * 32)
        gone = create_user(store, OPERATOR, "gone@example.com", "Gone", Role.VIEWER)
        change_user(store, OPERATOR, gone.id, UserChange(disabled=True))
    directory = tmp_path_factory.mktemp("oidc")
    with provider(directory / "provider", *PEOPLE) as issuer:
        process = ServerProcess(
            url,
            directory / "log",
            oidc_issuer=issuer,
            public_url="https://leads.example.com",
            **CLIENT,
        )
        try:
            process.start()
            yield process
        finally:
            process.kill()
    sqlite_engine.drop(url)


@pytest.fixture
def browser(site: ServerProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, trust_env=False, timeout=30) as client:
        yield client


def go(browser: httpx.Client, wanted: str = "/") -> str:
    """Where the browser is sent; the cookie that it is given goes over TLS alone, which we have not here."""
    answer = browser.get("/sign-in/elsewhere", params={"next": wanted})
    assert answer.status_code == 303, answer.text[:500]
    (cookie,) = answer.headers.get_list("set-cookie")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Max-Age=600"} <= set(cookie.split("; "))
    browser.headers["cookie"] = cookie.partition(";")[0]
    return answer.headers["location"]


def back(browser: httpx.Client, address: str) -> httpx.Response:
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc, parts.path) == (
        "https",
        "leads.example.com",
        "/sign-in/elsewhere/back",
    )
    return browser.get(f"{parts.path}?{parts.query}")


def says(answer: httpx.Response, text: str) -> bool:
    """Whether the sign-in page says it, and nobody is signed in."""
    signed_in = any("leadkeep_sign_in=" in cookie for cookie in answer.headers.get_list("set-cookie"))
    return text in answer.text and 'action="/sign-in"' in answer.text and not signed_in


def test_a_user_is_signed_in_and_comes_to_where_they_wanted(
    browser: httpx.Client, site: ServerProcess
) -> None:
    address = go(browser, "/inbox?q=ä;b&c=\"d'")
    sent = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert (sent["response_type"], sent["code_challenge_method"]) == ("code", "S256")
    assert min(len(sent[name]) for name in ("state", "nonce", "code_challenge")) == 43
    answer = back(browser, let_in(address, "ada"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox?q=%C3%A4;b&c=\"d'")
    given = {cookie.partition("=")[0]: cookie for cookie in answer.headers.get_list("set-cookie")}
    assert "Max-Age=0" in given["leadkeep_way"]
    browser.headers["cookie"] = given["leadkeep_sign_in"].partition(";")[0]
    assert "ada@example.com" in browser.get("/account").text
    with closing(Database(site.database_url)) as database, database.snapshot() as store:
        (entry, *_) = read_audit(store, OPERATOR, AuditFilter(deed=Deed.SIGNED_IN), None, 1)
    assert entry.facts["how"] == "oidc"


def test_the_sign_in_page_leads_there(browser: httpx.Client) -> None:
    page = browser.get("/sign-in?next=%2Finbox").text
    assert "Sign in with Example" in page
    assert 'href="/sign-in/elsewhere?next=%2Finbox"' in page


@pytest.mark.parametrize("sub", ["nobody", "gone"])
def test_who_has_no_account_is_told_so(browser: httpx.Client, sub: str) -> None:
    answer = back(browser, let_in(go(browser), sub))
    assert answer.status_code == 403
    assert says(answer, "You have no account here. An owner can invite you.")


@pytest.mark.parametrize("sub", ["eve", "unsaid", "mute"])
def test_an_address_that_nobody_vouches_for_is_nobody_s(browser: httpx.Client, sub: str) -> None:
    assert says(back(browser, let_in(go(browser), sub)), "no e-mail address that Example vouches for")


def test_an_answer_to_another_question_is_refused(browser: httpx.Client) -> None:
    address = go(browser)
    good = let_in(address, "ada")
    assert says(back(browser, changed(good, state="x" * 43)), "begun in another browser")
    assert says(back(browser, let_in(changed(address, nonce="x" * 43), "ada")), "cannot be trusted")
    # An answer does for one browser alone, and for it while nobody has changed what it came with.
    mine = browser.headers["cookie"]
    browser.headers["cookie"] = mine.rpartition(".")[0] + ".https%3A//evil.example"
    assert says(back(browser, good), "begun in another browser")
    del browser.headers["cookie"]
    assert says(back(browser, good), "begun in another browser")


def test_a_code_that_is_none_is_refused(browser: httpx.Client) -> None:
    good = let_in(go(browser), "ada")
    for code in ("made-up", "ü%00\0&=", ""):
        assert says(back(browser, changed(good, code=code)), "You were not let in by Example.")


def test_who_changes_their_mind_is_back_at_the_sign_in_page(browser: httpx.Client) -> None:
    address = go(browser)
    state = parse_qs(urlsplit(address).query)["state"][0]
    assert says(back(browser, f"{BACK}?error=access_denied&state={state}"), "You were not let in by Example.")


def test_nobody_is_led_astray_afterwards(browser: httpx.Client) -> None:
    answer = back(browser, let_in(go(browser, "//evil.example/"), "ada"))
    assert answer.headers["location"] == "/"


def test_a_provider_that_is_down_is_said_to_be(site: ServerProcess, browser: httpx.Client) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    other = ServerProcess(
        site.database_url,
        site.log.with_name("other"),
        oidc_issuer=nowhere,
        public_url="http://127.0.0.1",
        **CLIENT,
    )
    try:
        other.start()
        answer = httpx.get(f"{other.url}/sign-in/elsewhere?next=/inbox", trust_env=False, timeout=30)
    finally:
        other.kill()
    assert answer.status_code == 502
    assert says(answer, "We cannot reach Example just now.")
    assert 'value="/inbox"' in answer.text


def test_without_a_provider_there_is_no_such_page(sqlite_server: Server) -> None:
    answer = sqlite_server.client.get("/sign-in/elsewhere")
    assert answer.status_code == 404
