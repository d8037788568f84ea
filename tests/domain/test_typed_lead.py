from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.contact import phone_key
from leadkeep.domain.extraction import Found
from leadkeep.domain.message import Message, Role
from leadkeep.domain.typed_lead import TypedLead, typed_leads, without_known
from tests.support.leads import START

MESSAGE = Message(id="m", bot_id="b", session_id="s", role=Role.VISITOR, text="x", at=START, vendor_id=None)


def email(normal: str) -> Found:
    return Found("email", normal.upper(), normal)


def phone(normal: str) -> Found:
    return Found("phone", normal, normal)


FOUND = st.lists(
    st.sampled_from([*map(email, ("a@b.c", "d@e.f", "g@h.i")), *map(phone, ("+4930123456", "+4930123457"))]),
    unique=True,
)


def test_one_of_each_is_one_lead_and_of_several_of_a_kind_each_is_one() -> None:
    a, b, number = email("a@b.c"), email("d@e.f"), phone("+4930123456")
    assert typed_leads(MESSAGE, [number, a]) == [TypedLead(MESSAGE, a, number)]
    assert typed_leads(MESSAGE, [a, number, b]) == [
        TypedLead(MESSAGE, a, None),
        TypedLead(MESSAGE, None, number),
        TypedLead(MESSAGE, b, None),
    ]
    assert typed_leads(MESSAGE, []) == []


@given(st.lists(FOUND), st.sets(st.sampled_from(["a@b.c", "+4930123456", "z@z.z"])))
def test_each_contact_is_in_a_lead_and_no_lead_is_without_a_new_one(
    messages: list[list[Found]], known: set[str]
) -> None:
    typed = list(chain.from_iterable(typed_leads(MESSAGE, found) for found in messages))
    new = without_known(typed, known)
    seen = set(known)
    for one in new:
        assert not one.keys() <= seen
        seen |= one.keys()
    assert seen == known.union(*(one.keys() for one in typed))


def test_a_number_is_known_in_all_its_forms() -> None:
    for older, newer in (("+5215512345678", "+525512345678"), ("+551187654321", "+5511987654321")):
        typed = TypedLead(MESSAGE, None, phone(newer))
        assert {older, newer} <= typed.forms()
        assert {phone_key(form) for form in typed.forms()} == {newer}
        assert without_known([typed], {older}) == []
