"""Upgrade a database to today's schema, its leads to today's reading of them."""

from leadkeep.actions.merge_people import merge_linked
from leadkeep.storage.catch_up import catch_up
from leadkeep.storage.database import Database
from leadkeep.storage.migrate import SchemaState, bring_up_to_date


def upgrade(database: Database) -> SchemaState:
    """Tells the state it found. Raises ConflictError where a newer Leadkeep made the schema."""
    return bring_up_to_date(database, lambda store: catch_up(store, merge_linked))
