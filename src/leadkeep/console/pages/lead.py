"""One lead: who it is, what was said, and what a team makes of it."""

from typing import NamedTuple

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET

from leadkeep.actions.add_note import add_note
from leadkeep.actions.change_lead import change_lead
from leadkeep.actions.delete_lead import delete_lead
from leadkeep.actions.delete_note import delete_note
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.read_endpoints import list_endpoints
from leadkeep.actions.read_history import read_history
from leadkeep.actions.read_leads import get_lead
from leadkeep.actions.read_ledger import deliveries_of_lead
from leadkeep.actions.read_notes import read_notes
from leadkeep.actions.read_sessions import get_session
from leadkeep.actions.read_transcript import read_transcript
from leadkeep.actions.read_users import names_of_workers
from leadkeep.console.pages.people import Related, related_to
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.errors import NotFoundError, PreconditionError
from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.lead import Lead, Status
from leadkeep.domain.lead_change import LeadChange, PastChange
from leadkeep.domain.ledger import Delivery
from leadkeep.domain.message import Message
from leadkeep.domain.note import Note
from leadkeep.domain.session import Session
from leadkeep.storage.store import Store

_NOTES = 100
_HISTORY = 50
_DELIVERIES = 20
_MESSAGES = 200
_MESSAGE_SHAPE = JsonShape(tuple((name, name) for name in Message.__struct_fields__), missing="null")
_DECODER = msgspec.json.Decoder(list[Message])


class LeadPage(NamedTuple):
    """`messages` are the session's newest, oldest of them first; `more`: there are earlier ones."""

    lead: Lead
    session: Session | None
    messages: list[Message]
    more: bool
    notes: list[Note]
    history: list[PastChange]
    deliveries: list[Delivery]
    endpoints: list[Endpoint]
    related: Related | None
    owners: list[str]


class Typed(NamedTuple):
    """What the form about the work on a lead holds."""

    status: str
    owner: str
    tags: str
    value: str
    currency: str


@get("/leads/{lead_id:str}")
async def lead(request: ConsoleRequest, lead_id: str) -> Response[bytes]:
    grant = await request.grant()
    found = await request.desk.database.read(_read, grant, lead_id)
    await request.desk.database.write(note_deed, grant, Deed.LEAD_READ, lead_id, bot=found.lead.bot_id)
    return await _page(request, found, _as_it_is(request, found.lead))


@post("/leads/{lead_id:str}")
async def work_on_lead(request: ConsoleRequest, lead_id: str) -> Response[bytes]:
    """What the form holds replaces what the lead had, unless somebody has changed it meanwhile."""
    form = await request.read_form()
    grant = await request.grant(Permission.WRITE)
    value = request.formats(await request.present()).read_amount(form.text("value").strip())
    change = LeadChange(
        status=Status(form.one_of("status", tuple(Status))),
        owner=form.text("owner").strip() or None,
        tags=tuple(tag.strip() for tag in form.text("tags").split(",") if tag.strip()),
        value=value or None,
        currency=(form.text("currency").strip().upper() or UNSET) if value else None,
    )
    version = form.number("version") or 0
    try:
        await request.desk.database.write(change_lead, grant, lead_id, change, [version])
    except PreconditionError:
        # With the version of now, so that to save once more is to insist.
        found = await request.desk.database.read(_read, grant, lead_id)
        typed = Typed(*(form.text(name) for name in Typed._fields))
        return await _page(request, found, typed, _clash(request, found))
    return request.redirect(f"/leads/{lead_id}", said="Saved.")


@post("/leads/{lead_id:str}/notes")
async def write_note(request: ConsoleRequest, lead_id: str) -> Response[bytes]:
    form = await request.read_form()
    grant = await request.grant(Permission.WRITE)
    await request.desk.database.write(add_note, grant, lead_id, form.text("text").strip())
    return request.redirect(f"/leads/{lead_id}")


@post("/leads/{lead_id:str}/notes/{note_id:str}/delete")
async def remove_note(request: ConsoleRequest, lead_id: str, note_id: str) -> Response[bytes]:
    await request.read_form()
    grant = await request.grant(Permission.WRITE)
    await request.desk.database.write(delete_note, grant, lead_id, note_id)
    return request.redirect(f"/leads/{lead_id}", said="The note is deleted.")


@post("/leads/{lead_id:str}/delete")
async def remove_lead(request: ConsoleRequest, lead_id: str) -> Response[bytes]:
    await request.read_form()
    grant = await request.grant(Permission.WRITE)
    await request.desk.database.write(delete_lead, grant, lead_id)
    return request.redirect("/inbox", said="The lead is deleted.")


async def _page(request: ConsoleRequest, found: LeadPage, typed: Typed, clash: str = "") -> Response[bytes]:
    names = found.owners if typed.owner in ("", *found.owners) else [*found.owners, typed.owner]
    visits = found.related.visits if found.related else []
    return request.page(
        "lead/page.html",
        bot_names=await request.bot_names({found.lead.bot_id, *(visit.bot_id for visit in visits)}),
        status=409 if clash else 200,
        found=found,
        lead=found.lead,
        statuses=[(one.value, request.word(one)) for one in Status],
        typed=typed,
        clash=clash,
        owners=[("", request.gettext("Nobody")), *((name, name) for name in names)],
    )


def _as_it_is(request: ConsoleRequest, lead: Lead) -> Typed:
    money = request.formats(request.known_present()).amount(lead.value), lead.currency or ""
    return Typed(lead.status.value, lead.owner or "", ", ".join(lead.tags), *money)


def _clash(request: ConsoleRequest, found: LeadPage) -> str:
    """Who was first, and what is there now."""
    by = found.history[0].changed_by_name if found.history else None
    now = _as_it_is(request, found.lead)
    told = [request.word(found.lead.status), now.owner, now.tags, f"{now.value} {now.currency}".strip()]
    said = request.gettext("%(name)s has changed this lead meanwhile. Now it is: %(now)s.")
    return said % {"name": by or "–", "now": " · ".join(part for part in told if part)}


def _read(store: Store, grant: Grant, lead_id: str) -> LeadPage:
    """Raises NotFoundError."""
    found = get_lead(store, grant, lead_id)
    messages, more = _transcript(store, grant, found)
    return LeadPage(
        lead=found,
        session=_session(store, grant, found),
        messages=messages,
        more=more,
        notes=read_notes(store, grant, lead_id, None, _NOTES),
        history=read_history(store, grant, lead_id, None, _HISTORY),
        deliveries=deliveries_of_lead(store, grant, lead_id, None, _DELIVERIES),
        endpoints=list_endpoints(store, grant) if grant.has(Permission.ADMIN) else [],
        related=related_to(store, grant, found.person_id) if found.person_id else None,
        owners=names_of_workers(store, found.bot_id),
    )


def _session(store: Store, grant: Grant, of: Lead) -> Session | None:
    try:
        return get_session(store, grant, of.bot_id, of.session_id)[0]
    except NotFoundError:
        return None


def _transcript(store: Store, grant: Grant, of: Lead) -> tuple[list[Message], bool]:
    try:
        page = read_transcript(
            store, grant, of.bot_id, of.session_id, _MESSAGE_SHAPE, None, _MESSAGES, newest_first=True
        )
    except NotFoundError:
        return [], False
    return _DECODER.decode(f"[{page.members}]")[::-1], page.next is not None


ROUTES: list[HTTPRouteHandler] = [lead, work_on_lead, write_note, remove_note, remove_lead]
