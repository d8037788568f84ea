"""What visitors' browsers say of themselves, and how they got to a page."""

from typing import NamedTuple


class Browser(NamedTuple):
    """`device` is a family, where the header tells one."""

    user_agent: str
    browser: str
    os: str
    device: str | None = None


_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
_SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6"

_ANDROID = Browser(
    f"Mozilla/5.0 (Linux; Android 10; K) {_CHROME} Mobile Safari/537.36", "Chrome Mobile", "Android"
)
_IPHONE = Browser(
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {_SAFARI} Mobile/15E148 Safari/604.1",
    "Mobile Safari",
    "iOS",
    "iPhone",
)
_CHROME_ON_WINDOWS = Browser(f"{_WINDOWS}) {_CHROME} Safari/537.36", "Chrome", "Windows")
BROWSERS = (
    *[_ANDROID] * 4,
    *[_IPHONE] * 3,
    *[_CHROME_ON_WINDOWS] * 4,
    Browser(f"{_WINDOWS}) {_CHROME} Safari/537.36 Edg/142.0.0.0", "Edge", "Windows"),
    Browser(f"{_WINDOWS}; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox", "Windows"),
    Browser(f"{_MAC} {_SAFARI} Safari/605.1.15", "Safari", "Mac OS X", "Mac"),
    Browser(f"{_MAC} {_CHROME} Safari/537.36", "Chrome", "Mac OS X", "Mac"),
    Browser("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox", "Linux"),
    Browser(
        f"Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) {_SAFARI} Mobile/15E148 Safari/604.1",
        "Mobile Safari",
        "iOS",
        "iPad",
    ),
)
"""Each as often as its share is."""


class Way(NamedTuple):
    """What led to a page: `utm` by its parts' names, and `query`, which says the same to the page."""

    referrer: str | None
    utm: dict[str, str]
    query: str


def _way(referrer: str | None, **utm: str) -> Way:
    return Way(referrer, utm, "&".join(f"utm_{name}={value}" for name, value in utm.items()))


WAYS = (
    *[_way(None)] * 4,
    *[_way("https://www.google.com/")] * 5,
    _way("https://www.bing.com/"),
    _way("https://duckduckgo.com/"),
    _way("https://www.instagram.com/"),
    _way("https://travel.partner.example/best-of"),
    _way("https://www.google.com/", source="google", medium="cpc", campaign="brand"),
    _way("https://www.google.com/", source="google", medium="cpc", campaign="autumn"),
    _way("https://l.facebook.com/", source="facebook", medium="paid_social", campaign="retargeting"),
    _way(None, source="newsletter", medium="email", campaign="welcome"),
)
