"""`leadkeep keys ...`."""

from typing import Annotated

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption
from leadkeep.domain.access import Permission

app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)


@app.command(epilog="TOKEN=$(leadkeep keys create crm --permission read --bot shop --expires 90d)")
def create(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    permission: Annotated[list[Permission], typer.Option(help="May be given several times.")],
    bot: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="A bot it holds for; several times for several.", show_default="all"),
    ] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="AGE", help="Such as 90d, 12h or 30m.", show_default="never")
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Make a key and print its token, which is never shown again."""
    from leadkeep.actions import clock
    from leadkeep.actions.create_key import create_key
    from leadkeep.cli.bots import has_bot
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note
    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.key import NewKey, read_age

    new = NewKey(
        name=name,
        permissions=frozenset(permission),
        bots=frozenset(bot) if bot else None,
        expires_at=clock.now() + read_age(expires) if expires is not None else None,
    )
    with opened(database, config, make=True) as ready, ready.transaction() as store:
        key, token = create_key(store, OPERATOR, new)
        unknown = [bot_id for bot_id in sorted(new.bots or ()) if not has_bot(store, bot_id)]
    # Only what is stored may be handed out, and nothing else may stand on standard output.
    print(token)
    note(f"Key {key.id} made. This is the only time its token is shown.")
    for bot_id in unknown:
        note(f"There is no bot {bot_id} yet; the key will hold for it once there is.")


@app.command("list")
def list_(database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """List all keys, oldest first; the revoked ones too."""
    from leadkeep.actions import clock
    from leadkeep.actions.list_keys import list_keys
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note, print_table
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        keys = list_keys(store, OPERATOR)
    if not keys:
        note("No keys yet; `leadkeep keys create` makes one.")
        return
    now = clock.now()
    print_table(
        ("id", "name", "token", "permissions", "bots", "created", "last used", "expires", "state"),
        [
            (
                key.id,
                key.name,
                f"{key.hint}…",
                key.permissions,
                "all" if key.bots is None else key.bots,
                key.created_at,
                key.last_used_at,
                key.expires_at,
                "live" if key.is_live(now) else "revoked" if key.revoked_at else "expired",
            )
            for key in keys
        ],
    )


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `keys list` shows it.")],
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Revoke a key; running servers obey within seconds."""
    from leadkeep.actions.revoke_key import revoke_key
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import printable
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.transaction() as store:
        key = revoke_key(store, OPERATOR, key_id)
    print(f"Key {key.id} ({printable(key.name)}) is revoked.")
