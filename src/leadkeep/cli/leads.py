"""`leadkeep leads ...`."""

from enum import StrEnum
from typing import Annotated

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption

NEWEST = 50
"""Leads that a table shows unless told otherwise."""

app = typer.Typer(help="List, show and export leads.", no_args_is_help=True)


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@app.command("list", epilog="leadkeep leads list --bot shop --format csv > leads.csv")
def list_(
    bot: Annotated[str | None, typer.Option(metavar="ID", help="Of this bot only.")] = None,
    form: Annotated[
        Format, typer.Option("--format", help="CSV is made safe for spreadsheets.")
    ] = Format.TABLE,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="The newest so many.", show_default=f"{NEWEST} in a table, else all"),
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """List leads, newest first."""
    from leadkeep.actions.read_bots import get_bot
    from leadkeep.cli import lead_formats
    from leadkeep.cli.database import opened
    from leadkeep.domain.access import OPERATOR

    write = {
        Format.TABLE: lead_formats.write_table,
        Format.JSON: lead_formats.write_json,
        Format.CSV: lead_formats.write_csv,
    }[form]
    with opened(database, config) as ready:
        if bot is not None:
            with ready.snapshot() as store:
                get_bot(store, OPERATOR, bot)
        write(lead_formats.pages(ready, bot, limit or (NEWEST if form is Format.TABLE else None)))


@app.command()
def show(
    lead_id: Annotated[str, typer.Argument(metavar="ID", help="As `leads list` shows it.")],
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Show one lead with all that is known of it."""
    import msgspec

    from leadkeep.actions.read_leads import get_lead
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import print_facts
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        lead = get_lead(store, OPERATOR, lead_id)
    facts = msgspec.structs.asdict(lead)
    print_facts({**facts, "attributes": msgspec.json.encode(lead.attributes).decode()})
