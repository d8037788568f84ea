"""How a face wants rows written, so that the database can write them without our touching each one."""

from typing import Literal, NamedTuple

from leadkeep.domain.lead import Position


class JsonShape(NamedTuple):
    """The face's own key for each of our columns, what stands for a missing value, and how UTC is written."""

    fields: tuple[tuple[str, str], ...]
    missing: Literal["empty", "null", "absent"]
    zone: Literal["Z", "+00:00"] = "Z"


class JsonPage(NamedTuple):
    """`rows` is the text of a JSON array; `next` is where to go on, None when this was the last page."""

    rows: str
    next: Position | None
