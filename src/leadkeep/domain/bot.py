"""A bot: one chatbot whose leads are kept."""

import re
import unicodedata
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from leadkeep.domain.contact import check_region
from leadkeep.domain.errors import InvalidError, NotFoundError
from leadkeep.domain.own_contacts import check_own_contacts
from leadkeep.domain.text import as_text

ID_PATTERN = "[A-Za-z0-9._:-]{1,64}"
_BOT_ID = re.compile(rf"{ID_PATTERN}\Z")
_NOT_OF_ID = re.compile(r"[^a-z0-9]+")
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# Labels as in RFC 1123, 2.1.
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN = re.compile(rf"(https?)://({_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\])(?::([1-9][0-9]{{0,4}}))?\Z")
_DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_NAME = 200
MAX_FORM_TEXT = 2_000
MAX_ORIGINS = 100
MAX_MINUTES = 10_080
"""A week."""


class LeadForm(msgspec.Struct, frozen=True, kw_only=True):
    """The form a widget shows before the chat opens."""

    enabled: bool = True
    title: str = ""
    success_message: str = ""
    ask_name: bool = True
    ask_email: bool = True
    ask_phone: bool = True


class Bot(msgspec.Struct, frozen=True, kw_only=True):
    """`public` lets anyone capture leads for it without a key, from `origins` only where any are listed.

    `region` (ISO 3166 alpha-2) is where phone numbers without a country code are dialled. `extract`: contacts
    in visitors' messages become leads, but for `own_contacts` (see `own_contacts`). `escalate_after`: for how
    many minutes a visitor may wait for an agent before more people are told; None tells nobody.
    """

    id: str
    name: str
    public: bool = False
    origins: tuple[str, ...] = ()
    form: LeadForm = LeadForm()
    region: str | None = None
    extract: bool = True
    own_contacts: tuple[str, ...] = ()
    escalate_after: int | None = None
    created_at: datetime

    def allows_origin(self, origin: str | None) -> bool:
        """No `Origin` header means no browser, which no origin list can hold back anyhow."""
        return origin is None or not self.origins or origin.lower() in self.origins


class FormChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change of a form; what is left unset stays."""

    enabled: bool | UnsetType = UNSET
    title: str | UnsetType = UNSET
    success_message: str | UnsetType = UNSET
    ask_name: bool | UnsetType = UNSET
    ask_email: bool | UnsetType = UNSET
    ask_phone: bool | UnsetType = UNSET

    def checked(self) -> "FormChange":
        """The same change in stored form. Raises InvalidError, MalformedError."""
        return msgspec.structs.replace(
            self,
            title=_text(self.title, "form.title", MAX_FORM_TEXT),
            success_message=_text(self.success_message, "form.success_message", MAX_FORM_TEXT),
        )


class BotChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change of a bot; what is left unset stays. None takes `region` or `escalate_after`
    away."""

    name: str | UnsetType = UNSET
    public: bool | UnsetType = UNSET
    origins: tuple[str, ...] | UnsetType = UNSET
    form: FormChange | UnsetType = UNSET
    region: str | UnsetType | None = UNSET
    extract: bool | UnsetType = UNSET
    own_contacts: tuple[str, ...] | UnsetType = UNSET
    escalate_after: int | UnsetType | None = UNSET

    def checked(self) -> "BotChange":
        """The same change in stored form. Raises InvalidError, MalformedError."""
        _check_minutes(self.escalate_after)
        return msgspec.structs.replace(
            self,
            name=_text(self.name, "name", MAX_NAME),
            origins=UNSET if self.origins is UNSET else check_origins(self.origins),
            form=UNSET if self.form is UNSET else self.form.checked(),
            region=check_region(self.region, "region") if isinstance(self.region, str) else self.region,
            own_contacts=UNSET if self.own_contacts is UNSET else check_own_contacts(self.own_contacts),
        )

    def applied_to(self, bot: Bot) -> Bot:
        changed = changes(self)
        if self.form is not UNSET:
            changed["form"] = msgspec.structs.replace(bot.form, **changes(self.form))
        return msgspec.structs.replace(bot, **changed)


def changes(change: BotChange | FormChange) -> dict[str, Any]:
    """What is set, by field."""
    return {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}


def _text(value: str | UnsetType, field: str, limit: int) -> str | UnsetType:
    return UNSET if value is UNSET else as_text(value, field, limit)


def _check_minutes(minutes: int | UnsetType | None) -> None:
    if isinstance(minutes, int) and not 1 <= minutes <= MAX_MINUTES:
        raise InvalidError("escalate_after", f"escalate_after must be 1 to {MAX_MINUTES} minutes")


def is_bot_id(text: str) -> bool:
    return _BOT_ID.match(text) is not None


def check_bot_id(text: str, field: str) -> str:
    """Raises InvalidError, naming the field as its caller knows it."""
    if not is_bot_id(text):
        raise InvalidError(field, f"{field} must be 1 to 64 characters out of A-Z a-z 0-9 . _ : -")
    return text


def suggested_id(name: str) -> str:
    """An id made of what letters and digits a bot's name has; "" where it has none. Umlauts are written as
    where they are at home without them, other letters without their accents."""
    spelled = unicodedata.normalize("NFC", name.lower()).translate(_SPELLED)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(sign))
    return _NOT_OF_ID.sub("-", bare).strip("-")[:64].rstrip("-")


def require_bot_id(text: str) -> None:
    """To be asked before a look-up: no database has to take any text. Raises NotFoundError."""
    if not is_bot_id(text):
        raise NotFoundError("Bot not found: its id cannot be one")


def check_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    """`scheme://host[:port]` as browsers send it (RFC 6454), each once. Raises InvalidError."""
    if len(origins) > MAX_ORIGINS:
        raise InvalidError("origins", f"origins holds more than {MAX_ORIGINS} entries")
    try:
        return tuple(dict.fromkeys(map(_origin, origins)))
    except ValueError:
        message = "origins must look like https://www.example.com, without a path"
        raise InvalidError("origins", message) from None


def _origin(text: str) -> str:
    """Raises ValueError."""
    found = _ORIGIN.match(text.lower().removesuffix("/"))
    if not found:
        raise ValueError
    scheme, host, port = found.groups()
    number = int(port or _DEFAULT_PORTS[scheme])
    if number > 65_535:
        raise ValueError
    shown = "" if number == _DEFAULT_PORTS[scheme] else f":{number}"
    return f"{scheme}://{_host(host)}{shown}"


def _host(text: str) -> str:
    """Raises ValueError."""
    if text.startswith("["):
        return f"[{IPv6Address(text[1:-1])}]"
    # What ends in a number is an address to browsers (WHATWG URL, 3.5).
    return str(IPv4Address(text)) if text.rpartition(".")[2].isdigit() else text
