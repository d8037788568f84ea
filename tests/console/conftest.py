"""People at a running server."""

from collections.abc import Callable, Collection, Iterator

import pytest

from tests.support.console import Person
from tests.support.server import Server

MakePerson = Callable[..., Person]


@pytest.fixture
def person(server: Server) -> Iterator[MakePerson]:
    """Makes a user of that role, for those bots, who is signed in at the shared server."""
    made: list[Person] = []

    def make(role: str = "owner", bots: Collection[str] | None = None) -> Person:
        made.append(Person(server.url, server.database, role, bots))
        return made[-1]

    yield make
    for one in made:
        one.client.close()
