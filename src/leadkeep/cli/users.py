"""`leadkeep users ...`."""

from pathlib import Path
from typing import Annotated

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption
from leadkeep.domain.user import Role

app = typer.Typer(help="Let people into the console, and see who is in.", no_args_is_help=True)

_EmailArgument = Annotated[str, typer.Argument(metavar="EMAIL", help="As `users list` shows it.")]


@app.command(epilog="leadkeep users create ada@example.com --name 'Ada Lovelace' --role agent --bot shop")
def create(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="What they sign in with.")],
    name: Annotated[str, typer.Option(help="What others call them.")],
    role: Annotated[
        Role, typer.Option(help="Owners may do everything, agents work on leads, viewers read them.")
    ],
    bot: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", help="A bot whose leads they see; several times for several.", show_default="all"
        ),
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Make a user and print the link, good once, by which they set their password."""
    from leadkeep.actions.create_user import create_user
    from leadkeep.actions.make_link import link_to_password
    from leadkeep.cli.bots import has_bot
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note
    from leadkeep.domain.access import OPERATOR

    with opened(database, config, make=True) as ready, ready.transaction() as store:
        user = create_user(store, OPERATOR, email, name, role, tuple(bot) if bot else None)
        token = link_to_password(store, OPERATOR, user.id)
        unknown = [bot_id for bot_id in user.bots or () if not has_bot(store, bot_id)]
    _print_link(token, database, config)
    note(f"{user.email} is made. The link sets their password; it works once, for three days.")
    for bot_id in unknown:
        note(f"There is no bot {bot_id} yet; they will see it once there is.")


@app.command("list")
def list_(database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """List all users, oldest first; the disabled ones too."""
    from leadkeep.actions.read_users import list_users
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note, print_table
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        users = list_users(store, OPERATOR)
    if not users:
        note("No users yet; `leadkeep users create` makes one.")
        return
    print_table(
        ("email", "name", "role", "bots", "password", "second factor", "created", "last seen", "state"),
        [
            (
                user.email,
                user.name,
                user.role,
                "all" if user.bots is None else user.bots,
                user.has_password,
                user.has_totp,
                user.created_at,
                user.last_seen_at,
                "disabled" if user.disabled_at else "enabled",
            )
            for user in users
        ],
    )


@app.command("reset-password")
def reset_password(
    email: _EmailArgument,
    second_factor: Annotated[
        bool, typer.Option("--second-factor", help="Take their second factor away, too.")
    ] = False,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Print a new link, good once, by which a user sets their password; the old one holds until then."""
    from leadkeep.actions.make_link import link_to_password
    from leadkeep.actions.read_users import find_user
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.transaction() as store:
        user = find_user(store, OPERATOR, email)
        token = link_to_password(store, OPERATOR, user.id, reset_totp=second_factor)
    _print_link(token, database, config)
    note("The link works once, for three days; links before it have ended.")
    if second_factor:
        note(f"{user.email} has no second factor any more.")


@app.command()
def disable(email: _EmailArgument, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Keep a user out; running servers obey within seconds."""
    _switch(email, database, config, disabled=True)


@app.command()
def enable(email: _EmailArgument, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Let a user in again."""
    _switch(email, database, config, disabled=False)


def _switch(email: str, database: str | None, config: Path | None, *, disabled: bool) -> None:
    from leadkeep.actions.change_user import change_user
    from leadkeep.actions.read_users import find_user
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import printable
    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.user import UserChange

    with opened(database, config) as ready, ready.transaction() as store:
        user = find_user(store, OPERATOR, email)
        change_user(store, OPERATOR, user.id, UserChange(disabled=disabled))
    state = "disabled, and signed out everywhere" if disabled else "enabled"
    print(f"{printable(user.email)} is {state}.")


def _print_link(token: str, database: str | None, config: Path | None) -> None:
    """Only what is stored may be handed out, and nothing else may stand on standard output."""
    from leadkeep.cli.database import settings_of
    from leadkeep.settings import own_address

    print(f"{own_address(settings_of(database, config))}/welcome/{token}")
