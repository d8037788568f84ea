"""Who may do what: permissions, and the bots they hold for."""

from datetime import datetime
from enum import StrEnum

import msgspec

from leadkeep.domain.errors import ForbiddenError, NotFoundError


class Permission(StrEnum):
    """`admin` contains the other three; they do not contain one another."""

    CAPTURE = "capture"
    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller was found to hold, until when. `bots` None means all bots, also those yet to come.

    `id` tells callers apart (a key's id, a JWT's subject); it never holds personal data.
    """

    id: str
    name: str
    permissions: frozenset[Permission]
    bots: frozenset[str] | None
    expires_at: datetime | None = None

    @property
    def covers_all_bots(self) -> bool:
        return self.bots is None

    def has(self, permission: Permission) -> bool:
        return permission in self.permissions or Permission.ADMIN in self.permissions

    def covers(self, bot_id: str) -> bool:
        return self.bots is None or bot_id in self.bots

    def require(self, permission: Permission, bot_id: str | None = None) -> None:
        """Raises ForbiddenError without the permission, NotFoundError for a bot outside the grant."""
        if not self.has(permission):
            raise ForbiddenError(f"This token does not have the permission {permission}")
        if bot_id is not None and not self.covers(bot_id):
            raise NotFoundError(f"Bot {bot_id} not found")

    def require_all_bots(self) -> None:
        """Raises ForbiddenError where the grant names bots."""
        if not self.covers_all_bots:
            raise ForbiddenError("This token holds for named bots only")

    def contains(self, permissions: frozenset[Permission], bots: frozenset[str] | None) -> bool:
        """Whether somebody with this grant could hand those out without giving more than they have."""
        within = self.bots is None or (bots is not None and bots <= self.bots)
        return within and all(self.has(permission) for permission in permissions)

    def lasts_until(self, moment: datetime | None) -> bool:
        """Whether it still holds then; None is for ever."""
        return self.expires_at is None or (moment is not None and moment <= self.expires_at)


OPERATOR = Grant(id="operator", name="operator", permissions=frozenset({Permission.ADMIN}), bots=None)
"""Whoever can reach the database itself, as the command line does."""
