"""Signing in and out."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.second_factor import step_of
from leadkeep.actions.sign_in import credentials_of, refuse_sign_in, sign_in, sign_out
from leadkeep.console import cookies
from leadkeep.console.marking import _
from leadkeep.console.request import ConsoleRequest, own_path
from leadkeep.domain.contact import read_email
from leadkeep.domain.errors import UnauthenticatedError
from leadkeep.domain.user import User


@get("/sign-in")
async def sign_in_page(request: ConsoleRequest) -> Response[bytes]:
    wanted = own_path(request.query_params.get("next", ""))
    try:
        await request.present()
    except UnauthenticatedError:
        return sign_in_form(request, wanted)
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
        return await _refused(request, user, typed, wanted, needs_code=False)
    step = None
    if held.totp_secret is not None:
        if not form.has("code"):
            return sign_in_form(request, wanted, typed, needs_code=True)
        step = step_of(held.totp_secret, form.text("code", 100))
        if step is None:
            return await _refused(request, user, typed, wanted, needs_code=True)
    try:
        token = await request.desk.database.write(sign_in, user, request.browser, "password", step)
    except UnauthenticatedError:
        return await _refused(request, user, typed, wanted, needs_code=True)
    return request.redirect(wanted or "/", cookies_too=[cookies.sign_in_cookie(token, secure=request.secure)])


@post("/sign-out")
async def sign_out_here(request: ConsoleRequest) -> Response[bytes]:
    await request.read_form()
    present = await request.present()
    await request.desk.database.write(sign_out, present.user.grant(), present.sign_in.id)
    request.desk.reception.forget()
    gone = cookies.no_cookie(cookies.SIGN_IN, secure=request.secure)
    return request.redirect("/sign-in", said="You are signed out.", cookies_too=[gone])


async def _refused(
    request: ConsoleRequest, user: User | None, typed: str, wanted: str, *, needs_code: bool
) -> Response[bytes]:
    if user is not None:
        await request.desk.database.write(refuse_sign_in, user, request.browser)
    wrong = _WRONG_CODE if needs_code else _WRONG
    return sign_in_form(
        request, wanted, typed, needs_code=needs_code, wrong=request.gettext(wrong), status=401
    )


def sign_in_form(
    request: ConsoleRequest,
    wanted: str,
    typed: str = "",
    *,
    needs_code: bool = False,
    wrong: str = "",
    status: int = 200,
    cookies_too: Sequence[Cookie] = (),
) -> Response[bytes]:
    """The page to sign in on; `wrong` says, translated, why that failed."""
    return request.page(
        "sign_in/page.html",
        status=status,
        cookies_too=cookies_too,
        wanted=wanted,
        typed=typed,
        needs_code=needs_code,
        wrong=wrong,
    )


_WRONG = _("E-mail address and password do not fit together.")
_WRONG_CODE = _("This code is not right, or was used already.")

ROUTES: list[HTTPRouteHandler] = [sign_in_page, try_to_sign_in, sign_out_here]
