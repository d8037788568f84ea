"""Whether people, leads, keys and merges agree with one another, however they came to be."""

from collections import Counter
from typing import Any

import msgspec
import sqlalchemy as sa

from leadkeep.domain.lead import Lead
from leadkeep.storage.database import Database
from leadkeep.storage.leads import SHOWN
from leadkeep.storage.schema import leads, merges, people, person_keys


def assert_whole(database: Database) -> None:
    """Nothing half-done: each row says what the others imply."""
    with database.snapshot() as store:
        found = [_lead(row) for row in store.execute(sa.select(*SHOWN))]
        who = {row.id: row for row in store.execute(sa.select(people))}
        owners = {row.key: row.person_id for row in store.execute(sa.select(person_keys))}
        live = store.execute(sa.select(merges).where(merges.c.undone_at.is_(None))).all()
    roots = {person_id: _root(who, person_id) for person_id in who}
    assert {person_id: row.root_id for person_id, row in who.items()} == roots
    assert {lead.id: lead.person_id for lead in found} == {lead.id: roots[lead.home_id] for lead in found}
    counts = {row.id: row.lead_count for row in who.values() if row.parent_id is None}
    assert counts == Counter(lead.person_id for lead in found)
    assert sorted((row.absorbed_id, row.survivor_id) for row in live) == sorted(
        (row.id, row.parent_id) for row in who.values() if row.parent_id is not None
    )
    homes = {(key, lead.home_id) for lead in found for key in lead.person_keys()}
    assert set(owners.items()) <= homes
    assert owners.keys() == {key for key, _ in homes}


def _lead(row: Any) -> Any:
    return msgspec.convert(row, Lead, from_attributes=True)


def _root(who: dict[str, Any], person_id: str) -> str:
    parent: str | None = who[person_id].parent_id
    return person_id if parent is None else _root(who, parent)


def rows_of_people(database: Database) -> set[str]:
    with database.snapshot() as store:
        return set(store.execute(sa.select(people.c.id)).scalars())


def all_text(database: Database) -> str:
    """Everything that stands in any table."""
    with database.snapshot() as store:
        tables = sa.inspect(store.connection).get_table_names()
        # The tables in which FTS5 keeps its index hold no text of rows.
        rows = (
            row
            for table in tables
            if not table.startswith("lead_search")
            for row in store.execute(sa.text(f'SELECT * FROM "{table}"'))
        )
        return "\n".join(map(str, rows))


def count(database: Database, table: sa.Table = leads) -> int:
    with database.snapshot() as store:
        return int(store.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
