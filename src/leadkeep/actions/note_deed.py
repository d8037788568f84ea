"""Write down in the audit log who did what: each verb, in its own transaction, what it did."""

from typing import Any

from leadkeep.actions import clock
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed, Entry
from leadkeep.storage import audit
from leadkeep.storage.store import Store


def note_deed(store: Store, /, by: Grant, deed: Deed, subject: str | None = None, **facts: Any) -> None:
    """`facts` are ids, names of fields and numbers, never what a visitor left."""
    entry = Entry(
        id=clock.new_id(),
        at=clock.now(),
        actor_id=by.id,
        actor_name=by.name,
        deed=deed,
        subject=subject,
        facts=facts,
    )
    audit.add(store, entry)
