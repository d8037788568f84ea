"""A bot: one chatbot whose leads are kept."""

import re
from datetime import datetime

import msgspec

from leadkeep.domain.errors import InvalidError

_BOT_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z")
_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?\Z")
MAX_NAME = 200
MAX_FORM_TEXT = 2_000
MAX_ORIGINS = 100


class LeadForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form a widget shows before the chat opens."""

    enabled: bool = True
    title: str = ""
    success_message: str = ""
    ask_name: bool = True
    ask_email: bool = True
    ask_phone: bool = True


class Bot(msgspec.Struct, frozen=True, kw_only=True):
    """`public` lets anyone capture leads for it without a key, from `origins` only where any are listed."""

    id: str
    name: str
    public: bool = False
    origins: tuple[str, ...] = ()
    form: LeadForm = LeadForm()
    created_at: datetime

    def allows_origin(self, origin: str | None) -> bool:
        """No `Origin` header means no browser, which no origin list can hold back anyhow."""
        return origin is None or not self.origins or origin.lower() in self.origins


class BotChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of a bot; what is left unset stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    public: bool | msgspec.UnsetType = msgspec.UNSET
    origins: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    form: LeadForm | msgspec.UnsetType = msgspec.UNSET

    def checked(self) -> "BotChange":
        """The same change in stored form. Raises InvalidError."""
        if isinstance(self.name, str) and len(self.name) > MAX_NAME:
            raise InvalidError("name", f"name is longer than {MAX_NAME} characters")
        if isinstance(self.form, LeadForm):
            check_form(self.form)
        if self.origins is msgspec.UNSET:
            return self
        return msgspec.structs.replace(self, origins=check_origins(self.origins))


def is_bot_id(text: str) -> bool:
    return _BOT_ID.match(text) is not None


def check_bot_id(text: str, field: str) -> str:
    """Raises InvalidError, naming the field as its caller knows it."""
    if not is_bot_id(text):
        raise InvalidError(field, f"{field} must be 1 to 64 characters out of A-Z a-z 0-9 . _ : -")
    return text


def check_form(form: LeadForm) -> LeadForm:
    for field in ("title", "success_message"):
        if len(getattr(form, field)) > MAX_FORM_TEXT:
            raise InvalidError(f"form.{field}", f"form.{field} is longer than {MAX_FORM_TEXT} characters")
    return form


def check_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    """Lower-cased `scheme://host[:port]`, as browsers send it (RFC 6454). Raises InvalidError."""
    if len(origins) > MAX_ORIGINS:
        raise InvalidError("origins", f"origins holds more than {MAX_ORIGINS} entries")
    lowered = tuple(dict.fromkeys(origin.lower().removesuffix("/") for origin in origins))
    for origin in lowered:
        if not _ORIGIN.match(origin):
            raise InvalidError("origins", "origins must look like https://www.example.com, without a path")
    return lowered
