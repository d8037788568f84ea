"""The first steps: a bot, a key for it, and a first lead that is seen to arrive."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.create_bot import create_bot
from leadkeep.actions.create_key import create_key
from leadkeep.console import snippets
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import BotChange, suggested_id
from leadkeep.domain.errors import InvalidError, LeadkeepError
from leadkeep.domain.key import NewKey
from leadkeep.storage.store import Store


@get("/first-steps")
async def first_steps(request: ConsoleRequest) -> Response[bytes]:
    await request.grant(Permission.ADMIN)
    return request.page("first_steps/page.html", bot=None, token="", given="", wrong="")


@post("/first-steps")
async def make_first_bot(request: ConsoleRequest) -> Response[bytes]:
    """The key's token is shown in the answer, and never again."""
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    name = form.text("name", 1_000)
    try:
        bot_id, token = await request.desk.database.write(_made, grant, name)
    except LeadkeepError as error:
        wrong = request.told(error)
        return request.page("first_steps/page.html", status=422, bot=None, token="", given=name, wrong=wrong)
    address = request.settings.public_url or str(request.base_url).rstrip("/")
    line = snippets.capture(address, bot_id, token)
    return request.page("first_steps/page.html", bot=bot_id, token=token, line=line, given="", wrong="")


def _made(store: Store, grant: Grant, name: str) -> tuple[str, str]:
    bot_id = suggested_id(name)
    if not bot_id:
        raise InvalidError("name", "Give the bot a name with letters or digits in it")
    create_bot(store, grant, bot_id, BotChange(name=name.strip()))
    new = NewKey(
        name=f"{name.strip()[:150]} (first steps)",
        permissions=frozenset({Permission.CAPTURE}),
        bots=frozenset({bot_id}),
    )
    return bot_id, create_key(store, grant, new)[1]


ROUTES: list[HTTPRouteHandler] = [first_steps, make_first_bot]
