"""How a face wants rows written, so that the database can write them without our touching each one."""

from typing import Literal, NamedTuple

from leadkeep.domain.lead import Position


class JsonShape(NamedTuple):
    """The face's own key for each of our columns, what stands for a missing value, and how UTC is written."""

    fields: tuple[tuple[str, str], ...]
    missing: Literal["empty", "null", "absent"]
    zone: Literal["Z", "+00:00"] = "Z"


class JsonPage(NamedTuple):
    """`members`: JSON objects separated by commas, "" for none. `next`: where to go on, None at the end."""

    members: str
    next: Position | None
