"""`leadkeep leads ...`."""

from typing import Annotated

import typer

from leadkeep.cli.options import (
    ConfigOption,
    DatabaseOption,
    LeadFormat,
    LeadIdArgument,
    LimitOption,
    SinceOption,
    UntilOption,
)

_TITLES = {"bot_id": "bot", "session_id": "session", "created_at": "created"}

app = typer.Typer(
    help="List, show, change and delete leads; `leads list --format csv` or `json` exports them.",
    no_args_is_help=True,
)


@app.command("list", epilog="leadkeep leads list --bot shop --format csv > leads.csv")
def list_(
    bot: Annotated[str | None, typer.Option(metavar="ID", help="Of this bot only.")] = None,
    form: Annotated[
        LeadFormat, typer.Option("--format", help="CSV is made safe for spreadsheets.")
    ] = LeadFormat.TABLE,
    session: Annotated[str | None, typer.Option(metavar="ID", help="Of this session only.")] = None,
    email: Annotated[str | None, typer.Option(metavar="ADDRESS", help="With this e-mail address.")] = None,
    person: Annotated[str | None, typer.Option(metavar="ID", help="Of this person only.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
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
    limit: LimitOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """List leads, newest first unless told otherwise; times are UTC unless they say otherwise."""
    from leadkeep.cli.bots import require_bot
    from leadkeep.cli.database import opened
    from leadkeep.cli.lead_filter import read_filter, read_sort
    from leadkeep.cli.lead_formats import write_leads

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
    with opened(database, config) as ready:
        require_bot(ready, bot)
        write_leads(ready, wanted, order, form, limit)


@app.command()
def show(lead_id: LeadIdArgument, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Show one lead with all that is known of it."""
    import msgspec

    from leadkeep.actions.read_leads import get_lead
    from leadkeep.actions.read_notes import read_notes
    from leadkeep.cli.database import opened
    from leadkeep.cli.lead_work import MAX_NOTES, print_notes
    from leadkeep.cli.terminal import print_facts
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        lead = get_lead(store, OPERATOR, lead_id)
        notes = read_notes(store, OPERATOR, lead_id, None, MAX_NOTES + 1)
    facts = msgspec.structs.asdict(lead)
    facts = {_TITLES.get(name, name): value for name, value in facts.items()}
    print_facts({**facts, "attributes": msgspec.json.encode(lead.attributes).decode()})
    print_notes(notes)
