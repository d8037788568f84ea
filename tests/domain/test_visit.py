from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.browser import MAX_USER_AGENT
from leadkeep.domain.errors import MalformedError
from leadkeep.domain.visit import MAX_URL, MAX_UTM, SentVisit, Utm, Visit, read_visit
from tests.support.leads import TEXTS

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.0 Mobile/15E148 Safari/604.1"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile"
    " Safari/537.36"
)

urls = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["http://", "https://", "HTTPS://", "ftp://", "javascript:", "//", "", " http://"]),
    st.sampled_from(
        ["a.example", "u:p@a.example", "u@b@a.example:8080", "[::1]:80", "[", "ä.example", "a b"]
    ),
    st.sampled_from(["", "/", "/a", "?", "#", "/?utm_source=x&", ":99999", "\\"]),
    TEXTS,
)
sent = st.builds(
    SentVisit,
    page_url=st.none() | urls | TEXTS,
    referrer=st.none() | urls | TEXTS,
    utm=st.builds(Utm, source=st.none() | TEXTS, content=st.none() | TEXTS),
    locale=st.none() | TEXTS,
    country=st.none() | TEXTS,
    user_agent=st.none() | TEXTS,
)


def page(url: str) -> Visit:
    return read_visit(SentVisit(page_url=url))


@given(sent)
def test_whatever_is_sent_is_bounded_and_of_the_web(given_: SentVisit) -> None:
    visit = read_visit(given_)
    for url in filter(None, (visit.page_url, visit.referrer)):
        parts = urlsplit(url)
        assert parts.scheme in {"http", "https"}
        assert parts.hostname
        assert parts.username is parts.password is None
        assert len(url) <= MAX_URL
    assert all(0 < len(value) <= MAX_UTM for value in visit.utm.given().values())
    assert visit.user_agent is None or 0 < len(visit.user_agent) <= MAX_USER_AGENT


@given(sent)
def test_what_is_kept_is_kept_as_it_is(given_: SentVisit) -> None:
    kept = read_visit(given_)
    fields = {name: getattr(kept, name) for name in SentVisit.__struct_fields__}
    assert read_visit(SentVisit(**fields)) == kept


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/x?q=1", "https://a.example/x?q=1"),
        ("  https://a.example\n", "https://a.example"),
        ("https://me:secret@a.example:8443/x", "https://a.example:8443/x"),
        ("https://a.example/x#access_token=secret", "https://a.example/x"),
        ("https://a.example/#/prices", "https://a.example/#/prices"),
        (f"https://a.example/x?{'q' * MAX_URL}", "https://a.example/x"),
        (f"https://a.example/{'x' * MAX_URL}", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("android-app://com.example", None),
        ("/prices", None),
        ("https://", None),
        ("https://a b/", None),
        ("https://[::1", None),
        ("https://a.example:99999/", None),
        ("", None),
    ],
)
def test_of_a_url_is_kept_what_may_be(url: str, kept: str | None) -> None:
    assert page(url).page_url == kept
    assert read_visit(SentVisit(referrer=url)).referrer == kept


def test_the_campaign_is_that_of_the_pages_query() -> None:
    visit = page("https://a.example/?utm_source=news&utm_medium=e%2Dmail&utm_source=other&utm_term=&utm_x=1")
    assert visit.utm == Utm(source="news", medium="e-mail")


def test_a_campaign_that_is_sent_goes_before_that_of_the_page() -> None:
    url = "https://a.example/?utm_source=news&utm_medium=mail"
    visit = read_visit(SentVisit(page_url=url, utm=Utm(source="shop", campaign=" ", term="a\nb")))
    assert visit.utm == Utm(source="shop", medium="mail", term="a b")


def test_the_campaign_of_a_page_too_long_to_keep_is_kept() -> None:
    assert page(f"https://a.example/{'x' * MAX_URL}?utm_source=news").utm == Utm(source="news")


@pytest.mark.parametrize(
    ("text", "families"),
    [
        (FIREFOX, ("Firefox", "Linux", None)),
        (IPHONE, ("Mobile Safari", "iOS", "iPhone")),
        (ANDROID, ("Chrome Mobile", "Android", None)),
        ("my own client", (None, None, None)),
        (" ", (None, None, None)),
    ],
)
def test_a_browser_is_told_by_its_user_agent(text: str, families: tuple[str | None, ...]) -> None:
    visit = read_visit(SentVisit(user_agent=text))
    assert (visit.browser, visit.os, visit.device) == families
    assert visit.user_agent == (text.strip() or None)


def test_the_country_is_never_guessed_from_the_locale() -> None:
    visit = read_visit(SentVisit(locale="de-AT"))
    assert (visit.locale, visit.country) == ("de-AT", None)


def test_what_is_no_text_is_malformed() -> None:
    with pytest.raises(MalformedError):
        read_visit(SentVisit(page_url="https://a.example/\ud800"))
