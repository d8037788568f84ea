import subprocess
import sys
from contextlib import closing
from importlib import resources
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from leadkeep.domain.errors import ConflictError
from leadkeep.storage.database import Database
from leadkeep.storage.migrate import REVISIONS, SchemaState, bring_up_to_date, schema_state
from leadkeep.storage.schema import metadata

# What an engine's own catalogue says of a schema, down to what Alembic does not compare.
CATALOGUE = {
    "sqlite": [
        "SELECT m.name, t.wr, t.strict FROM sqlite_master m JOIN pragma_table_list t ON t.name = m.name",
        "SELECT m.name, c.name, c.type, c.[notnull], c.pk, c.dflt_value"
        " FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
        "SELECT m.name, f.[table], f.[from], f.[to], f.on_delete"
        " FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
        "SELECT tbl_name, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')",
    ],
    "postgresql": [
        "SELECT table_name, column_name, data_type, is_nullable, datetime_precision, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    ],
}
MIGRATE = """
import sys
from leadkeep.storage.database import Database
from leadkeep.storage.migrate import bring_up_to_date
database = Database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(bring_up_to_date(database).value)
database.close()
"""


def described(database: Database) -> list[tuple[Any, ...]]:
    with database.snapshot() as store:
        rows = [
            tuple(row) for query in CATALOGUE[database.dialect.name] for row in store.execute(sa.text(query))
        ]
    return sorted((row for row in rows if row[0] != "alembic_version"), key=str)


def not_of_the_search_index(_: object, name: str | None, *__: object) -> bool:
    """FTS5 keeps it in tables of its own, PostgreSQL in an index that SQLite has not."""
    return not (name or "").startswith(("lead_search", "ix_leads_words"))


def state_of(database: Database) -> SchemaState:
    with database.snapshot() as store:
        return schema_state(store)


def test_alembic_finds_nothing_to_add_to_the_migrations(database: Database) -> None:
    with database.snapshot() as store:
        options = {"compare_type": True, "include_object": not_of_the_search_index}
        context = MigrationContext.configure(store.connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_migrations_replayed_are_the_schema(database: Database, database_url: str) -> None:
    with closing(Database(database_url)) as created:
        with created.transaction() as store:
            metadata.create_all(store.connection)
        assert described(database) == described(created)


def test_every_migration_is_among_the_revisions_in_order() -> None:
    with resources.as_file(resources.files("leadkeep.storage") / "migrations") as scripts:
        walked = [script.revision for script in ScriptDirectory(str(scripts)).walk_revisions()]
    assert tuple(reversed(walked)) == REVISIONS


def test_an_empty_database_is_migrated_once(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        assert state_of(database) is SchemaState.EMPTY
        assert bring_up_to_date(database) is SchemaState.EMPTY
        assert bring_up_to_date(database) is SchemaState.CURRENT
        assert state_of(database) is SchemaState.CURRENT


def test_a_newer_schema_is_refused_and_not_touched(database: Database) -> None:
    with database.transaction() as store:
        store.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        store.execute(sa.text("CREATE TABLE from_the_future (id INTEGER)"))
    before = described(database)
    assert state_of(database) is SchemaState.NEWER
    with pytest.raises(ConflictError, match="newer Leadkeep"):
        bring_up_to_date(database)
    assert described(database) == before
    assert state_of(database) is SchemaState.NEWER


def test_a_migration_that_fails_leaves_nothing_behind(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        with database.transaction() as store:
            store.execute(sa.text("CREATE TABLE idempotency_keys (id INTEGER)"))
        before = described(database)
        with pytest.raises(Exception, match="already exists"):
            bring_up_to_date(database)
        assert described(database) == before
        assert state_of(database) is SchemaState.EMPTY


def test_processes_that_migrate_at_once_all_succeed_and_one_does_it(database_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, database_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    found = sorted(process.communicate(timeout=60)[0].strip() for process in processes)
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert found == ["current", "current", "empty"]
