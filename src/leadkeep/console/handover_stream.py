"""The queue of hand-overs live: a word to the browser whenever it is another."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from leadkeep.actions.read_queue import Seen, answers_now
from leadkeep.console.watcher import Watcher
from leadkeep.domain.event import EventType
from leadkeep.web.cursors import write_place
from leadkeep.web.event_stream import HEARTBEAT

TYPES = frozenset(
    {
        EventType.SESSION_HANDED_OVER,
        EventType.SESSION_CLAIMED,
        EventType.SESSION_RETURNED,
        EventType.SESSION_RESOLVED,
        EventType.SESSION_ESCALATED,
    }
)
_LOOK_EVERY = 0.8
"""Seconds. No event tells of answers: those are looked for, in the few hand-overs that are open."""


async def changes(watcher: Watcher, seen: Seen) -> AsyncGenerator[bytes, None]:
    """That something changed, never what: the page asks for that as its user. Until the sign-in ends, or its
    user may do something else than they could."""
    number, answers = seen
    async with aclosing(watcher.desk.live.watch(watcher.feed, number)) as pages:
        coming = asyncio.ensure_future(anext(pages))
        try:
            while True:
                await asyncio.wait({coming}, timeout=_LOOK_EVERY)
                page = None
                if coming.done():
                    page = coming.result()
                    coming = asyncio.ensure_future(anext(pages))
                before, answers = answers, await _answers(watcher)
                if not await watcher.is_still_there():
                    return
                number = page.after if page else number
                if answers != before or (page and page.events):
                    yield f"id: {write_place(number)}\nevent: changed\ndata: -\n\n".encode()
                elif page:
                    yield HEARTBEAT
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)


async def _answers(watcher: Watcher) -> str:
    return await watcher.desk.database.glance(answers_now, watcher.feed.grant, watcher.feed.bot_id)
