"""Bots: the list of them, and the settings of one, with what is pasted elsewhere to put it to use."""

from collections.abc import Mapping
from types import MappingProxyType

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.change_bot import change_bot
from leadkeep.actions.create_bot import create_bot
from leadkeep.actions.delete_bot import delete_bot
from leadkeep.actions.survey_bots import survey_bot, survey_bots
from leadkeep.console import snippets
from leadkeep.console.bot_form import (
    ID_TAKEN,
    given_of,
    in_plain_words,
    read_change,
    read_id,
    read_name,
)
from leadkeep.console.countries import countries
from leadkeep.console.request import ConsoleRequest
from leadkeep.console.sparkline import sparkline
from leadkeep.domain.access import Permission
from leadkeep.domain.bot import BotChange, is_bot_id
from leadkeep.domain.errors import ConflictError, InvalidError

_PAGE = 100
_NOTHING: Mapping[str, str] = MappingProxyType({})


@get("/bots")
async def bots(request: ConsoleRequest) -> Response[bytes]:
    present = await request.present()
    zone, grant = request.formats(present).zone, present.user.grant()
    asked = request.query_params.get("after", "")
    after = asked if is_bot_id(asked) else ""
    found = await request.desk.database.read(survey_bots, grant, zone, after=after, limit=_PAGE + 1)
    more = found[_PAGE - 1].bot.id if len(found) > _PAGE else ""
    return request.page("bots/list.html", bots=found[:_PAGE], after=after, more=more, sparkline=sparkline)


@get("/bots/new")
async def new_bot(request: ConsoleRequest) -> Response[bytes]:
    await request.grant(Permission.ADMIN)
    return request.page("bots/new.html", given=_NOTHING, wrong=_NOTHING)


@post("/bots/new")
async def make_bot(request: ConsoleRequest) -> Response[bytes]:
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    try:
        name = read_name(form)
        change = BotChange(name=name)
        made = await request.desk.database.write(create_bot, grant, read_id(form, name), change)
    except InvalidError as error:
        wrong = request.wrong(in_plain_words(error))
    except ConflictError:
        wrong = request.wrong(ID_TAKEN)
    else:
        request.desk.directory.forget(made.id)
        return request.redirect(f"/bots/{made.id}", said="The bot is made. Set it up as you like.")
    return request.page("bots/new.html", status=422, given=form.values, wrong=wrong)


@get("/bots/{bot_id:str}")
async def bot(request: ConsoleRequest, bot_id: str) -> Response[bytes]:
    return await _shown(request, bot_id)


@post("/bots/{bot_id:str}")
async def save_bot(request: ConsoleRequest, bot_id: str) -> Response[bytes]:
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    try:
        saved = await request.desk.database.write(change_bot, grant, bot_id, read_change(form))
    except InvalidError as error:
        wrong = request.wrong(in_plain_words(error))
        return await _shown(request, bot_id, status=422, given=form.values, wrong=wrong)
    request.desk.directory.forget(saved.id)
    return request.redirect(f"/bots/{saved.id}", said="Saved.")


@post("/bots/{bot_id:str}/delete")
async def remove_bot(request: ConsoleRequest, bot_id: str) -> Response[bytes]:
    await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    try:
        await request.desk.database.write(delete_bot, grant, bot_id)
    except ConflictError:
        kept = request.gettext("This bot was not deleted: it holds conversations, and those stay.")
        return await _shown(request, bot_id, status=409, problem=kept)
    request.desk.directory.forget(bot_id)
    return request.redirect("/bots", said="The bot is deleted.")


async def _shown(
    request: ConsoleRequest,
    bot_id: str,
    *,
    status: int = 200,
    given: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] = _NOTHING,
    problem: str = "",
) -> Response[bytes]:
    present = await request.present()
    formats, grant = request.formats(present), present.user.grant()
    found, empty = await request.desk.database.read(survey_bot, grant, formats.zone, bot_id)
    return request.page(
        "bots/page.html",
        status=status,
        bot=found.bot,
        survey=found,
        empty=empty,
        given=given_of(found.bot) if given is None else given,
        wrong=wrong,
        problem=problem,
        countries=countries(formats.tongue.code),
        snippets=_snippets(request, found.bot.id),
    )


def _snippets(request: ConsoleRequest, bot_id: str) -> dict[str, str]:
    address = request.site
    sorry = request.gettext("Thank you. We will write back to the address you left.")
    return {
        "widget": snippets.widget(address, bot_id, sorry),
        "capture": snippets.capture(address, bot_id, "$TOKEN"),
        "conversations": snippets.conversations(address, bot_id, "$TOKEN"),
    }


ROUTES: list[HTTPRouteHandler] = [bots, new_bot, make_bot, bot, save_bot, remove_bot]
