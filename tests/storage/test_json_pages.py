from typing import Any, Literal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.lead import Lead, LeadFilter
from leadkeep.storage.database import Database
from tests.support.leads import TEXTS, a_lead, ids, listed, new_bot_id, pages, put, rows_of

# Every example has a bot of its own, so that they may share the database.
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
TYPED = ("name", "email", "phone", "email_normal", "phone_e164", "session_id", "origin")
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(-1e6, 1e6) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


def shape(missing: Literal["empty", "null", "absent"], *fields: str) -> JsonShape:
    return JsonShape(fields=tuple((field, field) for field in fields), missing=missing)


@shared
@given(texts=st.fixed_dictionaries(dict.fromkeys(TYPED, TEXTS)))
def test_any_text_in_any_field_comes_out_as_it_went_in(database: Database, texts: dict[str, str]) -> None:
    lead = msgspec.structs.replace(a_lead(new_bot_id()), **texts)
    put(database, lead)
    (row,) = listed(database, LeadFilter(bot_id=lead.bot_id))
    assert {field: row[field] for field in TYPED} == texts


@shared
@given(attributes=st.dictionaries(TEXTS, JSON_VALUES, max_size=3))
def test_attributes_come_out_as_they_went_in(database: Database, attributes: dict[str, Any]) -> None:
    lead = a_lead(new_bot_id(), attributes=attributes)
    put(database, lead)
    (row,) = listed(database, LeadFilter(bot_id=lead.bot_id))
    assert row["attributes"] == attributes


@pytest.mark.parametrize(
    ("missing", "row"),
    [
        ("empty", {"name": "Ada", "email": "", "phone": ""}),
        ("null", {"name": "Ada", "email": None, "phone": ""}),
        ("absent", {"name": "Ada", "phone": ""}),
    ],
)
def test_what_was_never_sent_is_shown_as_the_face_wants(
    database: Database, missing: Literal["empty", "null", "absent"], row: dict[str, Any]
) -> None:
    lead = a_lead(new_bot_id(), name="Ada", phone="")
    put(database, lead)
    wanted = LeadFilter(bot_id=lead.bot_id)
    assert listed(database, wanted, shape(missing, "name", "email", "phone")) == [row]


@pytest.mark.parametrize(("zone", "end"), [("Z", "Z"), ("+00:00", "+00:00")])
def test_times_have_three_decimals_and_the_zone_asked_for(
    database: Database, zone: Literal["Z", "+00:00"], end: str
) -> None:
    lead = a_lead(new_bot_id(), after_ms=40)
    put(database, lead)
    timed = JsonShape(fields=(("createdDate", "created_at"),), missing="null", zone=zone)
    rows = listed(database, LeadFilter(bot_id=lead.bot_id), timed)
    assert rows == [{"createdDate": f"2026-11-23T07:02:23.040{end}"}]


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("limit", [1, 7, 30, 60, 61])
def test_paging_neither_skips_nor_repeats_where_many_share_a_millisecond(
    database: Database, limit: int, newest_first: bool
) -> None:
    bot_id = new_bot_id()
    leads = [a_lead(bot_id, f"s{n}", after_ms=n % 3) for n in range(60)]
    put(database, *leads, a_lead(new_bot_id()))
    found = [
        rows_of(page) for page in pages(database, LeadFilter(bot_id=bot_id), limit, newest_first=newest_first)
    ]
    in_order = sorted(leads, key=lambda lead: (lead.created_at, lead.id), reverse=newest_first)
    assert [lead_id for rows in found for lead_id in ids(rows)] == [lead.id for lead in in_order]
    assert {len(rows) for rows in found[:-1]} <= {limit}
    assert found[-1]


def test_leads_that_arrive_between_two_pages_disturb_neither(database: Database) -> None:
    bot_id = new_bot_id()
    put(database, *(a_lead(bot_id, after_ms=n) for n in range(10)))
    turns = pages(database, LeadFilter(bot_id=bot_id), 5, newest_first=True)
    first = rows_of(next(turns))
    put(database, a_lead(bot_id, after_ms=99))
    rest = [row for page in turns for row in rows_of(page)]
    assert len({*ids(first), *ids(rest)}) == len(first) + len(rest) == 10


def test_an_empty_page_is_an_empty_array_and_the_last(database: Database) -> None:
    (page,) = pages(database, LeadFilter(bot_id=new_bot_id()), 5, newest_first=True)
    assert (page.members, page.next) == ("", None)


def test_a_row_reads_back_as_the_lead_that_it_is(database: Database) -> None:
    lead = a_lead(new_bot_id(), name="Ada", attributes={"plan": "pro", "seats": 3})
    put(database, lead)
    (row,) = listed(database, LeadFilter(bot_id=lead.bot_id))
    assert msgspec.convert(row, Lead) == lead
