"""Do something once, however often it is asked for: the first answer is kept, and given again."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import msgspec

from leadkeep.actions import clock
from leadkeep.domain.errors import ConflictError, InvalidError
from leadkeep.storage import idempotency, people
from leadkeep.storage.idempotency import About, Kept, Place, ToKeep
from leadkeep.storage.store import Store

LIFE = timedelta(hours=24)
"""How long a key stands for its first answer."""

_PART = " "
"""Keys as callers send them hold no space."""


class Once(NamedTuple):
    """The wish that this request is obeyed once: whose key it is and the key, and what tells requests apart.

    `name`: what two transactions that would obey it at the same moment both hold.
    """

    place: Place
    request_hash: str

    @property
    def name(self) -> str:
        caller, key = self.place
        return f"{caller} {key.partition(_PART)[0]}"

    def part(self, number: int) -> "Once":
        """The same wish for one part of the request."""
        caller, key = self.place
        return Once((caller, f"{key}{_PART}{number}"), self.request_hash)


class Answer(msgspec.Struct, frozen=True):
    """An answer as it can be given again; its headers are those that are not the route's own."""

    status: int
    headers: dict[str, str]
    body: str


class Said(NamedTuple):
    """An answer, and whose data it holds. One with a secret is not kept, and so never given again."""

    answer: Answer
    about: About
    secret: bool = False


class Found(NamedTuple):
    """What is kept of the places asked for, and the names that another transaction holds right now."""

    kept: dict[Place, Kept]
    busy: frozenset[str]

    def of(self, once: Once) -> Kept | None:
        """Raises ConflictError while the same request is under way, InvalidError where another one was."""
        if once.name in self.busy:
            raise under_way()
        kept = self.kept.get(once.place)
        if kept is not None:
            check_same(once, kept.request_hash)
        return kept


class InFlight:
    """The requests with a key that this process is obeying right now."""

    def __init__(self) -> None:
        self._places: set[Place] = set()

    @contextmanager
    def hold(self, once: Once | None) -> Iterator[None]:
        """Raises ConflictError where the key is held already: to wait for it could take long."""
        if once is None:
            yield
            return
        if once.place in self._places:
            raise under_way()
        self._places.add(once.place)
        try:
            yield
        finally:
            self._places.discard(once.place)


def do_once(store: Store, once: Once, work: Callable[[Store], Said]) -> tuple[Answer, bool]:
    """The answer, and whether it is that of an earlier time; if not, it is kept together with what was done.

    What `work` refuses is not kept: asked again, it is tried anew. Raises what `work` does, InvalidError for
    a key that another request used, ConflictError where that is under way or its answer is not kept.
    """
    first = find(store, [once]).of(once)
    if first is not None:
        return _ANSWERS.decode(answer_of(first)), True
    said = work(store)
    about, of_whom = said.about, said.about.person_id
    if of_whom and people.get(store, of_whom) is None:
        # Gone by what was done.
        about, said = About(), said._replace(secret=True)
    answer = None if said.secret else msgspec.json.encode(said.answer).decode()
    idempotency.keep(store, [ToKeep(once.place, Kept(once.request_hash, answer), about, clock.now())])
    return said.answer, False


# Made before there are threads: see `storage.rows`.
_ANSWERS = msgspec.json.Decoder(Answer)


def begin(store: Store, once: Once) -> None:
    """Take the key for a request whose parts keep answers of their own. Raises as `do_once` does."""
    if find(store, [once]).of(once) is None:
        idempotency.keep(store, [ToKeep(once.place, Kept(once.request_hash, None), About(), clock.now())])


def find(store: Store, wishes: Collection[Once]) -> Found:
    """From now until the transaction ends, no other one obeys those of the wishes that are not busy."""
    names = {once.name for once in wishes}
    busy = names - store.dialect.try_lock(store.connection, names)
    places = {once.place for once in wishes if once.name not in busy}
    kept = idempotency.find(store, places, clock.now() - LIFE) if places else {}
    return Found(kept, frozenset(busy))


def check_same(once: Once, first_hash: str) -> None:
    """Raises InvalidError."""
    if first_hash != once.request_hash:
        raise InvalidError("Idempotency-Key", "This Idempotency-Key was used with another body or route")


def under_way() -> ConflictError:
    return ConflictError("A request with this Idempotency-Key is under way")


def answer_of(kept: Kept) -> str:
    """Raises ConflictError for what was not kept."""
    if kept.answer is None:
        raise ConflictError("This was done before, with this Idempotency-Key; its answer is not kept")
    return kept.answer
