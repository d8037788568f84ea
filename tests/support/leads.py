"""Leads for tests, and the shortest ways to store and read them."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st

from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Lead, LeadFilter, Position, Sort
from leadkeep.domain.session import contacts_of
from leadkeep.storage import bots, leads, people, sessions
from leadkeep.storage.database import Database

START = datetime(2026, 11, 23, 7, 2, 23, tzinfo=UTC)

SHAPE = JsonShape(fields=tuple((field, field) for field in Lead.__struct_fields__), missing="null")
"""Every column under its own name."""

STORABLE = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
TEXTS = st.one_of(
    st.text(STORABLE, max_size=60),
    st.text("\"'\\/<>&%$:;{}[](),`\x01\x1f\x7f\r\n\t\u2028\u2029", max_size=20),
    st.sampled_from(
        [
            "",
            "null",
            "true",
            "0012",
            '{"a": 1}',
            '["a"]',
            "👩‍👩‍👧‍👦 e\u0301",
            "\u202eشكرا\u202c שלום",
            "\ufeff",
            "x" * 10_000,
            "漢" * 10_000,
        ]
    ),
)
"""What people type, and what they had better not."""


def new_bot_id() -> str:
    return f"bot-{uuid.uuid4()}"


def a_lead(bot_id: str, session_id: str = "s", *, after_ms: int = 0, **fields: Any) -> Lead:
    """A lead `after_ms` milliseconds after START; fields that are not given are None."""
    empty: dict[str, Any] = dict.fromkeys(
        ("name", "email", "email_normal", "email_problem", "phone", "phone_e164", "phone_problem")
    )
    lead_id = str(uuid.uuid4())
    at = START + timedelta(milliseconds=after_ms)
    # Its own person, as of every lead without an address or a number.
    of_nobody_else = {"person_id": lead_id, "home_id": lead_id}
    known = {
        "id": lead_id,
        **of_nobody_else,
        "attributes": {},
        "origin": "test",
        "created_at": at,
        "changed_at": at,
    }
    return Lead(bot_id=bot_id, session_id=session_id, **(empty | known | fields))


def put(database: Database, *new: Lead) -> None:
    """Store them, with their bots and sessions, in one transaction."""
    with database.transaction() as store:
        bots.add_missing(store, [lead.bot_id for lead in new], START)
        sessions.record(store, contacts_of(new))
        leads.add(store, new)


def settle(database: Database, *new: Lead) -> list[Lead]:
    """Store them as captures do: whose address or number is known already belongs to the same person."""
    with database.transaction() as store:
        placed = people.place(store, new).leads
    put(database, *placed)
    return placed


def listed(database: Database, wanted: LeadFilter, shape: JsonShape = SHAPE, **kwargs: Any) -> list[Any]:
    """The rows of one page."""
    options = {"after": None, "limit": 1_000, "sort": Sort.OLDEST} | kwargs
    with database.snapshot() as store:
        return rows_of(leads.page(store, wanted, shape, **options))


def pages(database: Database, wanted: LeadFilter, limit: int, *, newest_first: bool) -> Iterator[JsonPage]:
    """Page after page, each in a transaction of its own."""
    after: Position | None = None
    sort = Sort.NEWEST if newest_first else Sort.OLDEST
    while True:
        with database.snapshot() as store:
            page = leads.page(store, wanted, SHAPE, after=after, limit=limit, sort=sort)
        yield page
        if page.next is None:
            return
        after = page.next


def rows_of(page: JsonPage) -> list[Any]:
    rows: list[Any] = msgspec.json.decode(f"[{page.members}]")
    return rows


def ids(rows: Sequence[Any]) -> list[str]:
    return [row["id"] for row in rows]
