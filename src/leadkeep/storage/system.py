"""The database itself: what it is, how large, and how far its schema is."""

from typing import NamedTuple

from leadkeep.storage.migrate import SchemaState, schema_state
from leadkeep.storage.store import Store


class DatabaseFacts(NamedTuple):
    """`size`, and `free`, what is left on the disk, are in bytes; `free` is None where that is not this
    machine's."""

    engine: str
    version: str
    size: int
    free: int | None
    schema: SchemaState


def facts(store: Store) -> DatabaseFacts:
    version = store.connection.dialect.server_version_info or ()
    return DatabaseFacts(
        engine=store.dialect.name,
        version=".".join(map(str, version)),
        size=store.dialect.size_of(store.connection),
        free=store.dialect.free_for(store.connection.engine.url),
        schema=schema_state(store),
    )
