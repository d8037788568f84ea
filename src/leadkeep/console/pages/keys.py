"""API keys: make, see and revoke them."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions import clock
from leadkeep.actions.create_key import create_key
from leadkeep.actions.list_keys import list_keys
from leadkeep.actions.revoke_key import revoke_key
from leadkeep.console import snippets
from leadkeep.console.forms import Form
from leadkeep.console.known_bots import known_bots, names_of
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import Bot
from leadkeep.domain.errors import InvalidError, NotFoundError
from leadkeep.domain.key import Key, NewKey, read_age
from leadkeep.storage.store import Store
from leadkeep.storage.types import is_id

AGES = ("7d", "30d", "90d", "365d", "never")
_USUAL = "365d"
_BOT = "shop"
"""In an example, where there is none yet."""


@get("/keys")
async def keys(request: ConsoleRequest) -> Response[bytes]:
    return await _page(request, _BLANK)


@post("/keys")
async def make_key(request: ConsoleRequest) -> Response[bytes]:
    """The token is shown in the answer, and never again."""
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    try:
        made, token = await request.desk.database.write(create_key, grant, _new_key(form))
    except InvalidError as error:
        return await _page(request, form, wrong=request.wrong(error))
    return await _page(request, _BLANK, made=made, token=token)


@post("/keys/{key_id:str}/revoke")
async def revoke(request: ConsoleRequest, key_id: str) -> Response[bytes]:
    await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    if not is_id(key_id):
        raise NotFoundError("There is no such key")
    await request.desk.database.write(revoke_key, grant, key_id)
    return request.redirect("/keys", said="The key is revoked; it stops working within two seconds.")


async def _page(
    request: ConsoleRequest,
    form: Form,
    *,
    wrong: dict[str, str] | None = None,
    made: Key | None = None,
    token: str = "",
) -> Response[bytes]:
    grant = await request.grant(Permission.ADMIN)
    found, bots = await request.desk.database.read(_all, grant)
    now, names = clock.now(), names_of(bots)
    live = [key for key in found if key.is_live(now)]
    return request.page(
        "keys/page.html",
        status=422 if wrong else 200,
        live=live[::-1],
        ended=[key for key in found if key not in live][::-1],
        bots=list(names.items()),
        names=names,
        permissions=list(Permission),
        ages=AGES,
        form=form,
        wrong=wrong or {},
        made=made,
        token=token,
        line=_line(request, made, token, next(iter(names), _BOT)) if made else "",
    )


def _all(store: Store, grant: Grant) -> tuple[list[Key], list[Bot]]:
    return list_keys(store, grant), known_bots(store, grant)


def _line(request: ConsoleRequest, made: Key, token: str, some_bot: str) -> str:
    """A command that the key may give."""
    if Permission.CAPTURE in made.permissions:
        return snippets.capture(request.site, min(made.bots or {some_bot}), token)
    reads = made.permissions & {Permission.READ, Permission.ADMIN}
    return snippets.asking(request.site, "leads?limit=5" if reads else "me", token)


def _new_key(form: Form) -> NewKey:
    """Raises InvalidError."""
    age = form.one_of("age", AGES)
    chosen = [form_name for form_name in form.texts("permissions") if form_name in tuple(Permission)]
    return NewKey(
        name=form.text("name").strip(),
        permissions=frozenset(map(Permission, chosen)),
        bots=None if form.flag("all_bots") else frozenset(form.texts("bots")),
        expires_at=None if age == AGES[-1] else clock.now() + read_age(age),
    )


_BLANK = Form({"age": [_USUAL], "permissions": [Permission.CAPTURE.value], "all_bots": ["on"]})

ROUTES: list[HTTPRouteHandler] = [keys, make_key, revoke]
