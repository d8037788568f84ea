"""The page behind a one-time link: make the first owner, or set a password."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.change_account import begin_time_zone
from leadkeep.actions.open_link import look_at_link, make_first_owner, set_password_by_link
from leadkeep.actions.read_bots import list_bots
from leadkeep.actions.sign_in import Browser, sign_in
from leadkeep.console import cookies
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.password import check_password
from leadkeep.domain.sign_in import Purpose
from leadkeep.domain.user import User, check_email, check_name
from leadkeep.storage.store import Store


@get("/welcome/{token:str}")
async def welcome(request: ConsoleRequest, token: str) -> Response[bytes]:
    link, user = await request.desk.database.read(look_at_link, token)
    return request.page("welcome/page.html", purpose=link.purpose, user=user, token=token, given={}, wrong={})


@post("/welcome/{token:str}")
async def accept(request: ConsoleRequest, token: str) -> Response[bytes]:
    """The link is used up only by what is right."""
    form = await request.read_form()
    database = request.desk.database
    link, user = await database.read(look_at_link, token)
    try:
        email = user.email if user else check_email(form.text("email"))
        name = user.name if user else check_name(form.text("name"))
        password = check_password(form.text("password"), (email, name))
    except InvalidError as error:
        given = {"email": form.text("email"), "name": form.text("name")}
        return request.page(
            "welcome/page.html",
            status=422,
            purpose=link.purpose,
            user=user,
            token=token,
            given=given,
            wrong=request.wrong(error),
        )
    hashed = await request.desk.passwords.hash(password)
    if link.purpose is Purpose.FIRST_OWNER:
        user = await database.write(make_first_owner, token, email, name, hashed)
    else:
        user = await database.write(set_password_by_link, token, hashed)
        request.desk.reception.forget()
    if user.has_totp:
        return request.redirect("/sign-in", said="Your password is set. Sign in with it.")
    zone = form.text("time_zone", 100)
    signed_in, has_bots = await database.write(_let_in, user, request.browser, zone)
    new = cookies.sign_in_cookie(signed_in, secure=request.secure)
    first = link.purpose is Purpose.FIRST_OWNER and not has_bots
    return request.redirect("/first-steps" if first else "/", cookies_too=[new])


def _let_in(store: Store, user: User, browser: Browser, zone: str) -> tuple[str, bool]:
    """The token of the sign-in, and whether there is a bot already."""
    begin_time_zone(store, user, zone)
    return sign_in(store, user, browser, "link"), bool(list_bots(store, user.grant(), limit=1))


ROUTES: list[HTTPRouteHandler] = [welcome, accept]
