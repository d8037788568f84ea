"""`leadkeep serve`."""

from typing import Annotated

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", show_default="8420")] = None,
    database: DatabaseOption = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes; more than one needs PostgreSQL.", show_default="1")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Run the server; it brings its database up to date first."""
    from leadkeep.cli.database import explained
    from leadkeep.server import serve
    from leadkeep.settings import load_settings

    settings = load_settings(
        {"host": host, "port": port, "database_url": database, "workers": workers, "config": config}
    )
    with explained(settings.database):
        serve(settings)
