import asyncio
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from leadkeep.actions.read_leads import FIRST_PAGE, get_lead, list_leads, stream_leads, stream_sessions
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.errors import ForbiddenError, NotFoundError
from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.lead import Lead, LeadFilter
from leadkeep.storage import bots
from leadkeep.storage.database import Database
from tests.support.leads import SHAPE, START, a_lead, ids, put, rows_of

SESSION = JsonShape(fields=(("id", "id"), ("name", "name")), missing="null")
READER = Grant(id="g", name="g", permissions=frozenset({Permission.READ}), bots=frozenset({"mine"}))
CAPTURER = Grant(id="g", name="g", permissions=frozenset({Permission.CAPTURE}), bots=None)


@pytest.fixture
def two(database: Database) -> tuple[Lead, Lead]:
    """One lead that the reader may see and one that it may not; the sessions have the same name."""
    mine, theirs = a_lead("mine", name="Mine"), a_lead("theirs", name="Theirs")
    put(database, mine, theirs)
    return mine, theirs


def streamed(stream: Any, database: Database, grant: Grant, bot_id: str, shape: JsonShape) -> list[Any]:
    async def run() -> list[Any]:
        pages = await stream(database, grant, bot_id, shape)
        texts = [pages.first, *([page async for page in pages.rest] if pages.rest else [])]
        return [row for text in texts for row in msgspec.json.decode(f"[{text}]")]

    return asyncio.run(run())


def test_a_reader_limited_to_bots_gets_no_other_lead(database: Database, two: tuple[Lead, Lead]) -> None:
    mine, theirs = two
    with database.snapshot() as store:
        assert get_lead(store, READER, mine.id) == mine
        for lead_id in (theirs.id, "00000000-0000-7000-8000-000000000000"):
            with pytest.raises(NotFoundError):
                get_lead(store, READER, lead_id)


@pytest.mark.parametrize("lead_id", ["", "no-uuid", "x" * 300])
def test_an_id_that_cannot_be_one_is_not_found(database: Database, lead_id: str) -> None:
    with pytest.raises(NotFoundError), database.snapshot() as store:
        get_lead(store, OPERATOR, lead_id)


@pytest.mark.parametrize("wanted", [LeadFilter(), LeadFilter(session_id="s"), LeadFilter(created_from=START)])
def test_a_reader_limited_to_bots_lists_no_other_lead(
    database: Database, two: tuple[Lead, Lead], wanted: LeadFilter
) -> None:
    with database.snapshot() as store:
        assert ids(rows_of(list_leads(store, READER, wanted, SHAPE, None, 9))) == [two[0].id]
        with pytest.raises(NotFoundError):
            list_leads(store, READER, msgspec.structs.replace(wanted, bot_id="theirs"), SHAPE, None, 9)


def test_a_list_for_all_bots_is_newest_first(database: Database) -> None:
    put(database, a_lead("a", after_ms=1), a_lead("b", after_ms=2), a_lead("a", after_ms=3))
    with database.snapshot() as store:
        rows = rows_of(list_leads(store, OPERATOR, LeadFilter(), SHAPE, None, 9))
    assert [row["created_at"][-4:-1] for row in rows] == ["003", "002", "001"]


@pytest.mark.parametrize("stream", [stream_leads, stream_sessions])
def test_a_reader_limited_to_bots_streams_no_other(
    database: Database, two: tuple[Lead, Lead], stream: Any
) -> None:
    assert [row["name"] for row in streamed(stream, database, READER, "mine", SESSION)] == ["Mine"]
    with pytest.raises(NotFoundError):
        streamed(stream, database, READER, "theirs", SESSION)


@pytest.mark.parametrize("stream", [stream_leads, stream_sessions])
def test_a_bot_without_leads_is_empty_and_one_that_is_not_there_is_not_found(
    database: Database, stream: Any
) -> None:
    with database.transaction() as store:
        bots.add_missing(store, ["empty"], START)
    assert streamed(stream, database, OPERATOR, "empty", SESSION) == []
    with pytest.raises(NotFoundError):
        streamed(stream, database, OPERATOR, "none", SESSION)


def test_without_the_permission_to_read_nothing_is_shown(database: Database, two: tuple[Lead, Lead]) -> None:
    with pytest.raises(ForbiddenError), database.snapshot() as store:
        get_lead(store, CAPTURER, two[0].id)
    with pytest.raises(ForbiddenError), database.snapshot() as store:
        list_leads(store, CAPTURER, LeadFilter(), SHAPE, None, 9)
    for stream in (stream_leads, stream_sessions):
        with pytest.raises(ForbiddenError):
            streamed(stream, database, CAPTURER, "mine", SESSION)


@pytest.mark.parametrize("count", [FIRST_PAGE, FIRST_PAGE + 1, FIRST_PAGE + 1_001])
def test_a_stream_holds_every_lead_oldest_first_and_every_session_newest_first(
    database: Database, count: int
) -> None:
    put(database, *(a_lead("b", f"{number:04}", after_ms=number // 7) for number in range(count)))
    found = streamed(stream_leads, database, OPERATOR, "b", SHAPE)
    assert found == sorted(found, key=lambda row: (row["created_at"], row["id"]))
    assert len({row["id"] for row in found}) == count
    sessions = [row["id"] for row in streamed(stream_sessions, database, OPERATOR, "b", SESSION)]
    assert sessions == [f"{number:04}" for number in reversed(range(count))]


def test_a_lead_that_arrives_while_a_page_is_read_repeats_no_other(database: Database) -> None:
    put(database, *(a_lead("busy", f"s{number}", after_ms=number) for number in range(150)))
    arriving = [1_000]

    def capture_one(*_: Any) -> None:
        if arriving:
            number = arriving.pop()
            put(database, a_lead("busy", f"s{number}", after_ms=number))

    sa.event.listen(database.engine, "after_cursor_execute", capture_one)
    rows = streamed(stream_sessions, database, OPERATOR, "busy", SESSION)
    assert not arriving
    assert len({row["id"] for row in rows}) == len(rows) >= 150


@pytest.mark.parametrize("bot_id", ["", "a b", "\0", "\udcff"])
def test_a_bot_id_that_cannot_be_one_is_not_found(database: Database, bot_id: str) -> None:
    with pytest.raises(NotFoundError), database.snapshot() as store:
        list_leads(store, OPERATOR, LeadFilter(bot_id=bot_id), SHAPE, None, 9)
