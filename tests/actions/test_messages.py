from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.read_transcript import read_transcript
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.errors import ForbiddenError, InvalidError, NotFoundError
from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.lead import Position
from leadkeep.domain.message import Message, NewMessage, Role
from leadkeep.storage import bots
from leadkeep.storage.database import Database
from leadkeep.storage.store import Store
from tests.support.leads import START, rows_of

SHAPE = JsonShape(fields=tuple((field, field) for field in Message.__struct_fields__), missing="null")


def said(
    text: str, *, after_ms: int = 0, role: Role = Role.VISITOR, vendor_id: str | None = None
) -> NewMessage:
    at = START + timedelta(milliseconds=after_ms)
    return NewMessage(role=role, text=text, at=at, vendor_id=vendor_id)


def append(database: Database, *new: NewMessage, session: str = "s") -> list[tuple[Message, bool]]:
    with database.transaction() as store:
        return append_messages(store, OPERATOR, "b", session, new)


def transcript(database: Database, limit: int = 1_000, *, newest_first: bool = False) -> list[Any]:
    rows: list[Any] = []
    after: Position | None = None
    while True:
        with database.snapshot() as store:
            page = read_transcript(store, OPERATOR, "b", "s", SHAPE, after, limit, newest_first=newest_first)
        rows += rows_of(page)
        after = page.next
        if after is None:
            return rows


def limited(permission: Permission, *bot_ids: str) -> Grant:
    return Grant(id="g", name="g", permissions=frozenset({permission}), bots=frozenset(bot_ids))


def test_messages_are_read_as_they_were_appended(database: Database) -> None:
    stored = append(database, said("Hi", vendor_id="v1"), said("Hello", after_ms=1, role=Role.BOT))
    assert all(is_new for _, is_new in stored)
    assert msgspec.convert(transcript(database), list[Message]) == [message for message, _ in stored]


def test_a_message_without_a_time_is_of_now_and_a_batch_keeps_its_order(database: Database) -> None:
    append(database, *(NewMessage(role=Role.VISITOR, text=str(number)) for number in range(200)))
    assert [row["text"] for row in transcript(database)] == [str(number) for number in range(200)]


def test_a_known_vendor_id_is_the_message_that_is_stored(database: Database) -> None:
    ((first, _),) = append(database, said("first", vendor_id="v"))
    again = append(database, said("second", vendor_id="v"), said("other", vendor_id="w"), said("none"))
    assert again[0] == (first, False)
    assert [is_new for _, is_new in again] == [False, True, True]
    assert len(transcript(database)) == 3
    assert append(database, said("elsewhere", vendor_id="v"), session="t")[0][1]


def test_of_two_with_one_vendor_id_in_a_batch_the_first_is_stored(database: Database) -> None:
    stored = append(database, said("one", vendor_id="v"), said("two", vendor_id="v"))
    assert [(message.text, is_new) for message, is_new in stored] == [("one", True), ("one", False)]
    assert [row["text"] for row in transcript(database)] == ["one"]


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("limit", [1, 7, 40])
def test_paging_neither_skips_nor_repeats_messages_of_the_same_millisecond(
    database: Database, limit: int, newest_first: bool
) -> None:
    append(database, *(said(str(number), after_ms=number // 9) for number in range(40)))
    texts = [row["text"] for row in transcript(database, limit, newest_first=newest_first)]
    assert texts == sorted(map(str, range(40)), key=int, reverse=newest_first)


def test_a_session_without_messages_is_empty_and_an_unknown_one_not_found(database: Database) -> None:
    append(database)
    assert transcript(database) == []
    with database.snapshot() as store:
        for bot_id, session_id in (("b", "t"), ("b", ""), ("b", "\0"), ("b", "x" * 201), ("c", "s")):
            with pytest.raises(NotFoundError):
                read(store, OPERATOR, bot_id, session_id)


def read(store: Store, grant: Grant, bot_id: str, session_id: str = "s") -> object:
    return read_transcript(store, grant, bot_id, session_id, SHAPE, None, 9, newest_first=False)


def write(store: Store, grant: Grant, bot_id: str, session_id: str = "s") -> object:
    return append_messages(store, grant, bot_id, session_id, [said("x")])


@pytest.mark.parametrize(("permission", "action"), [(Permission.READ, read), (Permission.CAPTURE, write)])
def test_only_bots_of_the_grant_are_read_and_written(
    database: Database, permission: Permission, action: Callable[[Store, Grant, str], object]
) -> None:
    with database.transaction() as store:
        bots.add_missing(store, ["mine", "theirs"], START)
        for bot_id in ("mine", "theirs"):
            write(store, OPERATOR, bot_id)
        action(store, limited(permission, "mine"), "mine")
        for bot_id in ("theirs", "none"):
            with pytest.raises(NotFoundError):
                action(store, limited(permission, "mine", "none"), bot_id)
        with pytest.raises(ForbiddenError):
            action(store, limited(Permission.WRITE, "mine"), "mine")


@pytest.mark.parametrize("session_id", ["", "\0", "x" * 201])
def test_what_cannot_be_a_sessions_id_is_invalid(database: Database, session_id: str) -> None:
    with database.transaction() as store, pytest.raises(InvalidError):
        write(store, OPERATOR, "b", session_id)
