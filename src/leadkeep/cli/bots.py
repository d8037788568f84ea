"""`leadkeep bots ...`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption

if TYPE_CHECKING:
    from leadkeep.domain.bot import Bot, BotChange
    from leadkeep.storage.database import Database, Store

_PAGE = 1_000

app = typer.Typer(help="Make, list, change and delete bots.", no_args_is_help=True)

_BotId = Annotated[str, typer.Argument(metavar="ID", help="The bot's id.")]
_Name = Annotated[str | None, typer.Option(help="A name for people.", show_default=False)]
_Origins = Annotated[
    list[str] | None,
    typer.Option("--origin", metavar="URL", help="A site it is embedded in; several times for several."),
]


@app.command(epilog="leadkeep bots create shop --name 'Shop chat' --public --origin https://www.example.com")
def create(
    bot_id: _BotId,
    name: _Name = None,
    public: Annotated[bool, typer.Option("--public", help="Take leads without a key.")] = False,
    origin: _Origins = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Make a bot."""
    from leadkeep.actions.create_bot import create_bot
    from leadkeep.cli.database import opened
    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.errors import ConflictError

    change = _change(name=name, public=public, origins=tuple(origin) if origin else None)
    with opened(database, config, make=True) as ready, ready.transaction() as store:
        try:
            bot = create_bot(store, OPERATOR, bot_id, change)
        except ConflictError as error:
            raise ConflictError(f"{error.message}; change it with `leadkeep bots set {bot_id}`") from None
    _show(bot)


@app.command("list")
def list_(database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """List all bots."""
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note, print_table

    with opened(database, config) as ready:
        rows = [(bot.id, bot.name, bot.public, _origins(bot), bot.created_at) for bot in every_bot(ready)]
    if not rows:
        note("No bots yet; `leadkeep bots create` makes one.")
        return
    print_table(("id", "name", "public", "origins", "created"), rows)


@app.command()
def show(bot_id: _BotId, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Show one bot with its lead form."""
    from leadkeep.actions.read_bots import get_bot
    from leadkeep.cli.database import opened
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        bot = get_bot(store, OPERATOR, bot_id)
    _show(bot)


@app.command("set", epilog="leadkeep bots set shop --form-title 'May we call you?' --no-ask-phone")
def set_(
    bot_id: _BotId,
    name: _Name = None,
    public: Annotated[
        bool | None, typer.Option("--public/--no-public", help="Take leads without a key.")
    ] = None,
    origin: _Origins = None,
    any_origin: Annotated[
        bool, typer.Option("--any-origin", help="Lift the limit to certain sites.")
    ] = False,
    form: Annotated[bool | None, typer.Option("--form/--no-form", help="Show the lead form.")] = None,
    form_title: Annotated[str | None, typer.Option(help="What stands above the form.")] = None,
    form_success: Annotated[str | None, typer.Option(help="What is said once it is sent.")] = None,
    ask_name: Annotated[
        bool | None, typer.Option("--ask-name/--no-ask-name", help="Ask for the name.")
    ] = None,
    ask_email: Annotated[
        bool | None, typer.Option("--ask-email/--no-ask-email", help="Ask for the e-mail address.")
    ] = None,
    ask_phone: Annotated[
        bool | None, typer.Option("--ask-phone/--no-ask-phone", help="Ask for the phone number.")
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Change a bot; what is not named stays as it is."""
    from leadkeep.cli.database import opened
    from leadkeep.domain.errors import InvalidError

    if origin and any_origin:
        raise InvalidError("--any-origin", "--origin and --any-origin exclude one another")
    origins: tuple[str, ...] | None = () if any_origin else tuple(origin) if origin else None
    change = _given(name=name, public=public, origins=origins)
    form_change = _given(
        enabled=form,
        title=form_title,
        success_message=form_success,
        ask_name=ask_name,
        ask_email=ask_email,
        ask_phone=ask_phone,
    )
    if not change and not form_change:
        raise InvalidError("bots set", "nothing to change; see leadkeep bots set --help")
    with opened(database, config) as ready:
        _show(_changed(ready, bot_id, change, form_change))


@app.command()
def delete(bot_id: _BotId, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Delete a bot that has no leads."""
    from leadkeep.actions.delete_bot import delete_bot
    from leadkeep.cli.database import opened
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.transaction() as store:
        delete_bot(store, OPERATOR, bot_id)
    print(f"Bot {bot_id} is deleted.")


def has_bot(store: "Store", bot_id: str) -> bool:
    from leadkeep.actions.read_bots import get_bot
    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.errors import NotFoundError

    try:
        get_bot(store, OPERATOR, bot_id)
    except NotFoundError:
        return False
    return True


def every_bot(database: "Database") -> "Iterator[Bot]":
    from leadkeep.actions.read_bots import list_bots
    from leadkeep.domain.access import OPERATOR

    after: str | None = ""
    while after is not None:
        with database.snapshot() as store:
            page = list_bots(store, OPERATOR, after=after, limit=_PAGE)
        yield from page
        after = page[-1].id if len(page) == _PAGE else None


def _changed(database: "Database", bot_id: str, change: dict[str, Any], form: dict[str, Any]) -> "Bot":
    from leadkeep.actions.change_bot import change_bot
    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.bot import FormChange

    if form:
        change = {**change, "form": FormChange(**form)}
    with database.transaction() as store:
        return change_bot(store, OPERATOR, bot_id, _change(**change))


def _change(**wanted: Any) -> "BotChange":
    from leadkeep.domain.bot import BotChange

    return BotChange(**_given(**wanted))


def _given(**wanted: Any) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if value is not None}


def _origins(bot: "Bot") -> object:
    """A bot that takes no leads without a key takes none from any site."""
    return bot.origins or ("any" if bot.public else "-")


def _show(bot: "Bot") -> None:
    from leadkeep.cli.terminal import note, print_facts

    print_facts(
        {
            "id": bot.id,
            "name": bot.name,
            "public": bot.public,
            "origins": _origins(bot),
            "created": bot.created_at,
            "form": bot.form.enabled,
            "form title": bot.form.title,
            "form success": bot.form.success_message,
            "asks name": bot.form.ask_name,
            "asks e-mail": bot.form.ask_email,
            "asks phone": bot.form.ask_phone,
        }
    )
    if bot.public and not bot.origins:
        note("Any site can leave leads with this bot; --origin holds browsers to yours.")
