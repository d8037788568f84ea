"""The command line. Each command works on the database itself, whether or not a server runs.

Only Typer is imported here: what a command needs, it imports when it runs, so that each starts fast and a
server holds nothing in memory that only other commands use.
"""

import io
import os
import sys
from typing import Annotated, NoReturn

import typer

from leadkeep import __version__
from leadkeep.cli import (
    bots,
    counts,
    deletions,
    demo,
    doctor,
    endpoints,
    keys,
    lead_work,
    leads,
    migrate,
    people,
    search,
    serve,
    sessions,
    settings_command,
    tail,
    users,
)
from leadkeep.cli.terminal import printable
from leadkeep.domain.errors import InvalidError, LeadkeepError

_SERVER, _DATA = "The server", "What it keeps"
_EXAMPLES = """[bold]Examples[/bold]

leadkeep serve --database postgresql://leadkeep@db/leadkeep --workers 4

leadkeep bots create shop --public --origin https://www.example.com

TOKEN=$(leadkeep keys create crm --permission read --expires 90d)

leadkeep leads list --bot shop --format csv > leads.csv
"""

app = typer.Typer(
    help="Keeps every lead a chatbot captures.",
    epilog=_EXAMPLES,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve", rich_help_panel=_SERVER)(serve.serve)
app.command("migrate", rich_help_panel=_SERVER)(migrate.migrate)
app.command("doctor", rich_help_panel=_SERVER)(doctor.doctor)
app.command("settings", rich_help_panel=_SERVER)(settings_command.settings)
app.command("demo", rich_help_panel=_DATA)(demo.demo)
app.command("tail", rich_help_panel=_DATA)(tail.tail)
app.add_typer(endpoints.app, name="endpoints", rich_help_panel=_DATA)
app.add_typer(bots.app, name="bots", rich_help_panel=_DATA)
app.add_typer(keys.app, name="keys", rich_help_panel=_DATA)
app.add_typer(users.app, name="users", rich_help_panel=_DATA)
leads.app.command("set", epilog="leadkeep leads set ID --status won --value 120.50 --currency EUR --tag vip")(
    lead_work.set_
)
leads.app.command("note", epilog="leadkeep leads note ID 'Wants a call on Monday'")(lead_work.note)
leads.app.command("delete-note")(lead_work.delete_note)
leads.app.command("history")(lead_work.history)
app.command("search", rich_help_panel=_DATA)(search.search)
app.command("counts", rich_help_panel=_DATA)(counts.counts)
app.add_typer(leads.app, name="leads", rich_help_panel=_DATA)
leads.app.command("delete")(deletions.delete_lead)
people.app.command("delete")(deletions.delete_person)
sessions.app.command("delete")(deletions.delete_session)
app.add_typer(people.app, name="people", rich_help_panel=_DATA)
app.add_typer(sessions.app, name="sessions", rich_help_panel=_DATA)


def main() -> NoReturn:
    """Exits with 0, with 2 for what was asked wrongly, with 1 for what went wrong."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name must never stop a command because the terminal has no sign for it.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="leadkeep")
    except LeadkeepError as error:
        _fail(error.message, 2 if isinstance(error, InvalidError) else 1)
    except Exception as error:
        _fail_unexpectedly(error)
    sys.exit(0)


def _fail(message: str, code: int) -> NoReturn:
    print(f"leadkeep: {printable(message)}", file=sys.stderr)
    sys.exit(code)


def _fail_unexpectedly(error: Exception) -> NoReturn:
    hint = "set LEADKEEP_LOG_LEVEL=debug to see where"
    if os.environ.get("LEADKEEP_LOG_LEVEL") == "debug":
        import structlog

        from leadkeep.logs import configure_logs

        configure_logs("debug")
        structlog.get_logger("leadkeep.cli").error("unexpected", exc_info=error)
        hint = "see above for where"
    _fail(f"unexpected {type(error).__name__}, which is a fault in Leadkeep; {hint}", 1)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"leadkeep {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Take the options that stand before any command."""
