"""Counts on the wire."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from leadkeep.api.native.fields import BotId
from leadkeep.domain.counts import MAX_GROUPS, By
from leadkeep.domain.spans import Per
from leadkeep.domain.time_zone import MAX_NAME

_Edge = Annotated[
    str,
    Meta(
        description="A date, or a date-time; without an offset it is of the time zone",
        examples=["2026-11-23"],
    ),
]
_Local = Annotated[
    str,
    Meta(
        description="With the offset that the time zone has then",
        extra_json_schema={"format": "date-time"},
        examples=["2026-11-23T00:00:00+01:00"],
    ),
]
_Zone = Annotated[
    str, Meta(max_length=MAX_NAME, description="Name of IANA's database", examples=["Europe/Berlin"])
]
_Seconds = Annotated[float | None, Meta(description="The median; null where there was none")]


class CountQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to count: whole days or hours, 2 years or 31 days at most."""

    since: (
        Annotated[_Edge, Meta(description="The day or hour that this lies in is the first; 30 days ago")]
        | UnsetType
    ) = field(default=UNSET, name="from")
    until: Annotated[_Edge, Meta(description="The last one begins before this; now")] | UnsetType = field(
        default=UNSET, name="to"
    )
    per: Per = Per.DAY
    by: Annotated[By, Meta(description="Sessions have no status and no origin")] | UnsetType = UNSET
    bot: BotId | UnsetType = UNSET
    time_zone: Annotated[_Zone, Meta(description="Instead of the server's own")] | UnsetType = UNSET


class CountAnswer(Struct, kw_only=True):
    """How many there were. What is told apart by status or origin says nothing of sessions."""

    leads: int
    sessions: int | None
    converted: Annotated[int | None, Meta(description="Those of the sessions that became leads, at any time")]
    conversion: Annotated[
        float | None, Meta(description="Their share; null without sessions", examples=[0.3])
    ]


class TotalAnswer(CountAnswer, kw_only=True):
    """All of it, and the hand-overs that were requested in the time."""

    handovers: int
    waiting_seconds: _Seconds
    first_answer_seconds: _Seconds


class CountItem(CountAnswer, kw_only=True):
    """One day or hour."""

    at: _Local


class CountGroup(Struct, kw_only=True):
    """Those of one bot, status, origin or country; null are those of whom the country is not known."""

    group: str | None
    total: CountAnswer
    items: list[CountItem]


class CountsAnswer(Struct, kw_only=True):
    """Every day or hour from `from` until before `to`, also those without a lead."""

    time_zone: _Zone
    per: Per
    by: By | None
    since: _Local = field(name="from")
    until: _Local = field(name="to")
    total: TotalAnswer
    items: list[CountItem]
    groups: Annotated[
        list[CountGroup],
        Meta(max_length=MAX_GROUPS, description="Those with the most leads first; none without `by`"),
    ]
    groups_left_out: Annotated[int, Meta(description="How many more groups there are")]
