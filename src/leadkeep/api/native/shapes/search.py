"""Searches on the wire."""

from typing import Annotated

from msgspec import Meta, Struct

from leadkeep.api.native.fields import Moment, Uuid, Words
from leadkeep.api.native.shapes.leads import LeadAnswer


class SearchQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to find, and how many of each kind."""

    q: Words
    limit: Annotated[int, Meta(ge=1, le=50, description="Leads, and people, at most")] = 10


class FoundPerson(Struct, kw_only=True):
    """A person, as the leads that the token may see have it; of each field the newest that was given."""

    id: Uuid
    name: str | None
    email: str | None
    phone: str | None
    lead_count: int
    first_at: Moment
    last_at: Moment


class SearchAnswer(Struct, kw_only=True):
    """Leads that have all words whole before those that have their beginnings, newest first in each; and the
    people of such leads, those with the newest lead first."""

    leads: list[LeadAnswer]
    people: list[FoundPerson]
