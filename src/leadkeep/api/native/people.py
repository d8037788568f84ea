"""People: list and read them, merge two, undo it, and see who may be one."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET

from leadkeep.actions.find_people import find_people
from leadkeep.actions.merge_people import merge_people
from leadkeep.actions.read_people import get_person, list_merges, list_people
from leadkeep.actions.suggest_merges import MAX_SUGGESTIONS, suggest_merges
from leadkeep.actions.undo_merge import undo_merge
from leadkeep.api.native.answers import json_answer, next_link
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.ids import merge_id_in, person_id_in
from leadkeep.api.native.lead_filter import read_words
from leadkeep.api.native.replies import Reply
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.common import PageQuery, actor, shown
from leadkeep.api.native.shapes.people import (
    MergeAnswer,
    MergePage,
    MergeRequest,
    PeopleQuery,
    PersonAnswer,
    PersonPage,
    PersonProfile,
    PersonSessionAnswer,
    SuggestionAnswer,
    SuggestionList,
)
from leadkeep.domain.lead import Position
from leadkeep.domain.merge import Merge
from leadkeep.domain.person import Person
from leadkeep.storage.idempotency import About
from leadkeep.web.cursors import cut, read_cursor, write_cursor


@get(
    "/people",
    doc=Doc(
        tag="People",
        summary="List or search people, newest lead first",
        description="Needs `read`, for all bots where `q` is not given. Somebody who leaves a lead meanwhile "
        "moves to the front.",
        query=PeopleQuery,
        answer=PersonPage,
        problems=(403, 422),
    ),
)
async def list_all_people(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    query = request.read_query(PeopleQuery)
    asked = {"items": "people", "of": "" if query.q is UNSET else query.q}
    after = read_cursor(query.cursor, asked)
    if query.q is UNSET:
        listed = await request.desk.database.read(list_people, grant, after, query.limit + 1)
        people, cursor = cut(listed, query.limit, lambda last: write_cursor(_place(last), asked))
    else:
        words = read_words(query.q)
        found = await request.desk.database.read(find_people, grant, words, after, query.limit)
        people, cursor = found.people, write_cursor(found.next, asked) if found.next else None
    items = [shown(person, PersonAnswer) for person in people]
    return json_answer(PersonPage(items=items, next_cursor=cursor), next_link(request, cursor))


@get(
    "/people/{person_id:str}",
    doc=Doc(
        tag="People",
        summary="Read a person",
        description="Needs `read`. The id of somebody who was merged into another gives that other. "
        "A token for named bots is told what their leads say, as if there were no others. "
        "Addresses, numbers, bots and sessions are those of the newest 1,000 leads.",
        answer=PersonProfile,
        problems=(403, 404),
    ),
)
async def read_person(request: NativeRequest, person_id: str) -> Response[bytes]:
    grant = await request.grant()
    found = await request.desk.database.read(get_person, grant, person_id_in(person_id))
    sessions = [shown(session, PersonSessionAnswer) for session in found.sessions]
    return json_answer(shown(found, PersonProfile, sessions=sessions))


@get(
    "/people/{person_id:str}/merges",
    doc=Doc(
        tag="People",
        summary="List the merges that made a person, newest first",
        description="Needs `read` for all bots. Those that were undone are there too.",
        query=PageQuery,
        answer=MergePage,
        problems=(403, 404, 422),
    ),
)
async def list_all_merges(request: NativeRequest, person_id: str) -> Response[bytes]:
    grant = await request.grant()
    query = request.read_query(PageQuery)
    asked = {"items": "merges", "of": person_id_in(person_id)}
    after = read_cursor(query.cursor, asked)
    found = await request.desk.database.read(list_merges, grant, person_id, after, query.limit + 1)
    merges, cursor = cut(found, query.limit, lambda last: write_cursor(Position(last.at, last.id), asked))
    items = [_merge(merge) for merge in merges]
    return json_answer(MergePage(items=items, next_cursor=cursor), next_link(request, cursor))


@get(
    "/people/{person_id:str}/suggestions",
    doc=Doc(
        tag="People",
        summary="List who may be the same person",
        description=f"Needs `read` for all bots. At most {MAX_SUGGESTIONS}: people of the same name with a "
        "similar address or number, and those with the plain form of an address, such as one without its "
        "+detail. Nobody is merged by it, and nobody who was parted by hand is in it.",
        answer=SuggestionList,
        problems=(403, 404),
    ),
)
async def list_suggestions(request: NativeRequest, person_id: str) -> Response[bytes]:
    grant = await request.grant()
    found = await request.desk.database.read(suggest_merges, grant, person_id_in(person_id))
    items = [SuggestionAnswer(person=shown(one.person, PersonAnswer), reasons=one.reasons) for one in found]
    return json_answer(SuggestionList(items=items))


@post(
    "/merges",
    doc=Doc(
        tag="People",
        summary="Merge two people",
        description="Needs `write` for all bots. The one known for longer goes on; the other's id stands "
        "for it from then on. 409 where they are one already.",
        body=MergeRequest,
        answer=MergeAnswer,
        problems=(403, 404, 409, 413, 415, 422),
    ),
)
async def merge_two(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    wanted = await request.read_json(MergeRequest)
    return await request.write_once(
        _merged, merge_people, grant, wanted.person_id, wanted.other_id, wanted.reason
    )


@post(
    "/merges/{merge_id:str}/undo",
    status_code=200,
    doc=Doc(
        tag="People",
        summary="Undo a merge",
        description="Needs `write` for all bots. Every lead goes back to whom it came to, and no lead merges "
        "the two again. 409 where it was undone already.",
        answer=MergeAnswer,
        problems=(403, 404, 409, 413, 422),
    ),
)
async def take_back_merge(request: NativeRequest, merge_id: str) -> Response[bytes]:
    grant = await request.grant()
    await request.read_nothing()
    return await request.write_once(_merged, undo_merge, grant, merge_id_in(merge_id))


def _place(person: Person) -> Position:
    return Position(person.last_at, person.id)


def _merged(merge: Merge) -> Reply:
    return Reply(json_answer(_merge(merge)), About(person_id=merge.absorbed_id))


def _merge(merge: Merge) -> MergeAnswer:
    return shown(
        merge,
        MergeAnswer,
        merged_by=actor(merge.merged_by_id, merge.merged_by_name),
        undone_by=actor(merge.undone_by_id, merge.undone_by_name),
    )


ROUTES: list[HTTPRouteHandler] = [
    list_all_people,
    read_person,
    list_all_merges,
    list_suggestions,
    merge_two,
    take_back_merge,
]
