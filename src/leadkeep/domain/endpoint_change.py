"""What an endpoint is asked to be, or to become."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import msgspec
from msgspec import UNSET, UnsetType

from leadkeep.domain.bot import check_bot_id
from leadkeep.domain.email import read_email
from leadkeep.domain.endpoint import Endpoint, Form
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.event import FEED_TYPES, EventType
from leadkeep.domain.key import MAX_BOTS
from leadkeep.domain.text import as_text

MAX_URL = 2_000
MAX_DESCRIPTION = 200
MAX_HEADERS = 20
MAX_HEADER_VALUE = 2_000
MAX_ADDRESSES = 20
MAX_TEMPLATE = 10_000
MAX_DIGEST = 1_440
SECRET_PREFIX = "whsec_"  # noqa: S105 - what makes a secret recognisable, not one
MASK = "********"
"""Shown in place of a header's value; sent back, it leaves the value as it is."""

# RFC 9110, 5.6.2 and 5.5: a token; visible characters with spaces between them.
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\Z")
_HEADER_VALUE = re.compile(r"[!-~](?:[ \t!-~]*[!-~])?\Z")
_URL = re.compile(r"[!-~]+\Z")
_LABELS = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)*[a-z0-9_](?:[a-z0-9_-]{0,62})\.?\Z", re.IGNORECASE)
# What is ours to say, or the connection's.
_OUR_HEADERS = {
    *("host", "content-length", "content-type", "content-encoding", "transfer-encoding", "connection"),
    *("te", "trailer", "upgrade", "expect", "keep-alive", "proxy-connection", "accept-encoding"),
}
# Standard Webhooks 1.0 asks for 24 to 64 bytes.
_SECRET_BYTES = range(24, 65)


class EndpointChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change of an endpoint; what is left unset stays. None clears, or means all where it is `types`
    or `bots`. A header whose value is MASK stays as it is."""

    url: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    form: Form | UnsetType = UNSET
    template: str | UnsetType | None = UNSET
    types: tuple[EventType, ...] | UnsetType | None = UNSET
    bots: tuple[str, ...] | UnsetType | None = UNSET
    headers: dict[str, str] | UnsetType = UNSET
    digest_minutes: int | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET

    def applied_to(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint as it would be, checked as a whole. Raises InvalidError, MalformedError."""
        given = {name: value for name, value in msgspec.structs.asdict(self).items() if value is not UNSET}
        if isinstance(self.headers, dict):
            given["headers"] = _headers(self.headers, endpoint.headers)
        if isinstance(self.types, tuple):
            given["types"] = tuple(dict.fromkeys(self.types))
        if isinstance(self.bots, tuple):
            given["bots"] = tuple(dict.fromkeys(self.bots))
        if self.enabled is True and not endpoint.enabled:
            given |= {"disabled_reason": None, "failing_since": None}
        return _checked(msgspec.structs.replace(endpoint, **given))


def _checked(endpoint: Endpoint) -> Endpoint:
    is_mail = endpoint.form is Form.EMAIL
    changed: dict[str, Any] = {
        "url": _addresses(endpoint.url) if is_mail else _web_url(endpoint.url),
        "description": as_text(endpoint.description, "description", MAX_DESCRIPTION),
    }
    _check_types(endpoint.types)
    _check_bots(endpoint.bots)
    if (endpoint.template is not None) is not (endpoint.form is Form.TEMPLATE):
        raise InvalidError("template", "template is what the form template needs, and no other takes one")
    if endpoint.template is not None:
        changed["template"] = as_text(endpoint.template, "template", MAX_TEMPLATE)
    if endpoint.digest_minutes is not None and not is_mail:
        raise InvalidError("digest_minutes", "digest_minutes is for the form email")
    if endpoint.digest_minutes is not None and not 1 <= endpoint.digest_minutes <= MAX_DIGEST:
        raise InvalidError("digest_minutes", f"digest_minutes must be 1 to {MAX_DIGEST}")
    if endpoint.headers and is_mail:
        raise InvalidError("headers", "headers are for requests; the form email takes none")
    return msgspec.structs.replace(endpoint, **changed)


def _check_types(types: tuple[EventType, ...] | None) -> None:
    if types is not None and (not types or EventType.TEST in types):
        known = ", ".join(kind.value for kind in FEED_TYPES)
        raise InvalidError("types", f"types must name some of {known}, or be null for all")


def _check_bots(bots: tuple[str, ...] | None) -> None:
    if bots is not None and not 1 <= len(bots) <= MAX_BOTS:
        raise InvalidError("bots", f"bots must name 1 to {MAX_BOTS} bots, or be null for all")
    for bot_id in bots or ():
        check_bot_id(bot_id, "bots")


def _web_url(text: str) -> str:
    """Raises InvalidError."""
    wrong = InvalidError("url", "url must be one of http or https, such as https://example.com/hooks")
    if len(text) > MAX_URL or not _URL.match(text):
        raise wrong
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme.lower() not in {"http", "https"} or not _is_host(host):
        raise wrong
    if "@" in parts.netloc:
        raise InvalidError("url", "url must not hold a user or password; put them into a header")
    if parts.fragment:
        raise InvalidError("url", "url must not have a fragment: nobody would be sent it")
    return text


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return len(host) <= 253 and _LABELS.match(host) is not None
    return True


def _addresses(text: str) -> str:
    """`mailto:` with its addresses in their normal forms (RFC 6068). Raises InvalidError."""
    scheme, _, rest = text.partition(":")
    sent = [unquote(part).strip() for part in rest.split(",")]
    if scheme.lower() != "mailto" or "?" in rest or len(sent) > MAX_ADDRESSES:
        raise InvalidError(
            "url", f"url must be mailto: with 1 to {MAX_ADDRESSES} addresses, as in mailto:a@example.com"
        )
    return "mailto:" + ",".join(dict.fromkeys(map(_address, sent)))


def _address(typed: str) -> str:
    normal = read_email(typed).normal
    if normal is None:
        raise InvalidError("url", f"url holds what is no e-mail address: {typed[:100]!r}")
    return quote(normal, safe="@.!#$&'*+-/=^_`{|}~")


def _headers(given: dict[str, str], before: dict[str, str]) -> dict[str, str]:
    """Raises InvalidError."""
    if len(given) > MAX_HEADERS:
        raise InvalidError("headers", f"headers holds more than {MAX_HEADERS} entries")
    known = {name.lower(): value for name, value in before.items()}
    if len({name.lower() for name in given}) < len(given):
        raise InvalidError("headers", "headers names one header twice")
    return {name: _header(name, value, known.get(name.lower())) for name, value in given.items()}


def _header(name: str, value: str, before: str | None) -> str:
    if not _HEADER_NAME.match(name):
        raise InvalidError("headers", f"headers: {name[:100]!r} cannot be the name of a header")
    if name.lower() in _OUR_HEADERS or name.lower().startswith("webhook-"):
        raise InvalidError("headers", f"headers: {name} is set by Leadkeep itself")
    if value == MASK:
        if before is None:
            raise InvalidError("headers", f"headers: {name} has no value yet that could stay")
        return before
    if len(value) > MAX_HEADER_VALUE or not _HEADER_VALUE.match(value):
        limit = f"1 to {MAX_HEADER_VALUE} visible ASCII characters"
        raise InvalidError("headers", f"headers: the value of {name} must be {limit}")
    return value


def new_secret(random: bytes) -> str:
    """A signing secret of Standard Webhooks 1.0."""
    return SECRET_PREFIX + base64.b64encode(random).decode()


def check_secret(text: str) -> str:
    """One that somebody brought along. Raises InvalidError."""
    try:
        size = len(base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True))
    except (ValueError, binascii.Error):
        size = 0
    if not text.startswith(SECRET_PREFIX) or size not in _SECRET_BYTES:
        raise InvalidError("secret", "secret must be whsec_ and 24 to 64 bytes in base64")
    return text


def masked(headers: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(headers, MASK)
