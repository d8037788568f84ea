"""Admit a capture: may this caller leave a lead with this bot?"""

from collections.abc import Collection
from typing import NamedTuple

from leadkeep.actions.directory import Directory
from leadkeep.actions.gate import Gate
from leadkeep.actions.public_limits import PublicLimits
from leadkeep.actions.quota import Quota
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import Bot
from leadkeep.domain.errors import ForbiddenError, NotFoundError, UnauthenticatedError


class Caller(NamedTuple):
    """Who is at the door: the bearer token sent, the `Origin` header, and the address."""

    token: str | None
    origin: str | None
    address: str


class Admission(NamedTuple):
    """`grant` is None for a stranger at a public bot; `makes_bot`: the bot, where there is none, may be made
    on the way."""

    grant: Grant | None
    makes_bot: bool
    bot: Bot | None

    @property
    def bot_known(self) -> bool:
        return self.bot is not None

    @property
    def region(self) -> str | None:
        """Where phone numbers without a country code are dialled."""
        return self.bot.region if self.bot else None


class Doorkeeper:
    def __init__(self, gate: Gate, directory: Directory, limits: PublicLimits) -> None:
        self._gate = gate
        self._directory = directory
        self._limits = limits

    async def admit(self, caller: Caller, bot_id: str) -> Admission:
        """Raises UnauthenticatedError, ForbiddenError, NotFoundError, TooManyError."""
        if caller.token is None:
            return await self._admit_stranger(caller, bot_id)
        grant = await self._gate.grant(caller.token)
        grant.require(Permission.CAPTURE, bot_id)
        admission = _admission(grant, bot_id, await self._directory.find(bot_id))
        if isinstance(admission, NotFoundError):
            raise admission
        return admission

    async def admit_many(
        self, caller: Caller, bot_ids: Collection[str]
    ) -> dict[str, Admission | NotFoundError]:
        """The same at many bots, by their ids; strangers are let in at none.

        Raises UnauthenticatedError, ForbiddenError.
        """
        grant = await self._gate.grant(caller.token)
        grant.require(Permission.CAPTURE)
        # Of bots that it does not cover the grant may not even know whether they are there.
        known = await self._directory.find_all({bot_id for bot_id in bot_ids if grant.covers(bot_id)})
        return {bot_id: _admission(grant, bot_id, known.get(bot_id)) for bot_id in bot_ids}

    def quota(self, caller: Caller) -> Quota:
        """How many leads a stranger may still leave."""
        return self._limits.quota(caller.address)

    async def _admit_stranger(self, caller: Caller, bot_id: str) -> Admission:
        bot = await self._directory.find(bot_id)
        if bot is None or not bot.public:
            # The same for both, so that nobody learns which bots there are.
            raise UnauthenticatedError
        if not bot.allows_origin(caller.origin):
            raise ForbiddenError("This bot does not take leads from this origin")
        self._limits.count(caller.address, bot_id)
        return Admission(None, makes_bot=False, bot=bot)


def _admission(grant: Grant, bot_id: str, bot: Bot | None) -> Admission | NotFoundError:
    if bot is None and not grant.covers_all_bots:
        return NotFoundError(f"Bot {bot_id} not found")
    return Admission(grant, makes_bot=grant.covers_all_bots, bot=bot)
