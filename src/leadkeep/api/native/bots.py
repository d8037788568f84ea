"""Bots: make, list, read, change and delete them."""

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET

from leadkeep.actions.change_bot import change_bot
from leadkeep.actions.create_bot import create_bot
from leadkeep.actions.delete_bot import delete_bot
from leadkeep.actions.read_bots import get_bot, list_bots
from leadkeep.api.native.answers import json_answer, next_link
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.replies import OF_NOBODY, Reply
from leadkeep.api.native.request import PATCH_TYPES, NativeRequest
from leadkeep.api.native.shapes.bots import BotAnswer, BotPage, BotPatch, BotRequest
from leadkeep.api.native.shapes.common import PageQuery, shown
from leadkeep.domain.bot import Bot, BotChange, FormChange
from leadkeep.web.cursors import cut, read_bot_cursor, write_bot_cursor


@post(
    "/bots",
    doc=Doc(
        tag="Bots",
        summary="Make a bot",
        description="Needs `admin` for all bots.",
        body=BotRequest,
        answer=BotAnswer,
        location="/api/v2/bots/{id}",
        problems=(403, 409, 413, 415, 422),
    ),
)
async def make_bot(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    wanted = await request.read_json(BotRequest)
    answer = await request.write_once(_made, create_bot, grant, wanted.id, _change(wanted))
    request.desk.directory.forget(wanted.id)
    return answer


@get(
    "/bots",
    doc=Doc(
        tag="Bots",
        summary="List bots by id",
        description="Needs `read`. The header `Link` leads to the next page too.",
        query=PageQuery,
        answer=BotPage,
        problems=(403, 422),
    ),
)
async def list_all_bots(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    query = request.read_query(PageQuery)
    after = read_bot_cursor(query.cursor)
    found = await request.desk.database.read(list_bots, grant, after=after, limit=query.limit + 1)
    bots, cursor = cut(found, query.limit, lambda last: write_bot_cursor(last.id))
    items = [shown(bot, BotAnswer) for bot in bots]
    return json_answer(BotPage(items=items, next_cursor=cursor), next_link(request, cursor))


@get(
    "/bots/{bot_id:str}",
    doc=Doc(
        tag="Bots",
        summary="Read a bot",
        description="Needs `read`.",
        answer=BotAnswer,
        problems=(403, 404),
    ),
)
async def read_bot(request: NativeRequest, bot_id: str) -> Response[bytes]:
    grant = await request.grant()
    bot = await request.desk.database.glance(get_bot, grant, bot_id)
    return json_answer(shown(bot, BotAnswer))


@patch(
    "/bots/{bot_id:str}",
    doc=Doc(
        tag="Bots",
        summary="Change a bot",
        description="Needs `admin`. What is left out stays as it is, also inside `form`; `origins` and "
        "`own_contacts` are replaced as a whole; null takes `region` or `escalate_after` away. Every "
        "process obeys within two seconds.",
        body=BotPatch,
        body_types=PATCH_TYPES,
        answer=BotAnswer,
        problems=(403, 404, 413, 415, 422),
    ),
)
async def patch_bot(request: NativeRequest, bot_id: str) -> Response[bytes]:
    grant = await request.grant()
    wanted = await request.read_json(BotPatch, PATCH_TYPES)
    bot = await request.desk.database.write(change_bot, grant, bot_id, _change(wanted))
    request.desk.directory.forget(bot.id)
    return json_answer(shown(bot, BotAnswer))


@delete(
    "/bots/{bot_id:str}",
    doc=Doc(
        tag="Bots",
        summary="Delete a bot that holds no sessions",
        description="Needs `admin`. 409 where it has sessions: those never go along the way.",
        problems=(403, 404, 409),
    ),
)
async def remove_bot(request: NativeRequest, bot_id: str) -> None:
    grant = await request.grant()
    await request.desk.database.write(delete_bot, grant, bot_id)
    request.desk.directory.forget(bot_id)


def _made(bot: Bot) -> Reply:
    answer = json_answer(shown(bot, BotAnswer), {"Location": f"/api/v2/bots/{bot.id}"})
    return Reply(answer, OF_NOBODY)


def _change(wanted: BotPatch) -> BotChange:
    return BotChange(
        name=wanted.name,
        public=wanted.public,
        origins=UNSET if wanted.origins is UNSET else tuple(wanted.origins),
        form=UNSET if wanted.form is UNSET else FormChange(**msgspec.structs.asdict(wanted.form)),
        region=wanted.region,
        extract=wanted.extract,
        own_contacts=UNSET if wanted.own_contacts is UNSET else tuple(wanted.own_contacts),
        escalate_after=wanted.escalate_after,
    )


ROUTES: list[HTTPRouteHandler] = [make_bot, list_all_bots, read_bot, patch_bot, remove_bot]
