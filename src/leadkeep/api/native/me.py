"""What the caller's own token grants."""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from leadkeep.api.native.answers import json_answer
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.common import shown
from leadkeep.api.native.shapes.keys import MeAnswer


@get(
    "/me",
    doc=Doc(tag="Keys", summary="Tell what this token grants", answer=MeAnswer),
)
async def read_me(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    return json_answer(shown(grant, MeAnswer))


ROUTES: list[HTTPRouteHandler] = [read_me]
