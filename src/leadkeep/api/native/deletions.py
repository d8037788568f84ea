"""Deleting leads, sessions and people with all that hangs on them."""

from litestar import delete
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.delete_lead import delete_lead
from leadkeep.actions.delete_person import delete_person
from leadkeep.actions.delete_session import delete_session
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.ids import lead_id_in, person_id_in, session_id_in
from leadkeep.api.native.request import NativeRequest


@delete(
    "/leads/{lead_id:str}",
    doc=Doc(
        tag="Leads",
        summary="Delete a lead",
        description="Needs `write`. Its tags, notes and history go with it; its session stays, and so does "
        "its person while they have other leads.",
        problems=(403, 404),
    ),
)
async def remove_lead(request: NativeRequest, lead_id: str) -> None:
    grant = await request.grant()
    await request.desk.database.write(delete_lead, grant, lead_id_in(lead_id))


@delete(
    "/bots/{bot_id:str}/sessions/{session_id:str}",
    doc=Doc(
        tag="Sessions",
        summary="Delete a session",
        description="Needs `write`. Its messages, hand-overs and leads go with it.",
        problems=(403, 404),
    ),
)
async def remove_session(request: NativeRequest, bot_id: str, session_id: str) -> None:
    grant = await request.grant()
    await request.desk.database.write(delete_session, grant, bot_id, session_id_in(session_id))


@delete(
    "/people/{person_id:str}",
    doc=Doc(
        tag="People",
        summary="Delete a person",
        description="Needs `write` for all bots. All leads and merges of the person go, and of whoever was "
        "merged into them; and the sessions that hold nobody else's leads, with their messages.",
        problems=(403, 404),
    ),
)
async def remove_person(request: NativeRequest, person_id: str) -> None:
    grant = await request.grant()
    await request.desk.database.write(delete_person, grant, person_id_in(person_id))


ROUTES: list[HTTPRouteHandler] = [remove_lead, remove_session, remove_person]
