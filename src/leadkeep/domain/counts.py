"""Counts: how many leads and sessions there were, and when."""

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from leadkeep.domain.spans import Per

MAX_GROUPS = 20


class By(StrEnum):
    """What leads and sessions are told apart by; sessions have no status and no origin.

    A lead's country is its session's where that is known, else its phone number's region.
    """

    BOT = "bot"
    STATUS = "status"
    ORIGIN = "origin"
    COUNTRY = "country"

    @property
    def tells_sessions(self) -> bool:
        return self in {By.BOT, By.COUNTRY}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """`start` None is 30 days before `end`, `end` None is now."""

    zone: ZoneInfo
    per: Per = Per.DAY
    start: datetime | None = None
    end: datetime | None = None
    by: By | None = None
    bot_id: str | None = None


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """`converted` are those of the sessions that became leads at any time; `conversion` is their share.

    None is what there is no saying: of sessions by status or origin, and the share of none.
    """

    leads: int
    sessions: int | None
    converted: int | None
    conversion: float | None


class Item(Count, frozen=True, kw_only=True):
    """Of the day or hour that begins at `at`, which has the offset of the time zone."""

    at: datetime


class Total(Count, frozen=True, kw_only=True):
    """With the hand-overs requested in the time, and their medians: seconds to the claim, and to an agent's
    first message; None where there was none."""

    handovers: int
    waiting_seconds: float | None
    first_answer_seconds: float | None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Those of one value, such as one bot; None are those of whom it is not known."""

    group: str | None
    total: Count
    items: list[Item]


class GroupTotal(msgspec.Struct, frozen=True, kw_only=True):
    """The same without its days."""

    group: str | None
    total: Count


class Breakdown(msgspec.Struct, frozen=True, kw_only=True):
    """The groups with the most leads first; there are MAX_GROUPS at most, and `left_out` more."""

    groups: list[GroupTotal]
    left_out: int


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Each day or hour from `start` until before `end`, in order; the same ones in each group.

    The groups with the most leads come first; there are MAX_GROUPS at most, and `groups_left_out` more.
    """

    time_zone: str
    per: Per
    by: By | None
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    total: Total
    items: list[Item]
    groups: list[Group]
    groups_left_out: int
