"""Keys: make, list and revoke them."""

from litestar import Response, delete, get, post
from litestar.datastructures import ResponseHeader
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.create_key import create_key
from leadkeep.actions.list_keys import list_keys
from leadkeep.actions.revoke_key import revoke_key
from leadkeep.api.native.answers import json_answer
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.ids import key_id_in
from leadkeep.api.native.reading import read_moment_if_given
from leadkeep.api.native.replies import OF_NOBODY, Reply
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.common import shown
from leadkeep.api.native.shapes.keys import KeyAnswer, KeyList, KeyRequest, NewKeyAnswer
from leadkeep.domain.key import Key, NewKey


@post(
    "/keys",
    response_headers=[ResponseHeader(name="Cache-Control", value="no-store")],
    doc=Doc(
        tag="Keys",
        summary="Make a key",
        description="Needs `admin`. The answer shows the token this once. A key can hold only for bots "
        "that the token which makes it holds for. With an Idempotency-Key it is made once, but its token "
        "is kept nowhere: sent again, the request is answered 409.",
        body=KeyRequest,
        answer=NewKeyAnswer,
        problems=(403, 413, 415, 422),
    ),
)
async def make_key(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    new = _new_key(await request.read_json(KeyRequest))
    return await request.write_once(_made, create_key, grant, new)


@get(
    "/keys",
    doc=Doc(
        tag="Keys",
        summary="List keys",
        description="Needs `admin`.",
        answer=KeyList,
        problems=(403,),
    ),
)
async def list_all_keys(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    found = await request.desk.database.read(list_keys, grant)
    return json_answer(KeyList(items=[shown(key, KeyAnswer) for key in found]))


@delete(
    "/keys/{key_id:str}",
    status_code=200,
    doc=Doc(
        tag="Keys",
        summary="Revoke a key",
        description="Needs `admin`. The key stays in the list, revoked; every process obeys within two "
        "seconds. To revoke it again changes nothing.",
        answer=KeyAnswer,
        problems=(403, 404),
    ),
)
async def remove_key(request: NativeRequest, key_id: str) -> Response[bytes]:
    grant = await request.grant()
    key = await request.desk.database.write(revoke_key, grant, key_id_in(key_id))
    return json_answer(shown(key, KeyAnswer))


def _made(made: tuple[Key, str]) -> Reply:
    key, token = made
    return Reply(json_answer(shown(key, NewKeyAnswer, token=token)), OF_NOBODY, secret=True)


def _new_key(body: KeyRequest) -> NewKey:
    return NewKey(
        name=body.name,
        permissions=frozenset(body.permissions),
        bots=None if body.bots is None else frozenset(body.bots),
        expires_at=read_moment_if_given(body.expires_at, "expires_at"),
    )


ROUTES: list[HTTPRouteHandler] = [make_key, list_all_keys, remove_key]
