"""Leads as the rows of a list."""

import msgspec

from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.lead import Lead

SHAPE = JsonShape(tuple((name, name) for name in Lead.__struct_fields__), missing="null")
COLUMNS = ("email", "phone", "status", "owner", "tags", "value", "bot", "origin", "created", "changed")
"""What can stand beside the name, in this order."""
USUAL = ("email", "phone", "status", "owner", "bot", "created")

# Made before there are threads that could make it at the same time.
_LEADS = msgspec.json.Decoder(list[Lead])


def leads_in(members: str) -> list[Lead]:
    """Those of a page in SHAPE."""
    return _LEADS.decode(f"[{members}]")


def columns_of(chosen: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in COLUMNS if name in chosen) or USUAL
