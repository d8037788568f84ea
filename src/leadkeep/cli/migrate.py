"""`leadkeep migrate`."""

from leadkeep.cli.options import ConfigOption, DatabaseOption


def migrate(database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Bring the database up to date, as `serve` does when it starts."""
    from contextlib import closing

    from leadkeep.actions.upgrade import upgrade
    from leadkeep.cli.database import explained, settings_of, shown_url
    from leadkeep.storage.database import Database
    from leadkeep.storage.migrate import SchemaState

    did = {
        SchemaState.EMPTY: "Made the tables in {}",
        SchemaState.OLDER: "Brought {} up to date",
        SchemaState.CURRENT: "{} is up to date already",
    }
    url = settings_of(database, config).database
    with explained(url), closing(Database(url)) as ready:
        print(did[upgrade(ready)].format(shown_url(url)))
