from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.lead import Lead
from leadkeep.domain.session import contacts_of

START = datetime(2026, 11, 23, tzinfo=UTC)
OPTIONAL = st.sampled_from([None, "", "one", "two"])


def lead(number: int = 0, session_id: str = "s", bot_id: str = "b", **fields: Any) -> Lead:
    empty: dict[str, Any] = dict.fromkeys(
        ["name", "email", "email_normal", "email_problem", "phone", "phone_e164", "phone_problem"]
    )
    return Lead(
        id=str(number),
        bot_id=bot_id,
        session_id=session_id,
        attributes={},
        origin="test",
        created_at=START + timedelta(seconds=number),
        changed_at=START + timedelta(seconds=number),
        **(empty | fields),
    )


@given(st.lists(st.tuples(OPTIONAL, OPTIONAL, OPTIONAL), min_size=1, max_size=6))
def test_a_session_knows_the_newest_value_that_is_not_empty(rows: list[tuple[str | None, ...]]) -> None:
    leads = [lead(n, name=name, email=email, phone=phone) for n, (name, email, phone) in enumerate(rows)]
    (contact,) = contacts_of(leads)
    assert contact.lead_at == START
    for column, value in enumerate((contact.name, contact.email, contact.phone)):
        typed = [row[column] for row in rows if row[column]]
        assert value == (typed[-1] if typed else None)


def test_a_phone_number_that_parses_is_known_by_its_normal_form() -> None:
    (contact,) = contacts_of([lead(phone="+49 30 1234567", phone_e164="+49301234567")])
    assert contact.phone == "+49301234567"


def test_sessions_come_sorted_and_each_once() -> None:
    leads = [lead(0, "z", "a"), lead(1, "a", "b"), lead(2, "a", "a"), lead(3, "z", "a")]
    assert [(found.bot_id, found.id) for found in contacts_of(leads)] == [("a", "a"), ("a", "z"), ("b", "a")]
