"""A year of stories."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from leadkeep.demo.businesses import businesses
from leadkeep.demo.scene import Scene
from leadkeep.demo.story import Story
from leadkeep.demo.times import Hour, hours_until
from leadkeep.demo.visitors import Visitors

TALKATIVE = 20_000
"""Of so many leads, the newest, conversations, hand-overs and notes are kept too: of all in a small demo."""

_TALKING, _TWICE, _WITHOUT_LEAD = 0.75, 0.04, 0.08
_BEGIN_WITHIN = 50 * 60_000
"""Milliseconds of each hour: what comes of a visit at once comes within the same hour."""


def year_of_stories(leads: int, seed: int, until: datetime) -> Iterator[list[Story]]:
    """Hour by hour, oldest first, with exactly so many leads; those of an hour are in no order."""
    random = Random(f"leadkeep demo {seed}")  # noqa: S311
    visitors, left = Visitors(random, leads), leads
    for hour in hours_until(until, leads, random):
        yield list(_stories(random, visitors, hour, until, talkative=left <= TALKATIVE))
        left -= hour.leads


def _stories(
    random: Random, visitors: Visitors, hour: Hour, until: datetime, *, talkative: bool
) -> Iterator[Story]:
    made = 0
    while made < hour.leads:
        at = hour.begin + timedelta(milliseconds=int(random.random() * _BEGIN_WITHIN))
        business = businesses()[int(random.random() * len(businesses()))]
        scene = Scene(random, business, visitors.next(business, at), at)
        if talkative and random.random() < _TALKING:
            scene.talk()
        count = 0 if random.random() < _WITHOUT_LEAD else 1 + (random.random() < _TWICE)
        for number in range(min(count, hour.leads - made)):
            scene.leave_lead(number)
            made += 1
        yield scene.story(until, talkative=talkative)
