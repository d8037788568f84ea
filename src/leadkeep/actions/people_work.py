"""What work on people has in common."""

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.person import Person
from leadkeep.storage import people
from leadkeep.storage.store import Store


def lock_people(store: Store, grant: Grant) -> None:
    """Until the transaction ends, nobody else changes who belongs together.

    Needs `write` for all bots: a person's leads may be any bot's.
    """
    grant.require(Permission.WRITE)
    grant.require_all_bots()
    store.dialect.lock_people(store.connection)


def known_person(store: Store, person_id: str) -> Person:
    """Whom this id stands for today. Raises NotFoundError."""
    person = people.get(store, person_id)
    if person is None:
        raise NotFoundError(f"Person {person_id} not found")
    return person
