"""Payloads of events with what visitors and colleagues typed."""

from collections.abc import Iterator
from typing import Any

import msgspec

from leadkeep.domain.event import EventType
from leadkeep.forms.samples import samples

HOSTILE = "<!channel> @everyone <script>alert(1)</script> *b* _i_ [x](http://evil) \u202egnp.exe\r\nBcc: x@y"


def captured(**fields: Any) -> str:
    sample = samples()[EventType.LEAD_CAPTURED]
    lead = {**sample["data"]["lead"], **fields}
    return msgspec.json.encode({**sample, "data": {"lead": lead}}).decode()


def updated(lead: dict[str, Any], *changes: tuple[str, Any, Any]) -> str:
    sample = samples()[EventType.LEAD_UPDATED]
    told = [{"field": field, "before": before, "after": after} for field, before, after in changes]
    data = {"lead": {**sample["data"]["lead"], **lead}, "changes": told, "by": sample["data"]["by"]}
    return msgspec.json.encode({**sample, "data": data}).decode()


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_in(one)
    elif isinstance(value, str):
        yield value
