"""Deleting leads and sessions with everything that hangs on them, and keeping true what is said of the rest.

The people are locked all the while. So nobody can join or leave those whose leads these are, and whoever
brings the same address or number waits, and then finds things as they are afterwards.
"""

from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa

from leadkeep.domain.contact import phone_forms
from leadkeep.domain.lead import Lead
from leadkeep.domain.words import words_in
from leadkeep.storage import merges
from leadkeep.storage.batches import batched
from leadkeep.storage.leads import SHOWN
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import handovers, leads, messages, people, person_keys, sessions
from leadkeep.storage.store import Store

_lead = reader_of(Lead)

_MAX_PARAMETERS = 500

Place = tuple[str, str]
"""A bot's id, and that of a session with it."""


def lock_sessions(store: Store, places: Iterable[Place]) -> list[Place]:
    """Hold every other transaction off these sessions, and off all that refers to them; those that exist.

    In order, as all who write several sessions take them, so that nobody waits in a ring.
    """
    return [place for place in sorted(set(places)) if store.execute(_LOCK, _named(place)).first()]


_OF_SESSION = {
    table: sa.and_(table.c.bot_id == sa.bindparam("of_bot"), session_id == sa.bindparam("of_session"))
    for table, session_id in (
        (sessions, sessions.c.id),
        (messages, messages.c.session_id),
        (handovers, handovers.c.session_id),
        (leads, leads.c.session_id),
    )
}
_LOCK = sa.select(sa.literal(1)).select_from(sessions).where(_OF_SESSION[sessions]).with_for_update()


def _named(place: Place) -> dict[str, str]:
    return {"of_bot": place[0], "of_session": place[1]}


def leads_of_session(store: Store, place: Place) -> list[Lead]:
    return _leads(store, _OF_SESSION[leads], _named(place))


def leads_of_person(store: Store, root: str) -> list[Lead]:
    return _leads(store, leads.c.person_id == sa.bindparam("root"), {"root": root})


def _leads(store: Store, mine: sa.ColumnElement[bool], parameters: dict[str, str]) -> list[Lead]:
    # Locked by id, as whoever changes many leads at once takes them.
    found = sa.select(*SHOWN).where(mine).order_by(leads.c.id).with_for_update(of=leads)
    return [_lead(row) for row in store.execute(found, parameters)]


def shared(store: Store, places: Collection[Place], root: str) -> set[Place]:
    """Those of the sessions that hold leads of others than this person."""
    found: set[Place] = set()
    for chunk in batched(sorted(places), _MAX_PARAMETERS // 2):
        place = sa.tuple_(leads.c.session_id, leads.c.bot_id).in_([(id_, bot_id) for bot_id, id_ in chunk])
        others = sa.select(leads.c.bot_id, leads.c.session_id).where(place, leads.c.person_id != root)
        found.update((row.bot_id, row.session_id) for row in store.execute(others.distinct()))
    return found


def delete_leads(store: Store, gone: Sequence[Lead]) -> None:
    """With their tags, notes, history and kept answers; what their people say and are known by follows."""
    for chunk in batched([lead.id for lead in gone], _MAX_PARAMETERS):
        store.execute(sa.delete(leads).where(leads.c.id.in_(chunk)))
    for key in sorted({key for lead in gone for key in lead.person_keys()}):
        _hand_on(store, key)
    for root in sorted({lead.person_id for lead in gone if lead.person_id}):
        merges.settle(store, root)


def delete_sessions(store: Store, places: Iterable[Place]) -> None:
    """With their messages and hand-overs. Their leads are gone already."""
    for place in places:
        for table in (messages, handovers, sessions):
            store.execute(sa.delete(table).where(_OF_SESSION[table]), _named(place))


def _hand_on(store: Store, key: str) -> None:
    """A key is its owner's as long as a lead that came to them has it; then another's that has one, or free.

    So nobody joins someone who is gone, and a lead still joins whoever has its address or number.
    """
    mine = person_keys.c.key == key
    owner = store.execute(_OWNER, {"key": key}).one_or_none()
    if owner is None:
        return
    have = _have(key)
    # Whoever came to them belongs to their root.
    theirs = (leads.c.person_id == owner.root_id, leads.c.home_id == owner.person_id)
    if store.execute(sa.select(sa.literal(1)).where(*theirs, *have).limit(1)).first():
        return
    oldest = sa.select(leads.c.home_id).order_by(leads.c.created_at, leads.c.id).limit(1)
    heir = store.execute(oldest.where(*have, *_found_by(store, key))).scalar_one_or_none()
    if heir is None:
        store.execute(sa.delete(person_keys).where(mine))
    else:
        store.execute(sa.update(person_keys).where(mine).values(person_id=heir))


_OWNER = (
    sa.select(person_keys.c.person_id, people.c.root_id)
    .join(people, people.c.id == person_keys.c.person_id)
    .where(person_keys.c.key == sa.bindparam("key"))
)


def _have(key: str) -> list[sa.ColumnElement[bool]]:
    if "@" in key:
        return [leads.c.email_normal == key]
    return [leads.c.phone_e164.in_(phone_forms(key)), leads.c.phone_problem.is_(None)]


def _found_by(store: Store, key: str) -> list[sa.ColumnElement[bool]]:
    """Leads have no index of their keys, only of their words."""
    local, at, domain = key.rpartition("@")
    if not at:
        return [sa.or_(*(store.dialect.finds([form.lstrip("+")]) for form in phone_forms(key)))]
    # A domain in other letters than ASCII may have been typed in more than one way.
    words = words_in(f"{local} {domain}" if domain.isascii() else local)
    return [store.dialect.finds(words)] if words else []
