"""The first steps: a bot, a key for it, and a first lead that is seen to arrive."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.capture import Capture, new_lead
from leadkeep.actions.create_bot import create_bot
from leadkeep.actions.create_key import create_key
from leadkeep.actions.read_bots import get_bot, list_bots
from leadkeep.actions.read_events import end_of_feed
from leadkeep.actions.read_leads import list_leads
from leadkeep.console import cookies, snippets
from leadkeep.console.lead_rows import SHAPE, leads_in
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import Bot, BotChange, suggested_id
from leadkeep.domain.errors import InvalidError, LeadkeepError
from leadkeep.domain.key import NewKey
from leadkeep.domain.lead import Lead, LeadFilter, NewLead, Sort
from leadkeep.storage.store import Store
from leadkeep.web.cursors import write_place

_SHOWN = 5
_TEST_NAME, _TEST_EMAIL = "Ada Lovelace (test)", "ada@example.com"


@get("/first-steps")
async def first_steps(request: ConsoleRequest) -> Response[bytes]:
    return await _begin(request)


@post("/first-steps")
async def make_first_bot(request: ConsoleRequest) -> Response[bytes]:
    """The key's token is shown on the next page, and never again."""
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    name = form.text("name", 1_000)
    try:
        bot_id, token = await request.desk.database.write(_made, grant, name)
    except LeadkeepError as error:
        return await _begin(request, name, request.told(error))
    request.desk.directory.forget(bot_id)
    return _to_bot(request, bot_id, token)


@get("/first-steps/{bot_id:str}")
async def bot_is_ready(request: ConsoleRequest, bot_id: str) -> Response[bytes]:
    grant = await request.grant(Permission.ADMIN)
    bot, leads, number = await request.desk.database.read(_bot_and_leads, grant, bot_id)
    of_bot, _, token = request.cookies.get(cookies.KEY, "").partition("/")
    shown = token if of_bot == bot_id else ""
    return request.page(
        "first_steps/bot.html",
        cookies_too=[cookies.no_cookie(cookies.KEY, secure=request.secure)] if shown else (),
        bot=bot,
        token=shown,
        line=snippets.capture(request.site, bot_id, shown or "$TOKEN"),
        leads=leads,
        place=write_place(number),
        test_name=_TEST_NAME,
        # As a row of the inbox is shown where there is no room.
        bare=True,
    )


@post("/first-steps/{bot_id:str}/test-lead")
async def leave_test_lead(request: ConsoleRequest, bot_id: str) -> Response[bytes]:
    """Stored like any other. A key that was just shown is so once more."""
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    bot = await request.desk.database.read(get_bot, grant, bot_id)
    new = NewLead(bot_id=bot.id, session_id=None, name=_TEST_NAME, email=_TEST_EMAIL, origin="native")
    await request.desk.captures.put(Capture(new_lead(new, bot.region), bot_known=True))
    return _to_bot(request, bot.id, form.text("token", 200), said="The test lead is captured.")


async def _begin(request: ConsoleRequest, given: str = "", wrong: str = "") -> Response[bytes]:
    grant = await request.grant(Permission.ADMIN)
    known = await request.desk.database.read(list_bots, grant, limit=1)
    return request.page(
        "first_steps/page.html", status=422 if wrong else 200, first=not known, given=given, wrong=wrong
    )


def _to_bot(request: ConsoleRequest, bot_id: str, token: str, said: str = "") -> Response[bytes]:
    """By another request, so that a page that is loaded again makes nothing again."""
    whole = token if token.isascii() and token.replace("_", "").replace("-", "").isalnum() else ""
    key = cookies.cookie(cookies.KEY, f"{bot_id}/{whole}", secure=request.secure)
    return request.redirect(f"/first-steps/{bot_id}", said=said, cookies_too=[key] if whole else ())


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


def _bot_and_leads(store: Store, grant: Grant, bot_id: str) -> tuple[Bot, list[Lead], int]:
    """Its newest ones, and the place in the feed up to which they are known. Raises NotFoundError."""
    bot = get_bot(store, grant, bot_id)
    page = list_leads(store, grant, LeadFilter(bot_id=bot_id), SHAPE, None, _SHOWN, Sort.NEWEST)
    return bot, leads_in(page.members), end_of_feed(store)


ROUTES: list[HTTPRouteHandler] = [first_steps, make_first_bot, bot_is_ready, leave_test_lead]
