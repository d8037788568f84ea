"""Signing in and out."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.half_sign_in import LIFE, Half, begin_half, read_half
from leadkeep.actions.read_users import anybody_here
from leadkeep.actions.second_factor import step_of
from leadkeep.actions.sign_in import credentials_of, refuse_sign_in, sign_in, sign_out
from leadkeep.console import cookies
from leadkeep.console.marking import _
from leadkeep.console.request import ConsoleRequest, own_path
from leadkeep.domain.contact import read_email
from leadkeep.domain.errors import UnauthenticatedError


@get("/sign-in")
async def sign_in_page(request: ConsoleRequest) -> Response[bytes]:
    wanted = own_path(request.query_params.get("next", ""))
    try:
        await request.present()
    except UnauthenticatedError:
        nobody = not await request.desk.database.read(anybody_here)
        return sign_in_form(request, wanted, nobody=nobody)
    return request.redirect(wanted or "/")


@post("/sign-in")
async def try_to_sign_in(request: ConsoleRequest) -> Response[bytes]:
    """With one answer to whatever is wrong, so that nobody learns who is a user."""
    form = await request.read_form()
    typed, wanted = form.text("email", 1_000), own_path(form.text("next"))
    # What is no address is nobody's, and not all of it can be looked for.
    email = read_email(typed).normal or ""
    request.desk.reception.count_try(request.address, email or typed.strip().lower())
    user, held = await request.desk.database.read(credentials_of, email)
    password_hash = held.password_hash if held else None
    right = await request.desk.passwords.verify(form.text("password", 1_000), password_hash)
    if user is None or held is None or not right:
        if user is not None:
            await request.desk.database.write(refuse_sign_in, user, request.browser)
        return sign_in_form(request, wanted, typed, wrong=request.gettext(_WRONG), status=401)
    if held.totp_secret is not None:
        half = begin_half(user, held, request.form_secret, wanted)
        kept = cookies.cookie(cookies.HALF, half, secure=request.secure, lasts=LIFE)
        return request.redirect("/sign-in/code", cookies_too=[kept])
    token = await request.desk.database.write(sign_in, user, request.browser, "password")
    return request.redirect(wanted or "/", cookies_too=[cookies.sign_in_cookie(token, secure=request.secure)])


@get("/sign-in/code")
async def code_page(request: ConsoleRequest) -> Response[bytes]:
    return (
        _begin_again(request) if await _half(request) is None else request.page("sign_in/code.html", wrong="")
    )


@post("/sign-in/code")
async def try_code(request: ConsoleRequest) -> Response[bytes]:
    """A wrong one is asked for again; none is taken twice."""
    form = await request.read_form()
    half = await _half(request)
    if half is None:
        return _begin_again(request)
    request.desk.reception.count_try(request.address, half.user.email)
    step = step_of(half.totp_secret, form.text("code", 100))
    try:
        if step is None:
            raise UnauthenticatedError
        token = await request.desk.database.write(sign_in, half.user, request.browser, "password", step)
    except UnauthenticatedError:
        await request.desk.database.write(refuse_sign_in, half.user, request.browser)
        return request.page("sign_in/code.html", status=401, wrong=request.gettext(_WRONG_CODE))
    new = cookies.sign_in_cookie(token, secure=request.secure)
    return request.redirect(own_path(half.wanted) or "/", cookies_too=[new, _no_half(request)])


@post("/sign-out")
async def sign_out_here(request: ConsoleRequest) -> Response[bytes]:
    await request.read_form()
    present = await request.present()
    await request.desk.database.write(sign_out, present.user.grant(), present.sign_in.id)
    request.desk.reception.forget()
    gone = cookies.no_cookie(cookies.SIGN_IN, secure=request.secure)
    return request.redirect("/sign-in", said="You are signed out.", cookies_too=[gone])


async def _half(request: ConsoleRequest) -> Half | None:
    kept = request.cookies.get(cookies.HALF, "")
    return await request.desk.database.read(read_half, kept, request.form_secret) if kept else None


def _begin_again(request: ConsoleRequest) -> Response[bytes]:
    return request.redirect(
        "/sign-in",
        said="This sign-in took too long. Please begin again.",
        cookies_too=[_no_half(request)],
    )


def _no_half(request: ConsoleRequest) -> Cookie:
    return cookies.no_cookie(cookies.HALF, secure=request.secure)


def sign_in_form(
    request: ConsoleRequest,
    wanted: str,
    typed: str = "",
    *,
    nobody: bool = False,
    wrong: str = "",
    status: int = 200,
    cookies_too: Sequence[Cookie] = (),
) -> Response[bytes]:
    """The page to sign in on; `wrong` says, translated, why that failed; `nobody`: there are no
    users yet."""
    return request.page(
        "sign_in/page.html",
        status=status,
        cookies_too=cookies_too,
        wanted=wanted,
        typed=typed,
        nobody=nobody,
        wrong=wrong,
    )


_WRONG = _("E-mail address and password do not fit together.")
_WRONG_CODE = _("This code is not right, or was used already.")

ROUTES: list[HTTPRouteHandler] = [sign_in_page, try_to_sign_in, code_page, try_code, sign_out_here]
