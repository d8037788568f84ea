"""Who may be the same person as another, found by indexes alone and in bounded time."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from leadkeep.domain.contact import email_hint
from leadkeep.domain.duplicates import Contacts
from leadkeep.storage.schema import leads, people, person_keys
from leadkeep.storage.store import Store

_MAX_OWN = 200
"""The newest leads of a person to go by."""
_MAX_NAMES = 5
_MAX_NAMESAKES = 500
"""The newest leads of each name to look at."""


class Known(NamedTuple):
    """A person's names, as sorted by, and contacts."""

    names: list[str]
    contacts: Contacts


def known_of(store: Store, root: str) -> Known:
    newest = sa.select(*_COLUMNS).where(leads.c.person_id == root)
    rows = store.execute(newest.order_by(leads.c.created_at.desc(), leads.c.id.desc()).limit(_MAX_OWN)).all()
    names = [name for name in dict.fromkeys(row.name_key for row in rows) if name]
    return Known(names[:_MAX_NAMES], _contacts((row.email_normal, row.phone_e164) for row in rows))


_COLUMNS = (leads.c.name_key, leads.c.email_normal, leads.c.phone_e164)


def namesakes(store: Store, names: Iterable[str], root: str) -> Mapping[str, Contacts]:
    """What the newest leads of these names say of others than this root, by the others' ids."""
    found: dict[str, list[tuple[str | None, str | None]]] = {}
    for name in names:
        for row in store.execute(_NEWEST_OF_NAME, {"name": name}):
            if row.person_id not in {None, root}:
                found.setdefault(row.person_id, []).append((row.email_normal, row.phone_e164))
    return {other: _contacts(pairs) for other, pairs in found.items()}


_NEWEST_OF_NAME = (
    sa.select(leads.c.person_id, leads.c.email_normal, leads.c.phone_e164)
    .where(leads.c.name_key == sa.bindparam("name"))
    .order_by(leads.c.name_key.desc(), leads.c.id.desc())
    .limit(_MAX_NAMESAKES)
)


def of_same_mailbox(store: Store, emails: Iterable[str], root: str) -> set[str]:
    """Others whose address is the plain form of one of these."""
    plain = {email_hint(email) for email in emails}
    owners = (
        sa.select(people.c.root_id)
        .join(person_keys, person_keys.c.person_id == people.c.id)
        .where(person_keys.c.key.in_(sorted(plain)))
    )
    return set(store.execute(owners).scalars()) - {root} if plain else set()


def _contacts(pairs: Iterable[tuple[str | None, str | None]]) -> Contacts:
    emails, phones = dict[str, None](), dict[str, None]()
    for email, phone in pairs:
        emails |= {email: None} if email else {}
        phones |= {phone: None} if phone else {}
    return Contacts(list(emails), list(phones))
