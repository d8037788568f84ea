"""Alembic's entry: runs on the connection, and in the transaction, that `storage.migrate` hands in."""

from alembic import context

from leadkeep.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite's ALTER TABLE cannot do most changes: Alembic then copies the table.
    render_as_batch=True,
)
context.run_migrations()
