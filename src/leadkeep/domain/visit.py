"""A visit: the page a session began on, what led there, and the browser it was seen in.

A session is worth more than any of this: what cannot be used is left out, and never a reason to refuse it.
"""

import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

import msgspec

from leadkeep.domain.browser import MAX_USER_AGENT, NO_BROWSER, read_user_agent
from leadkeep.domain.locales import read_country, read_locale
from leadkeep.domain.text import as_text

MAX_URL = 2_048
MAX_UTM = 200

# What a caller may send of one field at all; less than this is kept of any.
_MAX_SENT = 64 * 1024
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class Utm(msgspec.Struct, frozen=True, kw_only=True):
    """The campaign that led to the page."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    term: str | None = None
    content: str | None = None

    def given(self) -> dict[str, str]:
        """Those that there are, by name."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a visit.

    URLs are http(s), without user and password. `locale` is a BCP 47 tag, `country` ISO 3166. `browser`, `os`
    and `device` are families, such as Chrome, Windows and iPhone, that `user_agent` amounts to.
    """

    page_url: str | None = None
    referrer: str | None = None
    utm: Utm = Utm()
    locale: str | None = None
    country: str | None = None
    user_agent: str | None = None
    browser: str | None = None
    os: str | None = None
    device: str | None = None


class SentVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit as a caller tells of it."""

    page_url: str | None = None
    referrer: str | None = None
    utm: Utm = Utm()
    locale: str | None = None
    country: str | None = None
    user_agent: str | None = None


def read_visit(sent: SentVisit) -> Visit:
    """What of it is kept. The UTM fields are those of the page's query, but for those that were sent.

    The country is the one that was sent: a browser's locale tells a language, not a place. Raises
    MalformedError for what is no Unicode text, InvalidError for more of it than a request can hold.
    """
    page = _split(as_text(sent.page_url, "page_url", _MAX_SENT))
    user_agent = (_line(as_text(sent.user_agent, "user_agent", _MAX_SENT)) or "")[:MAX_USER_AGENT].strip()
    browser = read_user_agent(user_agent) if user_agent else NO_BROWSER
    return Visit(
        page_url=_written(page),
        referrer=_written(_split(as_text(sent.referrer, "referrer", _MAX_SENT))),
        utm=_utm(sent.utm, page),
        locale=read_locale(as_text(sent.locale, "locale", _MAX_SENT) or ""),
        country=read_country(as_text(sent.country, "country", _MAX_SENT) or ""),
        user_agent=user_agent or None,
        browser=browser.browser,
        os=browser.os,
        device=browser.device,
    )


def _split(text: str | None) -> SplitResult | None:
    """Its parts; None for what is no URL of the web."""
    try:
        parts = urlsplit((text or "").strip())
        # Asking for the port is what checks it.
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        usable = usable and not _SPACE.search(parts.netloc)
    except ValueError:
        return None
    return parts if usable else None


def _written(parts: SplitResult | None) -> str | None:
    """Without user and password, and without a fragment of key=value, which is how tokens travel.

    A URL over the limit does without its query, and is left out where it is still too long.
    """
    if parts is None:
        return None
    public = parts._replace(
        netloc=parts.netloc.rpartition("@")[2], fragment="" if "=" in parts.fragment else parts.fragment
    )
    for kept in (public, public._replace(query="", fragment="")):
        url = _CONTROLS.sub("", kept.geturl()).strip()
        if len(url) <= MAX_URL:
            return url
    return None


def _utm(sent: Utm, page: SplitResult | None) -> Utm:
    found = dict(reversed(parse_qsl(page.query))) if page else {}
    return Utm(
        **{
            name: _bounded(getattr(sent, name)) or _bounded(found.get(f"utm_{name}"))
            for name in Utm.__struct_fields__
        }
    )


def _bounded(value: str | None) -> str | None:
    text = _line(as_text(value, "utm", _MAX_SENT))
    return text[:MAX_UTM].strip() or None if text else None


def _line(text: str | None) -> str | None:
    return _CONTROLS.sub(" ", text).strip() if text else None
