"""A request as the pages read it, and the answers they give."""

import secrets
import string
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import parse_qs, quote, unquote, urlsplit

from litestar import Request, Response
from litestar.datastructures import Cookie, State

from leadkeep.actions.desk import Desk
from leadkeep.actions.reception import Present
from leadkeep.actions.sign_in import Browser
from leadkeep.console import cookies
from leadkeep.console.form_token import is_token, new_token
from leadkeep.console.formats import Formats
from leadkeep.console.forms import Form
from leadkeep.console.headers import PAGE_HEADERS
from leadkeep.console.navigation import places_for
from leadkeep.console.rendering import render
from leadkeep.console.translations import locale_of, preferred, tongue_of
from leadkeep.console.words import LABELS, OF_ROLES, OF_TOKENS, WORDS
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.browser import read_user_agent
from leadkeep.domain.errors import (
    ForbiddenError,
    InvalidError,
    LeadkeepError,
    MalformedError,
    UnauthenticatedError,
)
from leadkeep.domain.time_zone import check_time_zone
from leadkeep.domain.user import Theme
from leadkeep.settings import Settings

_PRESENT = "leadkeep.present"
_FORM = "leadkeep.form"
_SECRET = "leadkeep.form_secret"  # noqa: S105 - where in the scope it is kept
_MAX_SAID = 300
_MAX_FIELDS = 10_000
"""Of one form: ten times what the largest of ours has."""


class ConsoleRequest(Request[None, None, State]):
    """Knows who sits behind the browser, and how they like their pages."""

    @property
    def desk(self) -> Desk:
        return cast(Desk, self.app.state["desk"])

    @property
    def settings(self) -> Settings:
        return cast(Settings, self.app.state["settings"])

    @property
    def address(self) -> str:
        return self.client.host if self.client else ""

    @property
    def browser(self) -> Browser:
        found = read_user_agent(self.headers.get("user-agent", ""))
        parts = (found.browser, found.os)
        return Browser(" · ".join(part for part in parts if part), self.address)

    @property
    def secure(self) -> bool:
        """Whether it came over TLS, here or before a proxy."""
        return self.scope["scheme"] == "https" or self.settings.public_url.startswith("https:")

    @property
    def site(self) -> str:
        """Where people reach this Leadkeep, with no slash at its end: as it is set, or as they came here."""
        return (self.settings.public_url or str(self.base_url)).rstrip("/")

    @property
    def is_quick(self) -> bool:
        """Whether a script of ours asks for a part of the page."""
        return self.headers.get("hx-request") == "true"

    @property
    def form_secret(self) -> str:
        """What only this browser's cookie holds; "" where it has none yet."""
        return self.cookies.get(cookies.SIGN_IN) or self.cookies.get(cookies.FORM) or ""

    async def present(self) -> Present:
        """Raises UnauthenticatedError."""
        if _PRESENT not in self.scope:
            found = await self.desk.reception.present(self.cookies.get(cookies.SIGN_IN))
            self.scope[_PRESENT] = found  # type: ignore[literal-required]
        return cast(Present, self.scope[_PRESENT])  # type: ignore[literal-required]

    async def present_anew(self) -> Present:
        """As they are now that something of them was changed. Raises UnauthenticatedError."""
        self.desk.reception.forget()
        self.scope.pop(_PRESENT, None)  # type: ignore[misc]
        return await self.present()

    def known_present(self) -> Present | None:
        """Who it was found to be, where anybody asked."""
        return cast(Present | None, self.scope.get(_PRESENT))

    async def grant(self, permission: Permission | None = None) -> Grant:
        """What the user may do. Raises UnauthenticatedError, ForbiddenError."""
        grant = (await self.present()).user.grant()
        if permission is not None and not grant.has(permission):
            raise ForbiddenError("Your role does not allow this; an owner can change it")
        return grant

    async def require_still(self, grant: Grant) -> None:
        """While an answer goes on. Raises UnauthenticatedError where whoever asked is out by now, or may
        do something else than they could."""
        if not await self.desk.reception.is_still(self.cookies.get(cookies.SIGN_IN), grant):
            raise UnauthenticatedError

    async def read_form(self) -> Form:
        """Raises MalformedError, ForbiddenError for one that was not made by a page of ours."""
        if _FORM not in self.scope:
            form = Form(_fields(self.headers.get("content-type", ""), await self.body()))
            self._check_origin(form)
            self.scope[_FORM] = form  # type: ignore[literal-required]
        return cast(Form, self.scope[_FORM])  # type: ignore[literal-required]

    def _check_origin(self, form: Form) -> None:
        """Two ways, each of which would do: what the browser says, and what only our pages know."""
        secret = self.form_secret
        token = self.headers.get("x-form-token") or form.text("form_token", 200)
        foreign = self.headers.get("sec-fetch-site") in {"cross-site", "same-site"}
        if foreign or not secret or not is_token(secret, token):
            raise ForbiddenError("This page is too old, or was not ours; reload it and try again")

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        cookies_too: Sequence[Cookie] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
        **context: Any,
    ) -> Response[bytes]:
        """The page, for whoever has signed in, or nobody."""
        present = self.known_present()
        formats = self.formats(present)
        more = list(cookies_too)
        said = self.cookies.get(cookies.SAID, "")
        if said:
            more.append(cookies.no_cookie(cookies.SAID, secure=self.secure))
        known = {
            "form_token": new_token(self._form_secret(more)),
            "format": formats,
            "me": present.user if present else None,
            "grant": present.user.grant() if present else None,
            "places": places_for(present.user.grant()) if present else (),
            "path": self.scope["path"],
            "theme": present.user.preferences.theme if present else Theme.AUTO,
            "said": unquote(said)[:_MAX_SAID],
            "settings": self.settings,
        }
        body = render(formats.tongue.code, template, known | context)
        return Response(
            body.encode("utf-8", "replace"),
            status_code=status,
            media_type="text/html",
            headers={**PAGE_HEADERS, **headers},
            cookies=more,
        )

    def formats(self, present: Present | None) -> Formats:
        liked = present.user.preferences if present else None
        asked = self.headers.get("accept-language", "")
        language = (liked and liked.language) or preferred(asked)
        zone = self.desk.time_zone
        if liked and liked.time_zone:
            zone = check_time_zone(liked.time_zone, "time_zone")
        return Formats(tongue_of(language), locale_of(language, asked), zone)

    def gettext(self, text: str) -> str:
        """In the language of whoever asks."""
        return self.formats(self.known_present()).tongue.gettext(text)

    def told(self, error: LeadkeepError) -> str:
        """What is wrong, in the words of whoever asks: a field is what it is called on pages."""
        tongue = self.formats(self.known_present()).tongue
        message = error.message
        if message.startswith(OF_TOKENS):
            message = OF_ROLES + message.removeprefix(OF_TOKENS)
        told = tongue.error(message)
        field = error.field if isinstance(error, InvalidError) else ""
        if field in LABELS and told.startswith((f"{field} ", f"{field}:")):
            return tongue.gettext(LABELS[field]) + told.removeprefix(field)
        return told

    def wrong(self, error: InvalidError) -> dict[str, str]:
        """The same by the name of the form's field, to stand beside it."""
        return {error.field.partition("[")[0]: self.told(error)}

    def word(self, name: str, otherwise: str | None = None) -> str:
        """What is stored under this name, in their language. Raises KeyError where nothing is to stand for
        one that nobody knows."""
        found = WORDS.get(name, otherwise)
        return self.gettext(WORDS[name] if found is None else found) if found != "" else ""

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The same for a number of things, written where `{number}` stands."""
        formats = self.formats(self.known_present())
        return formats.tongue.ngettext(one, many, number).format(number=formats.number(number))

    async def bot_names(self, bot_ids: Collection[str]) -> dict[str, str]:
        """By id, of those that there are."""
        return {bot.id: bot.name for bot in (await self.desk.directory.find_all(bot_ids)).values()}

    def redirect(self, path: str, *, said: str = "", cookies_too: Sequence[Cookie] = ()) -> Response[bytes]:
        """After a form: the browser goes there and gets it. `said` is English, and shown in theirs."""
        more = list(cookies_too)
        if said:
            shown = quote(self.gettext(said)[:_MAX_SAID])
            more.append(cookies.cookie(cookies.SAID, shown, secure=self.secure))
        # As a URL is written (RFC 3986): a header holds no more than Latin-1.
        headers = {**PAGE_HEADERS, "Location": quote(path, safe=string.punctuation)}
        return Response(b"", status_code=303, media_type="text/html", headers=headers, cookies=more)

    def back(self, fallback: str) -> str:
        """The page of ours that the form stood on."""
        parts = urlsplit(self.headers.get("referer", ""))
        if parts.netloc != self.headers.get("host", "") or not parts.path.startswith("/"):
            return fallback
        return own_path(f"{parts.path}?{parts.query}" if parts.query else parts.path) or fallback

    def _form_secret(self, more: list[Cookie]) -> str:
        signed_in = next((one.value for one in more if one.key == cookies.SIGN_IN), None)
        known = signed_in or self.form_secret
        if known:
            return known
        made = secrets.token_urlsafe(32)
        more.append(cookies.cookie(cookies.FORM, made, secure=self.secure, lasts=None))
        return made


def _fields(content_type: str, body: bytes) -> dict[str, list[str]]:
    """Of a form as ours are sent; of any other there are none: in multipart ones whoever sends them chooses
    how each part is decoded, and some codecs take minutes. Raises MalformedError."""
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return {}
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise MalformedError("The form cannot be read") from None


def own_path(text: str) -> str:
    """The text where it is a path of ours, "" where it may lead anywhere else."""
    ours = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if ours and "\\" not in text else ""
