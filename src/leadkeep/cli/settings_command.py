"""`leadkeep settings`."""

from leadkeep.cli.options import ConfigOption, DatabaseOption


def settings(database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Show every setting in force and where it comes from."""
    from leadkeep.cli.database import shown_url
    from leadkeep.cli.terminal import print_table
    from leadkeep.settings import FIELDS, shown, trace_settings

    loaded = trace_settings({"database_url": database, "config": config})
    rows = []
    for name in FIELDS:
        given = loaded.given.get(name)
        source = f"{given.source}: {given.label}" if given else "default"
        value = (
            shown_url(loaded.settings.database) if name == "database_url" else shown(loaded.settings, name)
        )
        rows.append((name, _as_written(value), source))
    print_table(("setting", "value", "from"), rows)


def _as_written(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
