"""One's own account: how one likes the console, password, second factor, and where one is signed in."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.change_account import change_own_password, change_preferences, set_second_factor
from leadkeep.actions.second_factor import address_of, new_secret, step_of
from leadkeep.actions.sign_in import credentials_of, list_sign_ins, sign_out, sign_out_everywhere
from leadkeep.console import cookies
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.password import check_password
from leadkeep.domain.time_zone import time_zone_names
from leadkeep.domain.user import LANGUAGES, Preferences, Theme


@get("/account")
async def account(request: ConsoleRequest) -> Response[bytes]:
    return await _page(request)


@post("/account")
async def change_account(request: ConsoleRequest) -> Response[bytes]:
    form = await request.read_form()
    present = await request.present()
    liked = Preferences(
        language=form.one_of("language", ("", *LANGUAGES)) or None,
        time_zone=form.text("time_zone", 100) or None,
        theme=Theme(form.one_of("theme", tuple(Theme))),
        columns=present.user.preferences.columns,
    )
    await request.desk.database.write(change_preferences, present.user.grant(), form.text("name"), liked)
    # In the language that was just chosen.
    await request.present_anew()
    return request.redirect("/account", said="Saved.")


@post("/account/password")
async def change_password(request: ConsoleRequest) -> Response[bytes]:
    form = await request.read_form()
    present = await request.present()
    try:
        await _verify_password(request, form.text("old_password", 1_000))
        new = check_password(form.text("password"), (present.user.email, present.user.name))
    except InvalidError as error:
        return await _page(request, {error.field: request.told(error)})
    hashed = await request.desk.passwords.hash(new)
    await request.desk.database.write(change_own_password, present.user.grant(), hashed, present.sign_in.id)
    request.desk.reception.forget()
    return request.redirect("/account", said="Your password is changed; other browsers are signed out.")


@get("/account/second-factor")
async def second_factor(request: ConsoleRequest) -> Response[bytes]:
    await request.present()
    return await _second_factor(request, new_secret(), {})


@post("/account/second-factor")
async def switch_second_factor(request: ConsoleRequest) -> Response[bytes]:
    """On, with a code that shows that the secret is where it should be; off, with the password."""
    form = await request.read_form()
    present = await request.present()
    secret = form.text("secret", 100) or None
    if secret is not None and not _is_secret(secret):
        raise InvalidError("secret", "This page is too old, or was not ours; reload it and try again")
    try:
        await _verify_password(request, form.text("old_password", 1_000))
        step = None if secret is None else step_of(secret, form.text("code", 100))
        if secret is not None and step is None:
            raise InvalidError("code", "This code is not right; is the clock of your device right?")
    except InvalidError as error:
        wrong = {error.field: request.told(error)}
        if secret is None:
            return await _page(request, {"password_off": wrong["old_password"]})
        return await _second_factor(request, secret, wrong)
    await request.desk.database.write(set_second_factor, present.user.grant(), secret, step or 0)
    request.desk.reception.forget()
    return request.redirect("/account", said="Saved.")


@post("/account/sign-out")
async def sign_out_elsewhere(request: ConsoleRequest) -> Response[bytes]:
    """One browser, or with no name all of them, this one too."""
    form = await request.read_form()
    present = await request.present()
    grant, which = present.user.grant(), form.text("sign_in", 100)
    if which and which != present.sign_in.id:
        await request.desk.database.write(sign_out, grant, which)
        request.desk.reception.forget()
        return request.redirect("/account", said="That browser is signed out.")
    await request.desk.database.write(sign_out_everywhere, grant)
    request.desk.reception.forget()
    gone = cookies.no_cookie(cookies.SIGN_IN, secure=request.secure)
    return request.redirect("/sign-in", said="You are signed out everywhere.", cookies_too=[gone])


async def _page(request: ConsoleRequest, wrong: Mapping[str, str] = MappingProxyType({})) -> Response[bytes]:
    present = await request.present()
    return request.page(
        "account/page.html",
        status=422 if wrong else 200,
        sign_ins=await request.desk.database.read(list_sign_ins, present.user.grant()),
        here=present.sign_in.id,
        zones=_time_zones(),
        wrong=wrong,
    )


async def _second_factor(request: ConsoleRequest, secret: str, wrong: Mapping[str, str]) -> Response[bytes]:
    """The form to switch it on, with this secret."""
    image = _qr(address_of(secret, (await request.present()).user.email))
    status = 422 if wrong else 200
    return request.page("account/second_factor.html", status=status, secret=secret, image=image, wrong=wrong)


async def _verify_password(request: ConsoleRequest, password: str) -> None:
    """Raises InvalidError, TooManyError."""
    user = (await request.present()).user
    request.desk.reception.count_try(request.address, user.email)
    _, held = await request.desk.database.read(credentials_of, user.email)
    if not await request.desk.passwords.verify(password, held.password_hash if held else None):
        raise InvalidError("old_password", "Your password is not right")


def _is_secret(text: str) -> bool:
    return len(text) >= 32 and set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def _qr(text: str) -> str:
    """As a data URL."""
    import segno

    return segno.make(text, error="m").svg_data_uri(scale=4, border=2)


@cache
def _time_zones() -> list[tuple[str, str]]:
    """To choose from; a zone's name stands for it in every language."""
    return [(name, name.replace("_", " ")) for name in time_zone_names() if "/" in name]


ROUTES: list[HTTPRouteHandler] = [
    account,
    change_account,
    change_password,
    second_factor,
    switch_second_factor,
    sign_out_elsewhere,
]
