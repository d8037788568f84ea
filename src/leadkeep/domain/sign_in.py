"""A sign-in: one browser in which a user is signed in, and the links that let somebody in once."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

IDLE = timedelta(days=14)
"""A browser that does not come back for so long is signed out."""
LIFE = timedelta(days=90)
LINK_LIFE = timedelta(days=3)
MAX_DEVICE = 200


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """`device` is what the browser calls itself, in words; `address` where it came from."""

    id: str
    user_id: str
    device: str
    address: str
    created_at: datetime
    seen_at: datetime

    def is_live(self, now: datetime) -> bool:
        return now < self.seen_at + IDLE and now < self.created_at + LIFE


class Purpose(StrEnum):
    """What a link lets do once: make the first owner, or set a user's password."""

    FIRST_OWNER = "first_owner"
    PASSWORD = "password"  # noqa: S105 - a kind of link


class Link(msgspec.Struct, frozen=True, kw_only=True):
    purpose: Purpose
    user_id: str | None
    expires_at: datetime
