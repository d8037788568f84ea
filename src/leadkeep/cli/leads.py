"""`leadkeep leads ...`."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption

if TYPE_CHECKING:
    from leadkeep.domain.json_shape import JsonPage

NEWEST = 50
"""Leads that a table shows unless told otherwise."""

# By order: what those leads are that come first.
_FIRST = {"-created": "newest", "best": "best"}
_TITLES = {"bot_id": "bot", "session_id": "session", "created_at": "created"}

app = typer.Typer(
    help="List, show, change and delete leads; `leads list --format csv` or `json` exports them.",
    no_args_is_help=True,
)


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
    session: Annotated[str | None, typer.Option(metavar="ID", help="Of this session only.")] = None,
    email: Annotated[str | None, typer.Option(metavar="ADDRESS", help="With this e-mail address.")] = None,
    person: Annotated[str | None, typer.Option(metavar="ID", help="Of this person only.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="From 2026-11-01 or 2026-11-01T09:00:00Z on.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Before this time.")] = None,
    status: Annotated[
        list[str] | None,
        typer.Option(metavar="STATUS", help="With this status; several times for several."),
    ] = None,
    owner: Annotated[str | None, typer.Option(metavar="NAME", help="Of this owner only.")] = None,
    tag: Annotated[str | None, typer.Option(metavar="TAG", help="With this tag.")] = None,
    origin: Annotated[
        str | None, typer.Option(metavar="ORIGIN", help="That came in this way, such as flowise.")
    ] = None,
    search: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Found by the beginnings of all these words.")
    ] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Whose session waits for an agent.")] = False,
    sort: Annotated[
        str | None,
        typer.Option(
            metavar="ORDER",
            help="created, changed or name, with a - in front the other way round; best with --search.",
            show_default="-created",
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="The first so many.", show_default=f"{NEWEST} in a table, else all"),
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """List leads, newest first unless told otherwise; times are UTC unless they say otherwise."""
    from functools import partial

    from leadkeep.actions.read_bots import get_bot
    from leadkeep.cli import lead_formats
    from leadkeep.cli.database import opened
    from leadkeep.cli.lead_filter import read_filter, read_sort
    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.lead import LeadFilter

    wanted = read_filter(
        bot=bot,
        session=session,
        email=email,
        person=person,
        since=since,
        until=until,
        statuses=status or (),
        owner=owner,
        tag=tag,
        origin=origin,
        search=search,
        waiting=waiting or None,
    )
    order = read_sort(sort, wanted)
    none = "No leads yet." if wanted == LeadFilter(bot_id=bot) else "No such leads."
    writers: dict[Format, Callable[[Iterator[JsonPage]], None]] = {
        Format.TABLE: partial(lead_formats.write_table, none=none, which=_FIRST.get(order, "first")),
        Format.JSON: lead_formats.write_json,
        Format.CSV: lead_formats.write_csv,
    }
    with opened(database, config) as ready:
        if bot is not None:
            with ready.snapshot() as store:
                get_bot(store, OPERATOR, bot)
        most = limit or (NEWEST if form is Format.TABLE else None)
        writers[form](lead_formats.pages(ready, wanted, most, order))


@app.command()
def show(
    lead_id: Annotated[str, typer.Argument(metavar="ID", help="As `leads list` shows it.")],
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Show one lead with all that is known of it."""
    import msgspec

    from leadkeep.actions.read_leads import get_lead
    from leadkeep.actions.read_notes import read_notes
    from leadkeep.cli.database import opened
    from leadkeep.cli.lead_work import NEWEST as NOTES
    from leadkeep.cli.lead_work import print_notes
    from leadkeep.cli.terminal import print_facts
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        lead = get_lead(store, OPERATOR, lead_id)
        notes = read_notes(store, OPERATOR, lead_id, None, NOTES + 1)
    facts = msgspec.structs.asdict(lead)
    facts = {_TITLES.get(name, name): value for name, value in facts.items()}
    print_facts({**facts, "attributes": msgspec.json.encode(lead.attributes).decode()})
    print_notes(notes)
