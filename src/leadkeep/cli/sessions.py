"""`leadkeep sessions ...`."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption
from leadkeep.domain.handover import HandoverState

if TYPE_CHECKING:
    from leadkeep.domain.access import Grant

NEWEST = 50
"""Sessions that a table shows unless told otherwise."""
_MAX_NAME = 200

app = typer.Typer(
    help="List sessions, read what was said in them, and take over those that wait for a person.",
    no_args_is_help=True,
)

_Bot = Annotated[str, typer.Argument(metavar="BOT", help="The id of its bot.")]
_Session = Annotated[str, typer.Argument(metavar="SESSION", help="As `sessions list` shows it.")]
_As = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who does it.", show_default="operator")
]


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"


@app.command("list", epilog="leadkeep sessions list --bot shop --handover waiting")
def list_(
    bot: Annotated[str | None, typer.Option(metavar="ID", help="Of this bot only.")] = None,
    handover: Annotated[
        HandoverState | None,
        typer.Option(help="How the newest hand-over stands; who waits comes in the order of waiting."),
    ] = None,
    handed_over: Annotated[
        bool | None, typer.Option("--handed-over/--not-handed-over", help="Whether it ever was.")
    ] = None,
    lead: Annotated[bool | None, typer.Option("--lead/--no-lead", help="Whether it is a lead.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="From 2026-11-01 or 2026-11-01T09:00:00Z on.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Before this time.")] = None,
    form: Annotated[Format, typer.Option("--format", help="JSON is for programs.")] = Format.TABLE,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="The first so many.", show_default=f"{NEWEST} in a table, else all"),
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """List sessions, newest first; times are UTC unless they say otherwise."""
    from leadkeep.actions.read_bots import get_bot
    from leadkeep.cli.database import opened
    from leadkeep.cli.lead_filter import read_time
    from leadkeep.cli.lead_formats import write_json
    from leadkeep.cli.session_formats import session_pages, write_sessions
    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.session import SessionFilter

    wanted = SessionFilter(
        bot_id=bot,
        handover=handover,
        handed_over=handed_over,
        is_lead=lead,
        created_from=read_time("--from", since),
        created_to=read_time("--to", until),
    )
    with opened(database, config) as ready:
        if bot is not None:
            with ready.snapshot() as store:
                get_bot(store, OPERATOR, bot)
        found = session_pages(ready, wanted, limit or (NEWEST if form is Format.TABLE else None))
        if form is Format.JSON:
            write_json(found)
        else:
            write_sessions(
                found, none="No sessions yet." if wanted == SessionFilter() else "No such sessions."
            )


@app.command()
def show(bot: _Bot, session: _Session, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Show one session with its visit and its hand-overs."""
    from leadkeep.actions.read_sessions import get_session
    from leadkeep.cli.database import opened
    from leadkeep.cli.session_formats import write_session
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        found, _ = get_session(store, OPERATOR, bot, session)
        write_session(store, found)


@app.command(epilog="leadkeep sessions transcript shop c-1 --format json > c-1.json")
def transcript(
    bot: _Bot,
    session: _Session,
    form: Annotated[Format, typer.Option("--format", help="JSON is for programs.")] = Format.TABLE,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Print what was said, oldest first."""
    from leadkeep.cli.database import opened
    from leadkeep.cli.lead_formats import write_json
    from leadkeep.cli.session_formats import transcript_pages, write_transcript

    with opened(database, config) as ready:
        found = transcript_pages(ready, bot, session)
        (write_json if form is Format.JSON else write_transcript)(found)


@app.command(epilog="leadkeep sessions claim shop c-1 --as Ada")
def claim(
    bot: _Bot,
    session: _Session,
    name: _As = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Claim a session that waits for a person; of all who do, one gets it."""
    from leadkeep.actions.claim_handover import claim_handover
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import printable

    with opened(database, config) as ready, ready.transaction() as store:
        claimed = claim_handover(store, _grant(name), bot, session)
    waited = f"{claimed.waiting_seconds or 0:.0f} s"
    print(f"Session {printable(session)} is claimed by {printable(claimed.claimed_by_name or '')}.")
    _note(f"The visitor waited {waited}.", claimed.reason)


@app.command("return")
def return_(
    bot: _Bot,
    session: _Session,
    name: _As = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Return a session to its bot."""
    from leadkeep.actions.return_to_bot import return_to_bot
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import printable

    with opened(database, config) as ready, ready.transaction() as store:
        return_to_bot(store, _grant(name), bot, session)
    print(f"Session {printable(session)} is back with its bot.")


@app.command()
def resolve(
    bot: _Bot,
    session: _Session,
    name: _As = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Resolve a hand-over: the visitor has what they came for."""
    from leadkeep.actions.resolve_handover import resolve_handover
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import printable

    with opened(database, config) as ready, ready.transaction() as store:
        resolve_handover(store, _grant(name), bot, session)
    print(f"The hand-over of session {printable(session)} is resolved.")


def _note(waited: str, reason: str | None) -> None:
    from leadkeep.cli.terminal import note

    note(f"{waited} Why: {reason}" if reason else waited)


def _grant(name: str | None) -> "Grant":
    """The operator's, in the name of whoever sits there."""
    import msgspec

    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.errors import InvalidError
    from leadkeep.domain.text import as_text

    if name is None:
        return OPERATOR
    checked = as_text(name, "--as", _MAX_NAME).strip()
    if not checked:
        raise InvalidError("--as", "--as must name somebody")
    return msgspec.structs.replace(OPERATOR, name=checked)
