"""Bots to choose from, and what they are called."""

from collections.abc import Iterable

from leadkeep.actions.read_bots import list_bots
from leadkeep.domain.access import Grant
from leadkeep.domain.bot import Bot
from leadkeep.domain.key import MAX_BOTS
from leadkeep.storage.store import Store


def known_bots(store: Store, grant: Grant) -> list[Bot]:
    """Those that the grant covers, by id, as far as a page can show them."""
    return list_bots(store, grant, limit=MAX_BOTS)


def names_of(bots: Iterable[Bot]) -> dict[str, str]:
    """By id."""
    return {bot.id: bot.name or bot.id for bot in bots}
