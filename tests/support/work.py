"""Work on leads for tests: the shortest ways to do it and to see what it left."""

from typing import Any

import sqlalchemy as sa

from leadkeep.actions.change_lead import change_lead
from leadkeep.actions.change_leads import Outcome, change_leads
from leadkeep.actions.read_history import read_history
from leadkeep.domain.access import OPERATOR, Grant
from leadkeep.domain.lead import Lead, LeadFilter
from leadkeep.domain.lead_change import LeadChange, PastChange
from leadkeep.storage import leads
from leadkeep.storage.database import Database

_FOUND = {
    "sqlite": "SELECT leads.id FROM lead_search JOIN leads ON leads.number = lead_search.rowid"
    " WHERE lead_search MATCH :word",
    "postgresql": "SELECT id FROM leads WHERE words @@ CAST(:word AS tsquery)",
}


def change(database: Database, lead: Lead, grant: Grant = OPERATOR, **wanted: Any) -> Lead:
    with database.transaction() as store:
        return change_lead(store, grant, lead.id, LeadChange(**wanted))


def change_many(
    database: Database, which: list[str] | LeadFilter, grant: Grant = OPERATOR, **wanted: Any
) -> Outcome:
    with database.transaction() as store:
        return change_leads(store, grant, which, LeadChange(**wanted))


def stored(database: Database, lead_id: str) -> Lead:
    with database.snapshot() as store:
        lead = leads.get(store, lead_id)
    assert lead
    return lead


def history(database: Database, lead_id: str, limit: int = 1_000) -> list[PastChange]:
    with database.snapshot() as store:
        return read_history(store, OPERATOR, lead_id, None, limit)


def tags_found(database: Database) -> set[tuple[str, str]]:
    """Each tag that leads are found by, and the lead."""
    with database.snapshot() as store:
        rows = store.execute(sa.text("SELECT tag, lead_id FROM lead_tags"))
        return {(row.tag, str(row.lead_id)) for row in rows}


def found_by(database: Database, word: str) -> set[str]:
    """The leads that have the word, as the engine's own index says."""
    with database.snapshot() as store:
        rows = store.execute(sa.text(_FOUND[database.dialect.name]), {"word": word})
        return {str(row.id) for row in rows}
