"""The inbox: leads as a list, found, filtered, chosen and changed."""

import asyncio
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET
from msgspec.structs import replace

from leadkeep.actions.change_account import change_preferences
from leadkeep.actions.change_leads import MAX_LEADS, change_leads
from leadkeep.actions.delete_lead import delete_lead
from leadkeep.actions.read_events import end_of_feed
from leadkeep.actions.read_leads import count_leads, list_leads
from leadkeep.actions.read_users import names_of_workers
from leadkeep.actions.save_view import delete_view, list_views, save_view
from leadkeep.console.forms import Form
from leadkeep.console.known_bots import known_bots, names_of
from leadkeep.console.lead_query import CONTACTS, LeadQuery, known_of, read_lead_query
from leadkeep.console.lead_rows import COLUMNS, SHAPE, columns_of, leads_in
from leadkeep.console.rendering import query_of
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import Bot
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.lead import Lead, LeadCount, Position, Sort, Status
from leadkeep.domain.lead_change import LeadChange
from leadkeep.domain.view import View
from leadkeep.storage.store import Store
from leadkeep.web.cursors import read_cursor, write_cursor, write_place

PAGE = 50
_DELETED_AT_ONCE = 25
_NOTHING = LeadCount(0, exact=True)


class Found(NamedTuple):
    """A page of the list, and what stands around it."""

    leads: list[Lead]
    next: Position | None
    views: list[View]
    bots: list[Bot]
    owners: list[str]
    place: int
    """In the feed: what has happened up to there, the page knows."""


@get("/inbox")
async def inbox(request: ConsoleRequest) -> Response[bytes]:
    present = await request.present()
    given = dict(request.query_params)
    zone = request.formats(present).zone
    trouble = ""
    try:
        query = read_lead_query(given, zone)
    except InvalidError as error:
        trouble = request.told(error)
        query = read_lead_query({}, zone)._replace(given=known_of(given))
    asked = {"leads": query.wanted, "sort": query.sort}
    after = _cursor(given.get("after", ""), asked, query.sort)
    grant = present.user.grant()
    database = request.desk.database
    # Side by side: to count takes as long as to find.
    found, total = await asyncio.gather(
        database.read(_read, grant, query, after, trouble=bool(trouble)),
        database.read(_count, grant, query, trouble=bool(trouble)),
    )
    return request.page(
        "inbox/page.html",
        found=found,
        total=total,
        given=query.given,
        trouble=trouble,
        query=query_of(dict(query.given)),
        next=write_cursor(found.next, asked) if found.next else "",
        is_first=after is None,
        live=_stream(query, found) if query.sort is Sort.NEWEST and after is None and not trouble else "",
        columns=columns_of(present.user.preferences.columns),
        all_columns=COLUMNS,
        choices=_choices(request, found, query),
        chips=_chips(request, query, found.bots),
        bot_names=names_of(found.bots),
        statuses=list(Status),
        sort=query.sort,
        bare=False,
    )


@post("/inbox/change")
async def change_many(request: ConsoleRequest) -> Response[bytes]:
    """Of the leads that were chosen, or all that the list has."""
    form = await request.read_form()
    grant = await request.grant(Permission.WRITE)
    query = _query_of(request, form)
    which = query.wanted if form.flag("all") else form.texts("ids")
    here = f"/inbox{query_of(dict(query.given))}"
    if not which:
        return request.redirect(here, said="Choose a lead first.")
    if form.text("do") == "delete":
        return await _delete_many(request, form, grant, query)
    change = _change(form)
    if change == LeadChange():
        return request.redirect(here, said="Choose what to change first.")
    outcome = await request.desk.database.write(change_leads, grant, which, change)
    said = request.ngettext("One lead changed.", "{number} leads changed.", outcome.changed)
    return request.redirect(here, said=said)


async def _delete_many(
    request: ConsoleRequest, form: Form, grant: Grant, query: LeadQuery
) -> Response[bytes]:
    """Once somebody has seen how many they are, and is sure."""
    database, shown = request.desk.database, query_of(dict(query.given))
    ids = await database.read(_ids, grant, query) if form.flag("all") else form.texts("ids")
    if form.text("sure") != "yes":
        return request.page("inbox/sure.html", ids=ids, query=shown)
    await _delete(request, grant, list(dict.fromkeys(ids)))
    said = request.ngettext("One lead is deleted.", "{number} leads are deleted.", len(ids))
    return request.redirect(f"/inbox{shown}", said=said)


@post("/inbox/columns")
async def choose_columns(request: ConsoleRequest) -> Response[bytes]:
    form = await request.read_form()
    user = (await request.present()).user
    liked = replace(user.preferences, columns=columns_of(tuple(form.texts("column"))))
    await request.desk.database.write(change_preferences, user.grant(), user.name, liked)
    request.desk.reception.forget()
    return request.redirect(f"/inbox{query_of(dict(_query_of(request, form).given))}")


@post("/inbox/views")
async def keep_view(request: ConsoleRequest) -> Response[bytes]:
    form = await request.read_form()
    query = urlencode(_query_of(request, form).given)
    await request.desk.database.write(
        save_view, await request.grant(), form.text("name"), query, shared=form.flag("shared")
    )
    return request.redirect(f"/inbox?{query}", said="The view is saved.")


@post("/inbox/views/{view_id:str}/delete")
async def drop_view(request: ConsoleRequest, view_id: str) -> Response[bytes]:
    await request.read_form()
    await request.desk.database.write(delete_view, await request.grant(), view_id)
    return request.redirect("/inbox", said="The view is deleted.")


def _stream(query: LeadQuery, found: Found) -> str:
    return f"/live{query_of({**query.given, 'since': write_place(found.place)})}"


def _choices(request: ConsoleRequest, found: Found, query: LeadQuery) -> dict[str, list[tuple[str, str]]]:
    """Values and what they are called."""
    sorts = [sort for sort in Sort if sort is not Sort.BEST or "q" in query.given]
    return {
        "bots": _with_bot(names_of(found.bots), query.wanted.bot_id),
        "owners": [(name, name) for name in _with(found.owners, query.given.get("owner"))],
        "statuses": [(one.value, request.word(one)) for one in Status],
        "contacts": [(one, request.word(f"contact.{one}")) for one in CONTACTS],
        "sorts": [(one.value, request.word(one)) for one in sorts],
    }


def _with_bot(names: dict[str, str], bot_id: str | None) -> list[tuple[str, str]]:
    """There may be more bots than are to choose from: the one that was chosen is among them."""
    return list({bot_id: bot_id, **names}.items()) if bot_id else list(names.items())


def _with(names: list[str], name: str | None) -> list[str]:
    """Leads may be anybody's, also of whom no user is called."""
    return [*names, name] if name and name not in names else names


def _chips(request: ConsoleRequest, query: LeadQuery, bots: list[Bot]) -> dict[str, str]:
    """What each parameter means, in words."""
    given, day = query.given, request.formats(request.known_present()).day
    since, until = query.wanted.created_from, query.wanted.created_to
    told = {
        "status": ", ".join(request.word(one) for one in query.wanted.statuses),
        "contact": request.word(f"contact.{given.get('contact')}", ""),
        "waiting": request.gettext("Waiting for an agent"),
        "bot": next((bot.name for bot in bots if bot.id == given.get("bot")), ""),
        "origin": request.word(given.get("origin", ""), given.get("origin", "")),
        "from": since and request.gettext("From %(day)s") % {"day": day(since)},
        "to": until and request.gettext("Until %(day)s") % {"day": day(until - timedelta(seconds=1))},
    }
    return {name: told.get(name) or value for name, value in given.items()}


def _read(store: Store, grant: Grant, query: LeadQuery, after: Position | None, *, trouble: bool) -> Found:
    """`trouble`: nothing can be looked for."""
    found = Found(
        leads=[],
        next=None,
        views=list_views(store, grant),
        bots=known_bots(store, grant),
        owners=names_of_workers(store, query.wanted.bot_id),
        place=end_of_feed(store),
    )
    if trouble:
        return found
    page = list_leads(store, grant, query.wanted, SHAPE, after, PAGE, query.sort)
    return found._replace(leads=leads_in(page.members), next=page.next)


def _count(store: Store, grant: Grant, query: LeadQuery, *, trouble: bool) -> LeadCount:
    return _NOTHING if trouble else count_leads(store, grant, query.wanted)


def _ids(store: Store, grant: Grant, query: LeadQuery) -> list[str]:
    page = list_leads(store, grant, query.wanted, SHAPE, None, MAX_LEADS, query.sort)
    return [lead.id for lead in leads_in(page.members)]


async def _delete(request: ConsoleRequest, grant: Grant, lead_ids: list[str]) -> None:
    """A few at a time: whoever captures waits for no more than these. Raises InvalidError, NotFoundError."""
    if len(lead_ids) > MAX_LEADS:
        raise InvalidError("ids", f"ids holds more than {MAX_LEADS} leads")
    for first in range(0, len(lead_ids), _DELETED_AT_ONCE):
        some = lead_ids[first : first + _DELETED_AT_ONCE]
        await request.desk.database.write(_delete_some, grant, some)


def _delete_some(store: Store, grant: Grant, lead_ids: list[str]) -> None:
    for lead_id in lead_ids:
        delete_lead(store, grant, lead_id)


def _change(form: Form) -> LeadChange:
    """What the bar over the list asks for. Raises InvalidError."""
    tag, owner, status = form.text("tag").strip(), form.text("owner").strip(), form.text("status")
    nobody = form.flag("nobody")
    return LeadChange(
        status=Status(form.one_of("status", tuple(Status))) if status else UNSET,
        owner=None if nobody else owner or UNSET,
        add_tags=(tag,) if tag else UNSET,
    )


def _query_of(request: ConsoleRequest, form: Form) -> LeadQuery:
    """The list that the form stood on."""
    given = dict(parse_qsl(form.text("query").lstrip("?")))
    return read_lead_query(given, request.formats(request.known_present()).zone)


def _cursor(text: str, asked: Any, sort: Sort) -> Position | None:
    return read_cursor(text or UNSET, asked, by_name=sort in {Sort.A_TO_Z, Sort.Z_TO_A})


ROUTES: list[HTTPRouteHandler] = [inbox, change_many, choose_columns, keep_view, drop_view]
