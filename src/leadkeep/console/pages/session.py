"""A session: what was said, where the visitor came from, its leads and its hand-overs."""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET

from leadkeep.actions import clock
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.read_conversation import read_conversation
from leadkeep.console.rendering import session_path
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.handover_queue import patience
from leadkeep.storage.store import Store
from leadkeep.web.cursors import read_cursor, write_cursor
from leadkeep.web.paths import decoded_id


@get("/sessions/{bot_id:str}/{session_id:str}")
async def session(request: ConsoleRequest, bot_id: str, session_id: str) -> Response[bytes]:
    """With the newest messages; `before` leads to earlier ones, and `message` to those around one."""
    grant, known = await request.grant(Permission.READ), decoded_id(session_id)
    asked = {"transcript": [bot_id, known]}
    before = read_cursor(request.query_params.get("before") or UNSET, asked)
    marked = request.query_params.get("message") or None
    database = request.desk.database
    found = await database.read(read_conversation, grant, bot_id, known, before=before, message_id=marked)
    await database.write(_noted, grant, bot_id, found.session.id)
    earlier = found.window.earlier
    return request.page(
        "session/page.html",
        found=found,
        here=session_path(bot_id, found.session.id),
        earlier=write_cursor(earlier, asked) if earlier else "",
        marked=marked,
        now=clock.now(),
        patience=patience,
    )


def _noted(store: Store, grant: Grant, bot_id: str, session_id: str) -> None:
    note_deed(store, grant, Deed.SESSION_READ, session_id, bot=bot_id)


ROUTES: list[HTTPRouteHandler] = [session]
