"""Leads of the schema before: their people, and what they are found by.

This needs Leadkeep's own reading of names, addresses and numbers, which SQL has not. It runs in the
transaction of the migration, so that a database is either brought up to date or left as it was.
"""

from collections.abc import Callable

import msgspec
import sqlalchemy as sa

from leadkeep.domain.contact import read_email, read_phone
from leadkeep.domain.lead import Lead
from leadkeep.domain.words import sort_key, words_of
from leadkeep.storage import people
from leadkeep.storage.leads import SHOWN
from leadkeep.storage.people import Placed
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import leads
from leadkeep.storage.store import Store

_lead = reader_of(Lead)

_CHUNK = 2_000


def catch_up(store: Store, on_placed: Callable[[Store, Placed], object]) -> None:
    """Find the people of all leads that have none, oldest first. `on_placed` is told of each portion, once
    stored, to merge whom its leads link."""
    while rows := store.execute(_WITHOUT_PEOPLE).all():
        old = [_read(_lead(row)) for row in rows]
        placed = people.place(store, old)
        store.execute(_PLACE, [_values(lead) for lead in placed.leads])
        on_placed(store, placed)


_WITHOUT_PEOPLE = (
    sa.select(*SHOWN)
    .where(leads.c.person_id.is_(None))
    .order_by(leads.c.created_at, leads.c.id)
    .limit(_CHUNK)
)
_NEW = (
    "person_id",
    "home_id",
    "email_disposable",
    "email_role",
    "phone_e164",
    "phone_problem",
    "phone_region",
    "phone_type",
)
_PLACE = (
    sa.update(leads)
    .where(leads.c.id == sa.bindparam("lead_id"))
    .values({name: sa.bindparam(name) for name in (*_NEW, "name_key", "words")})
)


def _read(lead: Lead) -> Lead:
    email, phone = read_email(lead.email), read_phone(lead.phone)
    return msgspec.structs.replace(
        lead,
        email_disposable=email.disposable,
        email_role=email.role,
        phone_e164=phone.e164,
        phone_problem=phone.problem,
        phone_region=phone.region,
        phone_type=phone.type,
    )


def _values(lead: Lead) -> dict[str, object]:
    return {
        "lead_id": lead.id,
        **{name: getattr(lead, name) for name in _NEW},
        "name_key": sort_key(lead.name),
        "words": words_of(lead.name, lead.email, lead.phone, lead.phone_e164),
    }
