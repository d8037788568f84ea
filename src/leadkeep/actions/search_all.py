"""Search leads and people at once."""

from typing import NamedTuple

from leadkeep.actions.find_people import find_people
from leadkeep.actions.read_leads import list_leads
from leadkeep.domain.access import Grant
from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.lead import LeadFilter, Sort
from leadkeep.domain.person import Person
from leadkeep.domain.search import Search
from leadkeep.storage.store import Store


class Found(NamedTuple):
    """`leads`: the members of a JSON array."""

    leads: str
    people: list[Person]


def search_all(store: Store, grant: Grant, search: Search, shape: JsonShape, limit: int) -> Found:
    """The best leads and the newest people, at most `limit` of each, that the grant may read."""
    leads = list_leads(store, grant, LeadFilter(search=search), shape, None, limit, Sort.BEST)
    return Found(leads.members, find_people(store, grant, search, None, limit).people)
