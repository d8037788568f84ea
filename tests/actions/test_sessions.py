import time
from datetime import timedelta
from typing import Any

import pytest

from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.claim_handover import claim_handover
from leadkeep.actions.read_handovers import read_handovers
from leadkeep.actions.read_sessions import get_session, list_sessions
from leadkeep.actions.request_handover import request_handover
from leadkeep.actions.return_to_bot import return_to_bot
from leadkeep.actions.start_session import start_session
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.errors import ForbiddenError, InvalidError, NotFoundError
from leadkeep.domain.handover import HandoverState
from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.lead import Position
from leadkeep.domain.session import Session, SessionFilter
from leadkeep.domain.visit import SentVisit, Utm
from leadkeep.storage import bots, sessions
from leadkeep.storage.database import Database
from tests.support.leads import START, a_lead, put, rows_of

SHAPE = JsonShape(tuple((name, name) for name in Session.__struct_fields__), missing="null")
EVERY = SessionFilter()
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
CURL = "curl/8.0"


def start(
    database: Database, session_id: str | None = "s", bot_id: str = "b", **sent: Any
) -> tuple[Session, bool]:
    with database.transaction() as store:
        return start_session(store, OPERATOR, bot_id, session_id, SentVisit(**sent))


def request(database: Database, session_id: str, bot_id: str = "b") -> None:
    with database.transaction() as store:
        request_handover(store, OPERATOR, bot_id, session_id, None)
    # The next one is requested later.
    time.sleep(0.002)


def listed(
    database: Database, wanted: SessionFilter = EVERY, limit: int = 50, grant: Grant = OPERATOR
) -> list[Any]:
    """The rows of all pages."""
    rows: list[Any] = []
    after: Position | None = None
    while True:
        with database.snapshot() as store:
            page = list_sessions(store, grant, wanted, SHAPE, after, limit)
        rows += rows_of(page)
        after = page.next
        if after is None:
            return rows


def ids(rows: list[Any]) -> list[str]:
    return [row["id"] for row in rows]


def reader(*bot_ids: str, permission: Permission = Permission.READ) -> Grant:
    return Grant(id="g", name="g", permissions=frozenset({permission}), bots=frozenset(bot_ids))


def test_a_session_is_new_once(database: Database) -> None:
    first, is_new = start(database, page_url="https://a.example/?utm_source=news", locale="de-DE")
    assert is_new
    assert (first.page_url, first.utm.source, first.locale) == (
        "https://a.example/?utm_source=news",
        "news",
        "de-DE",
    )
    assert start(database) == (first, False)


def test_a_session_without_an_id_gets_one(database: Database) -> None:
    (one, _), (other, is_new) = start(database, None), start(database, None)
    assert is_new
    assert one.id != other.id


def test_what_a_session_knows_stays_and_what_it_lacks_is_added(database: Database) -> None:
    start(database, page_url="https://a.example/", user_agent=FIREFOX)
    second = {"page_url": "https://b.example/?utm_source=x", "referrer": "https://c.example/"}
    told, _ = start(database, **second, locale="fr", country="FR", user_agent=CURL)
    assert (told.page_url, told.referrer) == ("https://a.example/", "https://c.example/")
    assert (told.locale, told.country, told.utm) == ("fr", "FR", Utm(source="x"))
    assert (told.user_agent, told.browser, told.os) == (FIREFOX, "Firefox", "Linux")
    assert start(database, locale="de", country="DE", utm=Utm(medium="m"))[0] == told


def test_a_session_first_seen_through_a_message_can_be_told_of_its_visit(database: Database) -> None:
    with database.transaction() as store:
        append_messages(store, OPERATOR, "b", "s", [])
    told, is_new = start(database, user_agent=CURL, utm=Utm(source="x"))
    assert not is_new
    assert (told.browser, told.os, told.utm) == ("curl", None, Utm(source="x"))


def test_a_session_knows_its_leads(database: Database) -> None:
    put(database, a_lead("b", "s", name="Ada", email="ada@x.example"))
    told, is_new = start(database)
    assert not is_new
    assert (told.name, told.email, told.lead_at) == ("Ada", "ada@x.example", START)


def test_a_session_is_read_with_its_open_handover(database: Database) -> None:
    start(database)
    request(database, "s")
    with database.transaction() as store:
        session, handover = get_session(store, OPERATOR, "b", "s")
        assert handover is not None
        assert session.handover is HandoverState.WAITING
        assert session.waiting_since == session.handed_over_at == handover.requested_at
        claim_handover(store, OPERATOR, "b", "s")
        session, handover = get_session(store, OPERATOR, "b", "s")
        assert (session.handover, session.waiting_since) == (HandoverState.CLAIMED, None)
        assert handover is not None
        return_to_bot(store, OPERATOR, "b", "s")
        assert get_session(store, OPERATOR, "b", "s")[1] is None


def test_a_row_of_a_list_is_the_session(database: Database) -> None:
    told, _ = start(database, page_url="https://a.example/?utm_term=x", user_agent=FIREFOX, country="DE")
    (row,) = listed(database)
    assert (row["utm"], row["browser"]) == (
        {"source": None, "medium": None, "campaign": None, "term": "x", "content": None},
        "Firefox",
    )
    assert (row["page_url"], row["country"], row["handover"]) == (told.page_url, "DE", None)


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_pages_hold_each_session_once_whatever_its_id_and_its_time(database: Database, limit: int) -> None:
    names = ["s", "a/b", "a", "a/", "é漢", "'\"\\", " ", "%", "x" * 200]
    with database.transaction() as store:
        bots.add_missing(store, ["a", "b"], START)
        for bot_id in ("a", "b"):
            sessions.ensure(store, bot_id, names, START)
            sessions.ensure(store, bot_id, ["newest"], START + timedelta(seconds=1))
    rows = listed(database, limit=limit)
    places = [(row["bot_id"], row["id"]) for row in rows]
    assert sorted(places) == sorted((bot_id, name) for bot_id in "ab" for name in [*names, "newest"])
    assert ids(rows[:2]) == ["newest", "newest"]


@pytest.mark.parametrize("limit", [1, 50])
def test_who_waits_comes_in_the_order_of_waiting(database: Database, limit: int) -> None:
    for session_id in ("first", "second", "third", "claimed", "never"):
        start(database, session_id)
    for session_id in ("third", "claimed", "first", "second"):
        request(database, session_id)
    with database.transaction() as store:
        claim_handover(store, OPERATOR, "b", "claimed")
        return_to_bot(store, OPERATOR, "b", "third")
    request(database, "third")
    waiting = SessionFilter(handover=HandoverState.WAITING)
    assert ids(listed(database, waiting, limit)) == ["first", "second", "third"]
    assert ids(listed(database, waiting, limit, reader("b"))) == ["first", "second", "third"]
    assert listed(database, waiting, limit, reader("a", "c")) == []


def test_sessions_are_chosen_by_what_they_are(database: Database) -> None:
    put(database, a_lead("b", "lead"))
    start(database, "plain")
    start(database, "other", "c")
    request(database, "waiting")
    request(database, "claimed")
    with database.transaction() as store:
        claim_handover(store, OPERATOR, "b", "claimed")
    everything = {"lead", "plain", "other", "waiting", "claimed"}
    for wanted, found in (
        (EVERY, everything),
        (SessionFilter(bot_id="b"), everything - {"other"}),
        (SessionFilter(bot_id="none"), set()),
        (SessionFilter(handover=HandoverState.CLAIMED), {"claimed"}),
        (SessionFilter(handover=HandoverState.WAITING, bot_id="c"), set()),
        (SessionFilter(handed_over=True), {"waiting", "claimed"}),
        (SessionFilter(handed_over=False), {"lead", "plain", "other"}),
        (SessionFilter(is_lead=True), {"lead", "waiting", "claimed"}),
        (SessionFilter(is_lead=False, bot_id="b"), {"plain"}),
        (SessionFilter(created_to=START), set()),
        (SessionFilter(created_from=START, created_to=START + timedelta(milliseconds=1)), {"lead"}),
        (SessionFilter(created_from=START + timedelta(milliseconds=1)), everything - {"lead"}),
    ):
        assert set(ids(listed(database, wanted))) == found, wanted


@pytest.mark.parametrize("limit", [1, 50])
def test_only_sessions_of_the_grants_bots_are_listed(database: Database, limit: int) -> None:
    for bot_id in ("a", "b", "c"):
        start(database, f"of-{bot_id}", bot_id)
    assert set(ids(listed(database, EVERY, limit, reader("a", "b", "none")))) == {"of-a", "of-b"}
    assert ids(listed(database, EVERY, limit, reader("c"))) == ["of-c"]
    with database.snapshot() as store:
        with pytest.raises(NotFoundError):
            list_sessions(store, reader("a"), SessionFilter(bot_id="b"), SHAPE, None, 9)
        with pytest.raises(ForbiddenError):
            list_sessions(store, reader("a", permission=Permission.WRITE), EVERY, SHAPE, None, 9)


def test_handovers_come_in_pages(database: Database) -> None:
    for _ in range(3):
        request(database, "s")
        with database.transaction() as store:
            return_to_bot(store, OPERATOR, "b", "s")
    with database.snapshot() as store:
        every = read_handovers(store, OPERATOR, "b", "s", after=None, limit=9)
        first = read_handovers(store, OPERATOR, "b", "s", after=None, limit=2)
        after = Position(first[-1].requested_at, first[-1].id)
        assert [*first, *read_handovers(store, OPERATOR, "b", "s", after=after, limit=2)] == every
    assert len(every) == 3


def test_only_a_session_of_the_grants_bots_is_read_or_started(database: Database) -> None:
    for bot_id in ("mine", "theirs"):
        start(database, "s", bot_id)
    with database.transaction() as store:
        for bot_id, session_id in (("theirs", "s"), ("none", "s"), ("mine", "t"), ("mine", "\0")):
            with pytest.raises(NotFoundError):
                get_session(store, reader("mine", "none"), bot_id, session_id)
            with pytest.raises(NotFoundError):
                read_handovers(store, reader("mine", "none"), bot_id, session_id, after=None, limit=9)
        for bot_id in ("theirs", "none"):
            with pytest.raises(NotFoundError):
                start_session(
                    store, reader("mine", "none", permission=Permission.CAPTURE), bot_id, "t", SentVisit()
                )
        with pytest.raises(ForbiddenError):
            start_session(store, reader("mine"), "mine", "t", SentVisit())
        assert read_handovers(store, reader("mine"), "mine", "s", after=None, limit=9) == []


@pytest.mark.parametrize("session_id", ["", "\0", "x" * 201])
def test_what_cannot_be_a_sessions_id_starts_none(database: Database, session_id: str) -> None:
    with pytest.raises(InvalidError):
        start(database, session_id)
