"""The console put together: its pages, its files, its errors."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from litestar import Litestar, Request, Response, get
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.types import HTTPScope

from leadkeep.actions.desk import Desk
from leadkeep.console.assets import assets, version
from leadkeep.console.pages import (
    account,
    audit,
    bots,
    delivery,
    delivery_settings,
    delivery_work,
    export,
    first_steps,
    handovers,
    inbox,
    keys,
    lead,
    live_leads,
    overview,
    people,
    session,
    settings_page,
    sign_in,
    sign_in_elsewhere,
    users,
    welcome,
)
from leadkeep.console.problems import EXCEPTION_HANDLERS
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain.errors import LeadkeepError, MalformedError
from leadkeep.settings import Settings
from leadkeep.web.asgi import Application, Receive, Scope, Send
from leadkeep.web.paths import with_encoded_slashes

if TYPE_CHECKING:
    from leadkeep.actions.oidc import Provider

MAX_FORM = 512 * 1024
"""Bytes."""

PAGES: list[HTTPRouteHandler] = [
    *welcome.ROUTES,
    *sign_in.ROUTES,
    *sign_in_elsewhere.ROUTES,
    *first_steps.ROUTES,
    *account.ROUTES,
    *inbox.ROUTES,
    *export.ROUTES,
    *live_leads.ROUTES,
    *lead.ROUTES,
    *people.ROUTES,
    *delivery.ROUTES,
    *delivery_settings.ROUTES,
    *delivery_work.ROUTES,
    *keys.ROUTES,
    *overview.ROUTES,
    *handovers.ROUTES,
    *session.ROUTES,
    *users.ROUTES,
    *audit.ROUTES,
    *settings_page.ROUTES,
    *bots.ROUTES,
]


@get("/static/{of_version:str}/{name:path}")
async def static_file(request: ConsoleRequest, of_version: str, name: str) -> Response[bytes]:
    found = assets().get(str(name).lstrip("/"))
    if found is None or of_version != version():
        raise NotFoundException
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
        **({"Content-Encoding": "gzip"} if zipped else {}),
    }
    return Response(found.zipped if zipped else found.body, media_type=found.media_type, headers=headers)


async def refuse_odd_host(request: Request[Any, Any, Any]) -> None:
    """Pages show where they are, and what is no host makes no address. Raises MalformedError."""
    try:
        _ = request.base_url
    except ValueError:
        raise MalformedError("The Host header cannot be read") from None


# Streams are to arrive at once; files are compressed already.
_COMPRESSION = CompressionConfig(backend="gzip", gzip_compress_level=6, exclude=["^/live", "^/static/"])


def create_console(settings: Settings, desk: Desk) -> Application:
    """An ASGI application for every path that no other face has."""
    face = Litestar(
        [static_file, *PAGES],
        state=State({"desk": desk, "settings": settings, "provider": _provider(settings)}),
        request_class=ConsoleRequest,
        before_request=refuse_odd_host,
        exception_handlers=EXCEPTION_HANDLERS,
        request_max_body_size=MAX_FORM,
        compression_config=_COMPRESSION,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    return with_encoded_slashes(_knowing(cast(Application, face)))


def _knowing(face: Application) -> Application:
    """The face, told before it looks for a page who asks: so that whoever has signed in keeps their menu
    where there is no such page, too."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            scope["litestar_app"] = face
            scope.setdefault("state", {})
            with suppress(LeadkeepError):
                await ConsoleRequest(cast(HTTPScope, scope)).present()
        await face(scope, receive, send)

    return application


def _provider(settings: Settings) -> "Provider | None":
    if not settings.oidc_issuer:
        return None
    # The cryptography behind it takes memory that only who uses it is to pay for.
    from leadkeep.actions.oidc import provider_from

    return provider_from(settings)
