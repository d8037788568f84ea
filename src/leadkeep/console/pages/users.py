"""Users: who is in, who may do what, and letting somebody in."""

from functools import partial
from typing import NamedTuple

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.change_user import change_user
from leadkeep.actions.create_user import create_user
from leadkeep.actions.make_link import link_to_password
from leadkeep.actions.read_audit import read_audit
from leadkeep.actions.read_users import get_user, list_users
from leadkeep.console.facts import facts_of
from leadkeep.console.forms import Form
from leadkeep.console.known_bots import known_bots, names_of
from leadkeep.console.request import ConsoleRequest
from leadkeep.console.subjects import page_of
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import AuditFilter, Entry
from leadkeep.domain.bot import Bot
from leadkeep.domain.errors import ConflictError, InvalidError, MalformedError
from leadkeep.domain.user import Role, User, UserChange
from leadkeep.storage.store import Store

_DEEDS = 20
_NEW = Form({"role": [Role.AGENT.value], "which": ["all"]})
_Refusal = ConflictError | InvalidError | MalformedError


class _Found(NamedTuple):
    user: User
    bots: list[Bot]
    deeds: list[Entry]


@get("/users")
async def users(request: ConsoleRequest) -> Response[bytes]:
    grant = await request.grant(Permission.ADMIN)
    found, bots = await request.desk.database.read(_everybody, grant)
    return request.page("users/page.html", users=found, names=names_of(bots))


@get("/users/new")
async def new_user(request: ConsoleRequest) -> Response[bytes]:
    return await _new_page(request, _NEW)


@post("/users/new")
async def invite(request: ConsoleRequest) -> Response[bytes]:
    """The link is shown in the answer, and never again."""
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    try:
        user, token = await request.desk.database.write(_invited, grant, form)
    except (ConflictError, InvalidError, MalformedError) as error:
        return await _new_page(request, form, error)
    return _link_page(request, user, token, is_new=True)


@get("/users/{user_id:str}")
async def user_page(request: ConsoleRequest, user_id: str) -> Response[bytes]:
    return await _user_page(request, user_id)


@post("/users/{user_id:str}")
async def change(request: ConsoleRequest, user_id: str) -> Response[bytes]:
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    try:
        role, bots = _rights(form)
        wanted = UserChange(name=form.text("name"), role=role, bots=bots)
        after = await request.desk.database.write(change_user, grant, user_id, wanted)
    except (ConflictError, InvalidError, MalformedError) as error:
        return await _user_page(request, user_id, form, error)
    request.desk.reception.forget()
    # Who is no owner any more may not look at users.
    is_in = user_id != grant.id or after.role is Role.OWNER
    return request.redirect(f"/users/{user_id}" if is_in else "/", said="Saved.")


@post("/users/{user_id:str}/state")
async def switch(request: ConsoleRequest, user_id: str) -> Response[bytes]:
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    disabled = form.flag("disabled")
    try:
        await request.desk.database.write(change_user, grant, user_id, UserChange(disabled=disabled))
    except ConflictError as error:
        return await _user_page(request, user_id, None, error)
    request.desk.reception.forget()
    said = "Disabled, and signed out everywhere." if disabled else "Enabled again."
    return request.redirect(f"/users/{user_id}", said=said)


@post("/users/{user_id:str}/link")
async def make_link(request: ConsoleRequest, user_id: str) -> Response[bytes]:
    """The link is shown in the answer, and never again."""
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    try:
        user, token = await request.desk.database.write(_linked, grant, user_id, form.flag("reset_totp"))
    except ConflictError as error:
        return await _user_page(request, user_id, None, error)
    request.desk.reception.forget()
    return _link_page(request, user, token, is_new=False)


async def _new_page(request: ConsoleRequest, form: Form, refusal: _Refusal | None = None) -> Response[bytes]:
    grant = await request.grant(Permission.ADMIN)
    bots = await request.desk.database.read(known_bots, grant)
    wrong = _wrong(request, refusal, ("email", "name", "bots"))
    return request.page("users/new.html", status=422 if wrong else 200, form=form, bots=bots, wrong=wrong)


async def _user_page(
    request: ConsoleRequest, user_id: str, form: Form | None = None, refusal: _Refusal | None = None
) -> Response[bytes]:
    """`form`: what was typed and refused."""
    grant = await request.grant(Permission.ADMIN)
    found = await request.desk.database.read(_user_and_deeds, grant, user_id)
    wrong = _wrong(request, refusal, ("name", "bots"))
    return request.page(
        "users/user.html",
        status=(409 if isinstance(refusal, ConflictError) else 422) if wrong else 200,
        user=found.user,
        bots=found.bots,
        deeds=found.deeds,
        form=form or _form_of(found.user),
        wrong=wrong,
        page_of=page_of,
        facts_of=partial(facts_of, gettext=request.gettext),
    )


def _link_page(request: ConsoleRequest, user: User, token: str, *, is_new: bool) -> Response[bytes]:
    link = f"{request.site}/welcome/{token}"
    return request.page("users/link.html", user=user, link=link, is_new=is_new)


def _wrong(request: ConsoleRequest, refusal: _Refusal | None, fields: tuple[str, ...]) -> dict[str, str]:
    """By field; under "" what belongs to none of those on the page."""
    if refusal is None:
        return {}
    field = refusal.field if isinstance(refusal, InvalidError) else ""
    return {field if field in fields else "": request.told(refusal)}


def _rights(form: Form) -> tuple[Role, tuple[str, ...] | None]:
    """Raises InvalidError."""
    role = Role(form.one_of("role", tuple(Role)))
    if role is Role.OWNER or form.one_of("which", ("all", "named")) == "all":
        return role, None
    if not form.has("bot"):
        raise InvalidError("bots", "Choose at least one bot, or all of them")
    return role, tuple(form.texts("bot"))


def _form_of(user: User) -> Form:
    which = "all" if user.bots is None else "named"
    return Form({"name": [user.name], "role": [user.role.value], "which": [which], "bot": user.bots or ()})


def _everybody(store: Store, grant: Grant) -> tuple[list[User], list[Bot]]:
    return list_users(store, grant), known_bots(store, grant)


def _invited(store: Store, grant: Grant, form: Form) -> tuple[User, str]:
    role, bots = _rights(form)
    user = create_user(store, grant, form.text("email"), form.text("name"), role, bots)
    return user, link_to_password(store, grant, user.id)


def _linked(store: Store, grant: Grant, user_id: str, reset_totp: bool) -> tuple[User, str]:
    token = link_to_password(store, grant, user_id, reset_totp=reset_totp)
    return get_user(store, grant, user_id), token


def _user_and_deeds(store: Store, grant: Grant, user_id: str) -> _Found:
    user = get_user(store, grant, user_id)
    deeds = read_audit(store, grant, AuditFilter(actor_id=user.id), None, _DEEDS)
    return _Found(user, known_bots(store, grant), deeds)


ROUTES: list[HTTPRouteHandler] = [users, new_user, invite, user_page, change, switch, make_link]
