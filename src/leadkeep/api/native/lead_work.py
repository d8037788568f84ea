"""Work on leads: change one or many, write notes, read the history."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET

from leadkeep.actions.add_note import add_note
from leadkeep.actions.change_lead import change_lead
from leadkeep.actions.change_leads import change_leads
from leadkeep.actions.delete_note import delete_note
from leadkeep.actions.read_history import read_history
from leadkeep.actions.read_notes import read_notes
from leadkeep.api.native.answers import json_answer, next_link
from leadkeep.api.native.docs import IF_MATCH, Doc
from leadkeep.api.native.etags import versions_in
from leadkeep.api.native.ids import lead_id_in, note_id_in
from leadkeep.api.native.lead_filter import read_filter
from leadkeep.api.native.leads import lead_answer
from leadkeep.api.native.replies import Reply
from leadkeep.api.native.request import PATCH_TYPES, NativeRequest
from leadkeep.api.native.shapes.common import PageQuery, actor
from leadkeep.api.native.shapes.lead_work import (
    HistoryPage,
    LeadPatch,
    LeadsPatch,
    LeadsPatched,
    NoteAnswer,
    NotePage,
    NoteRequest,
    PastChangeAnswer,
)
from leadkeep.api.native.shapes.leads import LeadAnswer, LeadFilterQuery
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.lead import LeadFilter, Position
from leadkeep.domain.lead_change import LeadChange, PastChange
from leadkeep.domain.moments import iso_z
from leadkeep.domain.note import Note
from leadkeep.storage.idempotency import About
from leadkeep.storage.types import is_id
from leadkeep.web.asgi import header
from leadkeep.web.cursors import cut, read_cursor, write_cursor

T = TypeVar("T", Note, PastChange)


@patch(
    "/leads/{lead_id:str}",
    doc=Doc(
        tag="Leads",
        summary="Change a lead",
        description="Needs `write` and `read`. What is left out stays as it is. Each change goes into the "
        "lead's history; what changes nothing leaves history and version alone.",
        headers=(IF_MATCH,),
        body=LeadPatch,
        body_types=PATCH_TYPES,
        answer=LeadAnswer,
        etag=True,
        problems=(403, 404, 412, 413, 415, 422),
    ),
)
async def patch_lead(request: NativeRequest, lead_id: str) -> Response[bytes]:
    grant = await request.grant()
    change = _change(await request.read_json(LeadPatch, PATCH_TYPES))
    versions = versions_in(header(request.asgi, b"if-match"))
    lead = await request.desk.database.write(change_lead, grant, lead_id_in(lead_id), change, versions)
    return lead_answer(lead)


@patch(
    "/leads",
    doc=Doc(
        tag="Leads",
        summary="Change many leads at once",
        description="Needs `write`, and with `filter` also `read`. Up to 1,000 leads, all or none: where one "
        "of `ids` is not there or cannot be changed like that, or `filter` fits more, nothing is changed.",
        body=LeadsPatch,
        body_types=PATCH_TYPES,
        answer=LeadsPatched,
        problems=(403, 404, 413, 415, 422),
    ),
)
async def patch_leads(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    wanted = await request.read_json(LeadsPatch, PATCH_TYPES)
    if header(request.asgi, b"if-match") is not None:
        raise InvalidError("If-Match", "If-Match is for one lead: it cannot be heeded here")
    which, change = _which(wanted), _change(wanted.change)
    with _fields_below("change", but=("ids", "filter")):
        outcome = await request.desk.database.write(change_leads, grant, which, change)
    return json_answer(LeadsPatched(matched=outcome.matched, changed=outcome.changed))


@post(
    "/leads/{lead_id:str}/notes",
    doc=Doc(
        tag="Leads",
        summary="Add a note to a lead",
        description="Needs `write`. The lead is found by the words of its newest 100 notes.",
        body=NoteRequest,
        answer=NoteAnswer,
        problems=(403, 404, 413, 415, 422),
    ),
)
async def write_note(request: NativeRequest, lead_id: str) -> Response[bytes]:
    grant = await request.grant()
    wanted = await request.read_json(NoteRequest)
    return await request.write_once(_noted, add_note, grant, lead_id_in(lead_id), wanted.text)


@get(
    "/leads/{lead_id:str}/notes",
    doc=Doc(
        tag="Leads",
        summary="List a lead's notes, newest first",
        description="Needs `read`.",
        query=PageQuery,
        answer=NotePage,
        problems=(403, 404, 422),
    ),
)
async def list_notes(request: NativeRequest, lead_id: str) -> Response[bytes]:
    notes, cursor = await _page(request, lead_id, "notes", read_notes)
    items = [_note(note) for note in notes]
    return json_answer(NotePage(items=items, next_cursor=cursor), next_link(request, cursor))


@delete(
    "/leads/{lead_id:str}/notes/{note_id:str}",
    doc=Doc(
        tag="Leads",
        summary="Delete a note",
        description="Needs `write`. That there was one stays in the lead's history, without its text.",
        problems=(403, 404),
    ),
)
async def remove_note(request: NativeRequest, lead_id: str, note_id: str) -> None:
    grant = await request.grant()
    await request.desk.database.write(delete_note, grant, lead_id_in(lead_id), note_id_in(note_id))


@get(
    "/leads/{lead_id:str}/history",
    doc=Doc(
        tag="Leads",
        summary="Read a lead's history, newest first",
        description="Needs `read`. Who changed what, when, from and to.",
        query=PageQuery,
        answer=HistoryPage,
        problems=(403, 404, 422),
    ),
)
async def list_history(request: NativeRequest, lead_id: str) -> Response[bytes]:
    changes, cursor = await _page(request, lead_id, "history", read_history)
    items = [_past_change(change) for change in changes]
    return json_answer(HistoryPage(items=items, next_cursor=cursor), next_link(request, cursor))


def _change(wanted: LeadPatch) -> LeadChange:
    sent = msgspec.structs.asdict(wanted)
    for name in ("tags", "add_tags", "remove_tags"):
        if sent[name] is not UNSET:
            sent[name] = tuple(sent[name])
    return LeadChange(**sent)


def _which(wanted: LeadsPatch) -> list[str] | LeadFilter:
    if wanted.ids is not UNSET and wanted.filter is UNSET:
        return [_lead_id(lead_id) for lead_id in wanted.ids]
    if wanted.filter is UNSET or wanted.ids is not UNSET:
        raise InvalidError("ids", "either ids or filter is required, and not both")
    # A slip must not change whatever there is.
    if wanted.filter == LeadFilterQuery():
        raise InvalidError("filter", "filter must hold at least one condition")
    with _fields_below("filter"):
        return read_filter(wanted.filter)


def _lead_id(text: str) -> str:
    if not is_id(text):
        raise InvalidError("ids", f"ids: {text[:100]} is no id of a lead")
    return text


@contextmanager
def _fields_below(place: str, but: Sequence[str] = ()) -> Iterator[None]:
    """Name the fields at fault as they stand in the body."""
    try:
        yield
    except InvalidError as error:
        if error.field in but:
            raise
        raise InvalidError(f"{place}.{error.field}", f"{place}: {error.message}") from None


async def _page(
    request: NativeRequest, lead_id: str, what: str, read: Callable[..., list[T]]
) -> tuple[list[T], str | None]:
    """What hangs on a lead, newest first, and the cursor of the next page."""
    grant = await request.grant()
    query = request.read_query(PageQuery)
    asked = {"what": what, "lead_id": lead_id_in(lead_id)}
    after = read_cursor(query.cursor, asked)
    found = await request.desk.database.read(read, grant, lead_id, after, query.limit + 1)
    return cut(found, query.limit, lambda last: write_cursor(Position(last.at, last.id), asked))


def _noted(note: Note) -> Reply:
    return Reply(json_answer(_note(note)), About(lead_id=note.lead_id))


def _note(note: Note) -> NoteAnswer:
    return NoteAnswer(
        id=note.id,
        lead_id=note.lead_id,
        text=note.text,
        written_at=iso_z(note.at),
        written_by=actor(note.written_by_id, note.written_by_name),
    )


def _past_change(change: PastChange) -> PastChangeAnswer:
    return PastChangeAnswer(
        id=change.id,
        at=iso_z(change.at),
        by=actor(change.changed_by_id, change.changed_by_name),
        field=change.field,
        before=change.before,
        after=change.after,
    )


ROUTES: list[HTTPRouteHandler] = [
    patch_lead,
    patch_leads,
    write_note,
    list_notes,
    remove_note,
    list_history,
]
