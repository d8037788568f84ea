"""Signing in at a provider of OpenID Connect: on the way there, and back from it."""

from typing import TYPE_CHECKING, cast

from litestar import Response, get
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.oidc_way import LIFE, begin_way, read_way
from leadkeep.actions.sign_in import credentials_of, sign_in
from leadkeep.console import cookies
from leadkeep.console.marking import _
from leadkeep.console.pages.sign_in import sign_in_form
from leadkeep.console.request import ConsoleRequest, own_path
from leadkeep.domain.errors import NotFoundError, UnauthenticatedError

if TYPE_CHECKING:
    from leadkeep.actions.oidc import OidcError, Provider


_LOST = _("This sign-in took too long, or was begun in another browser. Please try again.")
_UNKNOWN = _("You have no account here. An owner can invite you.")
_WRONG = {
    "away": _("We cannot reach %(name)s just now. Try again soon, or sign in with your password."),
    "refused": _("You were not let in by %(name)s."),
    "unbelievable": _("What came back from %(name)s cannot be trusted. Tell whoever runs this Leadkeep."),
    "no_address": _("There is no e-mail address that %(name)s vouches for, so we cannot know you."),
}
"""By `oidc.Reason`."""


@get("/sign-in/elsewhere")
async def go_elsewhere(request: ConsoleRequest) -> Response[bytes]:
    from leadkeep.actions.oidc import OidcError

    provider = _provider(request)
    wanted = own_path(request.query_params.get("next", ""))
    way = begin_way(wanted)
    try:
        address = await provider.address(way)
    except OidcError as error:
        return sign_in_form(request, wanted, wrong=_wrong(request, error), status=502)
    kept = cookies.cookie(cookies.WAY, way.text, secure=request.secure, lasts=LIFE)
    return request.redirect(address, cookies_too=[kept])


@get("/sign-in/elsewhere/back")
async def come_back(request: ConsoleRequest) -> Response[bytes]:
    """The way is gone with this, whatever comes of it."""
    from leadkeep.actions.oidc import OidcError, Reason

    provider, query = _provider(request), request.query_params
    request.desk.reception.count_return(request.address)
    way = read_way(request.cookies.get(cookies.WAY, ""))
    if way is None or not way.fits(query.get("state", "")):
        return _refused(request, "", request.gettext(_LOST))
    wanted = own_path(way.wanted)
    try:
        if "code" not in query:
            raise OidcError(Reason.REFUSED, query.get("error", "")[:100])
        email = await provider.email(way, query["code"])
        user, _ = await request.desk.database.read(credentials_of, email)
        if user is None:
            return _refused(request, wanted, request.gettext(_UNKNOWN))
        token = await request.desk.database.write(sign_in, user, request.browser, "oidc")
    except OidcError as error:
        return _refused(request, wanted, _wrong(request, error))
    except UnauthenticatedError:
        return _refused(request, wanted, request.gettext(_UNKNOWN))
    new = cookies.sign_in_cookie(token, secure=request.secure)
    return request.redirect(wanted or "/", cookies_too=[new, _no_way(request)])


def _provider(request: ConsoleRequest) -> "Provider":
    found = cast("Provider | None", request.app.state["provider"])
    if found is None:
        raise NotFoundError("There is no such page.")
    return found


def _wrong(request: ConsoleRequest, error: "OidcError") -> str:
    return request.gettext(_WRONG[error.reason]) % {"name": request.settings.oidc_name}


def _refused(request: ConsoleRequest, wanted: str, why: str) -> Response[bytes]:
    return sign_in_form(request, wanted, wrong=why, status=403, cookies_too=[_no_way(request)])


def _no_way(request: ConsoleRequest) -> Cookie:
    return cookies.no_cookie(cookies.WAY, secure=request.secure)


ROUTES: list[HTTPRouteHandler] = [go_elsewhere, come_back]
