"""People: find them, see all that they left, merge two and undo it."""

from collections.abc import Iterable
from typing import NamedTuple

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET

from leadkeep.actions.delete_person import delete_person
from leadkeep.actions.find_people import find_people
from leadkeep.actions.merge_people import merge_people
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.read_leads import list_leads
from leadkeep.actions.read_people import get_person, list_merges, list_people
from leadkeep.actions.suggest_merges import Suggestion, suggest_merges
from leadkeep.actions.undo_merge import undo_merge
from leadkeep.console.lead_rows import SHAPE, leads_in
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.lead import Lead, LeadFilter, Position
from leadkeep.domain.merge import Merge
from leadkeep.domain.person import Person, Profile
from leadkeep.domain.search import MAX_SEARCH, read_search
from leadkeep.domain.text import as_text
from leadkeep.storage.store import Store
from leadkeep.web.cursors import cut, read_cursor, write_cursor

PAGE = 50
_LEADS = 50
_MERGES = 50


class Visit(NamedTuple):
    """A session, and the leads that were left in it, newest first."""

    bot_id: str
    session_id: str
    leads: list[Lead]


class Related(NamedTuple):
    """What hangs on a person, newest first. Duplicates and merges are for who may see all bots."""

    person: Profile
    visits: list[Visit]
    shown: int
    """How many leads the visits hold."""
    duplicates: list[Suggestion]
    merges: list[Merge]


def related_to(store: Store, grant: Grant, person_id: str) -> Related:
    """Raises NotFoundError."""
    person = get_person(store, grant, person_id)
    leads = leads_in(list_leads(store, grant, LeadFilter(person_id=person.id), SHAPE, None, _LEADS).members)
    whole = grant.covers_all_bots
    return Related(
        person=person,
        visits=_visits(leads),
        shown=len(leads),
        duplicates=suggest_merges(store, grant, person.id) if whole else [],
        merges=list_merges(store, grant, person.id, None, _MERGES) if whole else [],
    )


def _visits(leads: Iterable[Lead]) -> list[Visit]:
    visits: dict[tuple[str, str], Visit] = {}
    for lead in leads:
        place = (lead.bot_id, lead.session_id)
        visits.setdefault(place, Visit(*place, [])).leads.append(lead)
    return list(visits.values())


@get("/people")
async def people(request: ConsoleRequest) -> Response[bytes]:
    grant = await request.grant()
    text = request.query_params.get("q", "").strip()
    asked = {"people": text}
    after = read_cursor(request.query_params.get("after") or UNSET, asked)
    trouble, found, following = "", list[Person](), None
    try:
        found, following = await request.desk.database.read(_page_of, grant, text, after)
    except InvalidError as error:
        trouble = request.told(error)
    cursor = write_cursor(following, asked) if following else ""
    return request.page("people/page.html", found=found, text=text, next=cursor, trouble=trouble)


def _page_of(
    store: Store, grant: Grant, text: str, after: Position | None
) -> tuple[list[Person], Position | None]:
    """Raises InvalidError for what cannot be searched for."""
    if text:
        return find_people(store, grant, read_search(as_text(text, "q", MAX_SEARCH), "q"), after, PAGE)
    listed = list_people(store, grant, after, PAGE + 1)
    found, more = cut(listed, PAGE, lambda last: last.id)
    return found, Position(found[-1].last_at, found[-1].id) if more else None


@get("/people/{person_id:str}")
async def person(request: ConsoleRequest, person_id: str) -> Response[bytes]:
    grant = await request.grant()
    found = await request.desk.database.read(related_to, grant, person_id)
    await request.desk.database.write(note_deed, grant, Deed.PERSON_READ, found.person.id)
    bots = {*found.person.bots, *(visit.bot_id for visit in found.visits)}
    return request.page(
        "people/person.html", related=found, person=found.person, bot_names=await request.bot_names(bots)
    )


@post("/people/{person_id:str}/merge")
async def merge(request: ConsoleRequest, person_id: str) -> Response[bytes]:
    form = await request.read_form()
    grant = await request.grant(Permission.WRITE)
    merged = await request.desk.database.write(
        merge_people, grant, person_id, form.text("other", 100), form.text("reason") or None
    )
    return request.redirect(f"/people/{merged.survivor_id}", said="The two are one person now.")


@post("/people/{person_id:str}/unmerge")
async def unmerge(request: ConsoleRequest, person_id: str) -> Response[bytes]:
    form = await request.read_form()
    grant = await request.grant(Permission.WRITE)
    undone = await request.desk.database.write(undo_merge, grant, form.text("merge", 100))
    return request.redirect(f"/people/{undone.survivor_id}", said="The two are apart again.")


@post("/people/{person_id:str}/delete")
async def remove_person(request: ConsoleRequest, person_id: str) -> Response[bytes]:
    await request.read_form()
    grant = await request.grant(Permission.WRITE)
    await request.desk.database.write(delete_person, grant, person_id)
    return request.redirect("/people", said="The person is deleted, with all their leads.")


ROUTES: list[HTTPRouteHandler] = [people, person, merge, unmerge, remove_person]
