"""A user: a human who signs in to the console."""

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import UNSET, UnsetType

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import check_bot_id
from leadkeep.domain.contact import read_email
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.key import MAX_BOTS
from leadkeep.domain.text import as_text

MAX_NAME = 200
LANGUAGES = ("en", "de")


class Role(StrEnum):
    """`owner` may do everything, `agent` works on the leads of their bots, `viewer` reads them."""

    OWNER = "owner"
    AGENT = "agent"
    VIEWER = "viewer"


PERMISSIONS = {
    Role.OWNER: frozenset({Permission.ADMIN}),
    Role.AGENT: frozenset({Permission.READ, Permission.WRITE}),
    Role.VIEWER: frozenset({Permission.READ}),
}


class Theme(StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody likes the console. None: as the browser asks for, or as the server is set. `columns`:
    those of the inbox, none for the usual ones."""

    language: str | None = None
    time_zone: str | None = None
    theme: Theme = Theme.AUTO
    columns: tuple[str, ...] = ()


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A stored user. `email` is a normal form. `bots` None means all bots; an owner's are all, always.

    `has_password` and `has_totp`: which ways in they have set up.
    """

    id: str
    email: str
    name: str
    role: Role
    bots: tuple[str, ...] | None = None
    preferences: Preferences = Preferences()
    has_password: bool = False
    has_totp: bool = False
    created_at: datetime
    last_seen_at: datetime | None = None
    disabled_at: datetime | None = None

    def grant(self) -> Grant:
        bots = None if self.bots is None or self.role is Role.OWNER else frozenset(self.bots)
        return Grant(id=self.id, name=self.name, permissions=PERMISSIONS[self.role], bots=bots)


class UserChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to make of a user; what is left unset stays. `bots` None means all."""

    name: str | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    bots: tuple[str, ...] | UnsetType | None = UNSET
    disabled: bool | UnsetType = UNSET

    def checked(self) -> "UserChange":
        """The same change in stored form. Raises InvalidError, MalformedError."""
        return msgspec.structs.replace(
            self,
            name=UNSET if self.name is UNSET else check_name(self.name),
            bots=check_bots(self.bots) if isinstance(self.bots, tuple) else self.bots,
        )

    def applied_to(self, user: User, now: datetime) -> User:
        disabled_at = user.disabled_at
        if self.disabled is not UNSET:
            disabled_at = (disabled_at or now) if self.disabled else None
        role = user.role if self.role is UNSET else self.role
        bots = user.bots if self.bots is UNSET else self.bots
        return msgspec.structs.replace(
            user,
            name=user.name if self.name is UNSET else self.name,
            role=role,
            bots=None if role is Role.OWNER else bots,
            disabled_at=disabled_at,
        )


def check_name(text: str) -> str:
    """In stored form. Raises InvalidError, MalformedError."""
    name = " ".join(as_text(text, "name", MAX_NAME).split())
    if not name:
        raise InvalidError("name", "name must not be blank")
    return name


def check_email(text: str) -> str:
    """The normal form, by which a user is known. Raises InvalidError."""
    normal = read_email(text).normal
    if normal is None:
        raise InvalidError("email", "email must be an e-mail address")
    return normal


def check_bots(bots: tuple[str, ...]) -> tuple[str, ...]:
    """Each once. Raises InvalidError."""
    if not 1 <= len(bots) <= MAX_BOTS:
        raise InvalidError("bots", f"bots must name 1 to {MAX_BOTS} bots, or be left out for all")
    return tuple(dict.fromkeys(check_bot_id(bot_id, "bots") for bot_id in bots))
