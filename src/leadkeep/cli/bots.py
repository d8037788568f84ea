"""`leadkeep bots ...`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption

if TYPE_CHECKING:
    from leadkeep.domain.bot import Bot
    from leadkeep.storage.database import Database
    from leadkeep.storage.store import Store

_PAGE = 1_000

app = typer.Typer(help="Make, list, change and delete bots.", no_args_is_help=True)

_BotId = Annotated[str, typer.Argument(metavar="ID", help="The bot's id.")]
_Name = Annotated[str | None, typer.Option(help="A name for people.", show_default=False)]
_Public = Annotated[bool | None, typer.Option("--public/--no-public", help="Take leads without a key.")]
_Origins = Annotated[
    list[str] | None,
    typer.Option("--origin", metavar="URL", help="A site it is embedded in; several times for several."),
]
_AnyOrigin = Annotated[bool, typer.Option("--any-origin", help="Lift the limit to certain sites.")]
_Region = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="The country of phone numbers without a country code, such as DE."),
]
_NoRegion = Annotated[
    bool, typer.Option("--no-region", help="Understand phone numbers with a country code only.")
]
_Extract = Annotated[
    bool | None,
    typer.Option("--extract/--no-extract", help="Make leads of contacts that visitors type in the chat."),
]
_OwnContacts = Annotated[
    list[str] | None,
    typer.Option(
        "--own-contact",
        metavar="CONTACT",
        help="An address, @domain or number of its own, which makes no lead; several times for several.",
    ),
]
_NoOwnContact = Annotated[bool, typer.Option("--no-own-contact", help="Forget the contacts of its own.")]
_EscalateAfter = Annotated[
    int | None,
    typer.Option(metavar="MINUTES", help="How long a visitor may wait before more people are told."),
]
_NoEscalation = Annotated[bool, typer.Option("--no-escalation", help="However long a visitor waits.")]
_Form = Annotated[bool | None, typer.Option("--form/--no-form", help="Show the lead form.")]
_FormTitle = Annotated[str | None, typer.Option(help="What stands above the form.")]
_FormSuccess = Annotated[str | None, typer.Option(help="What is said once it is sent.")]
_AskName = Annotated[bool | None, typer.Option("--ask-name/--no-ask-name", help="Ask for the name.")]
_AskEmail = Annotated[
    bool | None, typer.Option("--ask-email/--no-ask-email", help="Ask for the e-mail address.")
]
_AskPhone = Annotated[
    bool | None, typer.Option("--ask-phone/--no-ask-phone", help="Ask for the phone number.")
]


@app.command(epilog="leadkeep bots create shop --name 'Shop chat' --public --origin https://www.example.com")
def create(
    bot_id: _BotId,
    name: _Name = None,
    public: Annotated[bool, typer.Option("--public", help="Take leads without a key.")] = False,
    origin: _Origins = None,
    region: _Region = None,
    extract: _Extract = None,
    own_contact: _OwnContacts = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Make a bot."""
    from leadkeep.actions.create_bot import create_bot
    from leadkeep.cli.database import opened
    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.bot import BotChange
    from leadkeep.domain.errors import ConflictError

    change = BotChange(
        **_given(
            name=name,
            public=public,
            origins=_chosen("--origin", origin),
            region=region,
            extract=extract,
            own_contacts=_chosen("--own-contact", own_contact),
        )
    )
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
    """Show one bot with all its settings."""
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
    public: _Public = None,
    origin: _Origins = None,
    any_origin: _AnyOrigin = False,
    region: _Region = None,
    no_region: _NoRegion = False,
    extract: _Extract = None,
    own_contact: _OwnContacts = None,
    no_own_contact: _NoOwnContact = False,
    escalate_after: _EscalateAfter = None,
    no_escalation: _NoEscalation = False,
    form: _Form = None,
    form_title: _FormTitle = None,
    form_success: _FormSuccess = None,
    ask_name: _AskName = None,
    ask_email: _AskEmail = None,
    ask_phone: _AskPhone = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Change a bot; what is not named stays as it is."""
    from leadkeep.cli.database import opened
    from leadkeep.domain.errors import InvalidError

    if region and no_region:
        raise InvalidError("--no-region", "--region and --no-region exclude one another")
    if escalate_after and no_escalation:
        message = "--escalate-after and --no-escalation exclude one another"
        raise InvalidError("--no-escalation", message)
    cleared = {"region": no_region, "escalate_after": no_escalation}
    change = {name: None for name, is_cleared in cleared.items() if is_cleared} | _given(
        name=name,
        public=public,
        origins=_chosen("--origin", origin, "--any-origin", none=any_origin),
        region=region,
        extract=extract,
        own_contacts=_chosen("--own-contact", own_contact, "--no-own-contact", none=no_own_contact),
        escalate_after=escalate_after,
    )
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


def require_bot(database: "Database", bot_id: str | None) -> None:
    """Raises NotFoundError for one that is named and not there: an empty list would hide a slip."""
    from leadkeep.actions.read_bots import get_bot
    from leadkeep.domain.access import OPERATOR

    if bot_id is not None:
        with database.snapshot() as store:
            get_bot(store, OPERATOR, bot_id)


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
    from leadkeep.domain.bot import BotChange, FormChange

    if form:
        change = {**change, "form": FormChange(**form)}
    with database.transaction() as store:
        return change_bot(store, OPERATOR, bot_id, BotChange(**change))


def _chosen(
    option: str, given: list[str] | None, opposite: str = "", *, none: bool = False
) -> tuple[str, ...] | None:
    """What was given; nothing at all by the opposite option, and None where neither was named."""
    from leadkeep.domain.errors import InvalidError

    if given and none:
        raise InvalidError(opposite, f"{option} and {opposite} exclude one another")
    return tuple(given) if given else () if none else None


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
            "region": bot.region or "-",
            "extract": bot.extract,
            "own contacts": bot.own_contacts or "-",
            "escalates": f"after {bot.escalate_after} min" if bot.escalate_after else "-",
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
