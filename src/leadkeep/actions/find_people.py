"""Find people by the words of their leads."""

from typing import NamedTuple

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.lead import LeadFilter, Position
from leadkeep.domain.person import Person
from leadkeep.domain.search import Search
from leadkeep.storage import leads, people
from leadkeep.storage.store import Store


class FoundPeople(NamedTuple):
    """`next`: where to go on, None at the end."""

    people: list[Person]
    next: Position | None


def find_people(
    store: Store, grant: Grant, search: Search, after: Position | None, limit: int
) -> FoundPeople:
    """People who have a lead that the search finds, those with the newest such lead first.

    For a grant that names bots only leads of these are there: in what is found, and in what is told of each.
    """
    grant.require(Permission.READ)
    found = leads.people_found(
        store, LeadFilter(search=search), only_bots=grant.bots, after=after, limit=limit
    )
    known = people.by_id(store, found[0], only_bots=grant.bots)
    return FoundPeople([known[person_id] for person_id in found[0] if person_id in known], found[1])
