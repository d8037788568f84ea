"""Bringing a database to today's schema, and telling how far one is."""

from collections.abc import Callable
from enum import Enum
from importlib import resources

import sqlalchemy as sa

from leadkeep.domain.errors import ConflictError
from leadkeep.storage.database import Database
from leadkeep.storage.store import Store

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""Every revision, oldest first. Kept here too, so that a server that is up to date need not load Alembic."""


class SchemaState(Enum):
    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


def schema_state(store: Store) -> SchemaState:
    """How the database's schema stands to ours."""
    if not sa.inspect(store.connection).has_table("alembic_version"):
        return SchemaState.EMPTY
    revision = store.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if revision is None:
        return SchemaState.EMPTY
    if revision not in REVISIONS:
        return SchemaState.NEWER
    return SchemaState.CURRENT if revision == REVISIONS[-1] else SchemaState.OLDER


def bring_up_to_date(database: Database, fill: Callable[[Store], object] = lambda store: None) -> SchemaState:
    """Migrate under a lock that holds off every other process; tells the state it found.

    `fill` adds, in the same transaction, what SQL cannot say of the rows of an older schema.

    Raises ConflictError, and touches nothing, where a newer Leadkeep made the schema.
    """
    with database.snapshot() as store:
        if schema_state(store) is SchemaState.CURRENT:
            return SchemaState.CURRENT
    with database.transaction() as store:
        database.dialect.lock_schema(store.connection)
        found = schema_state(store)
        if found is SchemaState.NEWER:
            raise ConflictError(NEWER_SCHEMA)
        if found is not SchemaState.CURRENT:
            _upgrade(store)
            fill(store)
    return found


NEWER_SCHEMA = (
    "The database was made by a newer Leadkeep. Start that version or a later one; "
    "this one will not touch the data."
)


def _upgrade(store: Store) -> None:
    from alembic import command
    from alembic.config import Config

    with resources.as_file(resources.files("leadkeep.storage") / "migrations") as scripts:
        config = Config(attributes={"connection": store.connection})
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "head")
