"""The settings of an endpoint as they stand in a form: text that may yet be wrong."""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

from leadkeep.console.forms import Form, whole_number
from leadkeep.domain import endpoint as domain
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.endpoint_change import EndpointChange, masked
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.event import FEED_TYPES, EventType

_BETWEEN = re.compile(r"[\s,;]+")
_MAILTO = "mailto:"


class EndpointDraft(NamedTuple):
    """`types` and `bots` are those that are ticked, whatever `all_types` and `all_bots` say. `headers` has
    one a line."""

    form: str = domain.Form.STANDARD.value
    url: str = ""
    description: str = ""
    template: str = ""
    all_types: bool = True
    types: tuple[str, ...] = ()
    all_bots: bool = True
    bots: tuple[str, ...] = ()
    headers: str = ""
    digest_minutes: str = ""
    enabled: bool = True

    def change(self) -> EndpointChange:
        """All of it, for what the form takes. Raises InvalidError."""
        kind = domain.Form(self.form)
        is_mail = kind is domain.Form.EMAIL
        return EndpointChange(
            url=_mailto(self.url) if is_mail else self.url,
            description=self.description,
            form=kind,
            template=self.template if kind is domain.Form.TEMPLATE else None,
            types=None if self.all_types else tuple(map(_type, self.types)),
            bots=None if self.all_bots else self.bots,
            headers={} if is_mail else _headers(self.headers),
            digest_minutes=whole_number(self.digest_minutes, "digest_minutes") if is_mail else None,
            enabled=self.enabled,
        )


def draft_of(endpoint: Endpoint) -> EndpointDraft:
    is_mail = endpoint.form is domain.Form.EMAIL
    return EndpointDraft(
        form=endpoint.form.value,
        url=addresses_in(endpoint.url) if is_mail else endpoint.url,
        description=endpoint.description,
        template=endpoint.template or "",
        all_types=endpoint.types is None,
        types=tuple(kind.value for kind in endpoint.types or ()),
        all_bots=endpoint.bots is None,
        bots=endpoint.bots or (),
        headers="\n".join(f"{name}: {value}" for name, value in masked(endpoint.headers).items()),
        digest_minutes=str(endpoint.digest_minutes or ""),
        enabled=endpoint.enabled,
    )


def read_draft(form: Form) -> EndpointDraft:
    """Raises InvalidError for what no form of ours sends."""
    return EndpointDraft(
        form=form.one_of("form", tuple(kind.value for kind in domain.Form)),
        url=form.text("url").strip(),
        description=form.text("description").strip(),
        # A browser ends lines as mail does.
        template=form.text("template").replace("\r\n", "\n"),
        all_types=form.flag("all_types"),
        types=tuple(form.texts("types")),
        all_bots=form.flag("all_bots"),
        bots=tuple(form.texts("bots")),
        headers="\n".join(form.lines("headers")),
        digest_minutes=form.text("digest_minutes").strip(),
        enabled=form.flag("enabled"),
    )


def addresses_in(url: str) -> str:
    """Of a `mailto:`, for people."""
    return ", ".join(unquote(address) for address in url.removeprefix(_MAILTO).split(","))


def _mailto(text: str) -> str:
    if text.lower().startswith(_MAILTO):
        return text
    return _MAILTO + ",".join(quote(part, safe="@") for part in _BETWEEN.split(text) if part)


def _type(name: str) -> EventType:
    if name not in tuple(FEED_TYPES):
        raise InvalidError("types", f"types must be some of {', '.join(FEED_TYPES)}")
    return EventType(name)


def _headers(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if not colon:
            raise InvalidError("headers", "Write one header a line, as in Authorization: Bearer abc")
        if name.strip() in found:
            raise InvalidError("headers", f"headers names {name.strip()[:100]} twice")
        found[name.strip()] = value.strip()
    return found
