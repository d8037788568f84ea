"""Read people: one, a page, or the merges that made one."""

from leadkeep.actions.people_work import known_person
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.lead import Position
from leadkeep.domain.merge import Merge
from leadkeep.domain.person import Person, Profile, profile_of
from leadkeep.storage import merges, people
from leadkeep.storage.store import Store

_MAX_LEADS = 1_000
"""The newest leads that a profile goes by."""


def list_people(store: Store, grant: Grant, after: Position | None, limit: int) -> list[Person]:
    """Those with the newest lead first. Needs `read` for all bots: a person's leads may be any bot's."""
    grant.require(Permission.READ)
    grant.require_all_bots()
    return people.page(store, after, limit)


def get_person(store: Store, grant: Grant, person_id: str) -> Profile:
    """Whom the id stands for today; to a grant for named bots, as their leads alone tell.

    Raises NotFoundError, also where none of those leads is the person's.
    """
    grant.require(Permission.READ)
    if grant.bots is None:
        found = people.get(store, person_id)
    else:
        found = people.as_bots_know(store, person_id, grant.bots)
    if found is None:
        raise NotFoundError(f"Person {person_id} not found")
    return profile_of(found, people.traces(store, found.id, grant.bots, _MAX_LEADS))


def list_merges(
    store: Store, grant: Grant, person_id: str, after: Position | None, limit: int
) -> list[Merge]:
    """The merges that made the person, and those undone, newest first. Needs `read` for all bots.

    Raises NotFoundError.
    """
    found = whole_person(store, grant, person_id)
    return merges.page(store, found.id, after, limit)


def whole_person(store: Store, grant: Grant, person_id: str) -> Person:
    """Needs `read` for all bots. Raises NotFoundError."""
    grant.require(Permission.READ)
    grant.require_all_bots()
    return known_person(store, person_id)
