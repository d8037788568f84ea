"""Events on the wire."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from leadkeep.api.native.fields import BotId, Limit, Moment, Uuid
from leadkeep.domain.event import FEED_TYPES, EventType

_TYPES = "|".join(kind.value.replace(".", r"\.") for kind in FEED_TYPES)
TypesField = Annotated[
    str,
    Meta(
        pattern=f"^({_TYPES})(,({_TYPES}))*$",
        description="Some of the types, separated by commas",
        examples=["lead.captured,lead.updated"],
    ),
]
After = Annotated[
    str,
    Meta(
        max_length=100,
        description="`next_cursor` of the page before; `oldest` and `latest` are the ends of the feed",
    ),
]


class EventAnswer(Struct, kw_only=True):
    """An event, as it was written when it happened."""

    id: Uuid
    type: EventType
    timestamp: Moment
    bot_id: Annotated[str | None, Meta(description="null: of no single bot")]
    data: dict[str, Any]


class EventPage(Struct, kw_only=True):
    """Events in the order of the feed. `next_cursor` is where it goes on, now or later: `more` tells whether
    there is something there already. A page may be short, or empty, where what was asked for is rare."""

    items: list[EventAnswer]
    next_cursor: str
    more: bool


class EventSamples(Struct, kw_only=True):
    """One event of each type, made up."""

    items: list[EventAnswer]


class EventFilter(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which events are meant."""

    types: TypesField | UnsetType = UNSET
    bot: BotId | UnsetType = UNSET
    after: After | UnsetType = UNSET


class EventQuery(EventFilter, kw_only=True, forbid_unknown_fields=True):
    """Which events to list."""

    limit: Limit = 50


class SamplesQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which samples to show."""

    types: TypesField | UnsetType = UNSET
