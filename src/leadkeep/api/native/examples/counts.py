"""An example of counts."""

from typing import Any

from msgspec import Struct

from leadkeep.api.native.shapes.counts import CountsAnswer

BODIES: dict[type[Struct], dict[str, Any]] = {}

_COUNT = {"leads": 12, "sessions": 40, "converted": 12, "conversion": 0.3}
_ITEM = {**_COUNT, "at": "2026-11-23T00:00:00+01:00"}

EXAMPLES: dict[type[Struct], Any] = {
    CountsAnswer: {
        "time_zone": "Europe/Berlin",
        "per": "day",
        "by": "bot",
        "from": "2026-11-23T00:00:00+01:00",
        "to": "2026-11-24T00:00:00+01:00",
        "total": {**_COUNT, "handovers": 3, "waiting_seconds": 41.5, "first_answer_seconds": 63.0},
        "items": [_ITEM],
        "groups": [{"group": "support", "total": _COUNT, "items": [_ITEM]}],
        "groups_left_out": 0,
    }
}
