"""What visitors' browsers say of themselves, and how they got to a page."""

from typing import NamedTuple

from leadkeep.domain.visit import Utm

_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
_SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6"

_ANDROID = f"Mozilla/5.0 (Linux; Android 10; K) {_CHROME} Mobile Safari/537.36"
_IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {_SAFARI} Mobile/15E148 Safari/604.1"
USER_AGENTS = (
    *[_ANDROID] * 4,
    *[_IPHONE] * 3,
    *[f"{_WINDOWS}) {_CHROME} Safari/537.36"] * 4,
    f"{_WINDOWS}) {_CHROME} Safari/537.36 Edg/142.0.0.0",
    f"{_WINDOWS}; rv:145.0) Gecko/20100101 Firefox/145.0",
    f"{_MAC} {_SAFARI} Safari/605.1.15",
    f"{_MAC} {_CHROME} Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    f"Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) {_SAFARI} Mobile/15E148 Safari/604.1",
)
"""Each as often as its share is."""


class Way(NamedTuple):
    """What led to a page, and how the page was told of it."""

    referrer: str | None
    utm: Utm
    query: str


def _way(referrer: str | None, **utm: str) -> Way:
    return Way(referrer, Utm(**utm), "&".join(f"utm_{name}={value}" for name, value in utm.items()))


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
