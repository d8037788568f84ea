"""`leadkeep sessions ...`."""

from typing import TYPE_CHECKING, Annotated

import typer

from leadkeep.cli.options import (
    ConfigOption,
    DatabaseOption,
    Format,
    LimitOption,
    SinceOption,
    UntilOption,
)
from leadkeep.domain.handover import HandoverState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from leadkeep.domain.access import Grant
    from leadkeep.domain.handover import Handover
    from leadkeep.storage.store import Store

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
_Format = Annotated[Format, typer.Option("--format", help="JSON is for programs.")]


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
    since: SinceOption = None,
    until: UntilOption = None,
    form: _Format = Format.TABLE,
    limit: LimitOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """List sessions, newest first; times are UTC unless they say otherwise."""
    from leadkeep.cli.bots import require_bot
    from leadkeep.cli.database import opened
    from leadkeep.cli.lead_filter import read_time
    from leadkeep.cli.session_formats import write_sessions
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
        require_bot(ready, bot)
        write_sessions(ready, wanted, form, limit)


@app.command()
def show(bot: _Bot, session: _Session, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Show one session with its visit and its hand-overs."""
    from leadkeep.actions.read_handovers import read_handovers
    from leadkeep.actions.read_sessions import get_session
    from leadkeep.cli.database import opened
    from leadkeep.cli.session_formats import MAX_HANDOVERS, print_handovers, print_session
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        found, _ = get_session(store, OPERATOR, bot, session)
        handovers = read_handovers(store, OPERATOR, bot, session, after=None, limit=MAX_HANDOVERS + 1)
    print_session(found)
    print_handovers(handovers)


@app.command(epilog="leadkeep sessions transcript shop c-1 --format json > c-1.json")
def transcript(
    bot: _Bot,
    session: _Session,
    form: _Format = Format.TABLE,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Print what was said, oldest first."""
    from leadkeep.cli.database import opened
    from leadkeep.cli.session_formats import write_transcript

    with opened(database, config) as ready:
        write_transcript(ready, bot, session, form)


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
    from leadkeep.cli.terminal import note, printable

    claimed = _act(claim_handover, name, bot, session, database, config)
    print(f"Session {printable(session)} is claimed by {printable(claimed.claimed_by_name or '')}.")
    why = f" Why: {claimed.reason}" if claimed.reason else ""
    note(f"The visitor waited {claimed.waiting_seconds or 0:.0f} s.{why}")


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
    from leadkeep.cli.terminal import printable

    _act(return_to_bot, name, bot, session, database, config)
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
    from leadkeep.cli.terminal import printable

    _act(resolve_handover, name, bot, session, database, config)
    print(f"The hand-over of session {printable(session)} is resolved.")


def _act(
    action: "Callable[[Store, Grant, str, str], Handover]",
    name: str | None,
    bot: str,
    session: str,
    database: str | None,
    config: "Path | None",
) -> "Handover":
    """What an action makes of the session's hand-over, in the name of whoever sits there."""
    from leadkeep.cli.database import opened

    with opened(database, config) as ready, ready.transaction() as store:
        return action(store, _grant(name), bot, session)


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
