"""Survey bots: their settings, how many leads they had of late, and when the last one came."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from leadkeep.actions import clock
from leadkeep.actions.read_bots import get_bot, list_bots
from leadkeep.actions.read_counts import SHOWN
from leadkeep.domain.access import Grant
from leadkeep.domain.bot import Bot
from leadkeep.domain.counts import By
from leadkeep.domain.spans import Per, spans_between
from leadkeep.storage import bots, counts, leads
from leadkeep.storage.store import Store


class SurveyedBot(msgspec.Struct, frozen=True, kw_only=True):
    """`days` are the leads of each day of the last 30, today's at the end, by the clock of whoever asks."""

    bot: Bot
    days: tuple[int, ...]
    last_lead_at: datetime | None

    @property
    def leads(self) -> int:
        return sum(self.days)


def survey_bots(
    store: Store, grant: Grant, zone: ZoneInfo, *, after: str = "", limit: int
) -> list[SurveyedBot]:
    """The bots that the grant covers, by id, those above `after`."""
    return _surveyed(store, list_bots(store, grant, after=after, limit=limit), zone)


def survey_bot(store: Store, grant: Grant, zone: ZoneInfo, bot_id: str) -> tuple[SurveyedBot, bool]:
    """And whether it is empty, so that it could be deleted. Raises NotFoundError."""
    [found] = _surveyed(store, [get_bot(store, grant, bot_id)], zone)
    return found, bots.is_empty(store, bot_id)


def _surveyed(store: Store, found: Sequence[Bot], zone: ZoneInfo) -> list[SurveyedBot]:
    if not found:
        return []
    now = clock.now()
    spans = spans_between(now - SHOWN, now, Per.DAY, zone, "from")
    ids = frozenset(bot.id for bot in found)
    counted = counts.leads_in(store, spans, ids, By.BOT)
    last = leads.last_of_bots(store, ids)
    none = [(0,)] * len(spans)
    return [
        SurveyedBot(
            bot=bot,
            days=tuple(number for (number,) in counted.get(bot.id, none)),
            last_lead_at=last.get(bot.id),
        )
        for bot in found
    ]
