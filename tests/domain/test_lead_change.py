"""What is changed of a lead, and what its history then says."""

from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from leadkeep.domain.errors import InvalidError, LeadkeepError, MalformedError
from leadkeep.domain.lead import Lead, Status
from leadkeep.domain.lead_change import ATTRIBUTE, Change, LeadChange
from tests.support.leads import a_lead

WORK = ("status", "owner", "tags", "value", "currency", "attributes")

_words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
_tags = st.lists(_words | st.sampled_from(["vip", "VIP", "a", "b"]), max_size=4).map(tuple)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=6,
)
_attributes = st.dictionaries(_words | st.sampled_from("abc"), _values, max_size=4)
_changes: dict[str, st.SearchStrategy[Any]] = {
    "status": st.sampled_from(Status),
    "owner": st.none() | _words,
    "tags": _tags,
    "add_tags": _tags,
    "remove_tags": _tags,
    "value": st.none() | st.integers(0, 99) | st.decimals(0, 99, places=2).map(str),
    "currency": st.none() | st.sampled_from(["EUR", "usd"]),
    "attributes": _attributes,
}
CHANGES = st.fixed_dictionaries({}, optional=_changes).map(lambda given: LeadChange(**given))


def after(lead: Lead, **wanted: Any) -> Lead:
    return LeadChange(**wanted).checked().applied_to(lead).after


def checked(change: LeadChange) -> LeadChange:
    try:
        return change.checked()
    except LeadkeepError:
        assume(False)
        raise


def replayed(state: dict[str, Any], changes: list[Change]) -> dict[str, Any]:
    for change in changes:
        if change.field.startswith(ATTRIBUTE):
            key = change.field.removeprefix(ATTRIBUTE)
            state["attributes"].pop(key, None)
            if change.after is not None:
                state["attributes"][key] = change.after
        else:
            assert state[change.field] == change.before
            state[change.field] = change.after
    return state


def worked(lead: Lead) -> dict[str, Any]:
    return {name: getattr(lead, name) for name in WORK} | {"attributes": dict(lead.attributes)}


@given(CHANGES)
def test_to_check_a_change_again_changes_nothing(change: LeadChange) -> None:
    once = checked(change)
    assert once.checked() == once


@given(st.lists(CHANGES, max_size=5))
def test_a_history_replayed_gives_the_lead(changes: list[LeadChange]) -> None:
    first = lead = a_lead("b")
    history: list[Change] = []
    for change in changes:
        try:
            done = checked(change).applied_to(lead)
        except InvalidError:
            continue
        lead = done.after
        history += done.changes
    assert msgspec.json.encode(replayed(worked(first), history), order="sorted") == msgspec.json.encode(
        worked(lead), order="sorted"
    )


@given(CHANGES, CHANGES)
def test_the_same_change_a_second_time_changes_nothing(before: LeadChange, change: LeadChange) -> None:
    try:
        lead = checked(before).applied_to(a_lead("b")).after
        once = checked(change).applied_to(lead).after
    except InvalidError:
        return
    again = change.checked().applied_to(once)
    assert (again.after, again.changes) == (once, [])


@given(CHANGES)
def test_a_change_touches_nothing_but_the_work_on_a_lead(change: LeadChange) -> None:
    lead = a_lead("b", name="Ada", attributes={"a": 1})
    try:
        changed = checked(change).applied_to(lead).after
    except InvalidError:
        return
    assert msgspec.structs.replace(changed, **{name: getattr(lead, name) for name in WORK}) == lead
    assert (changed.value is None) == (changed.currency is None)


def test_what_is_not_sent_stays() -> None:
    lead = after(a_lead("b"), status=Status.WON, owner="Grace", value=5, currency="eur", tags=("a",))
    assert after(lead) == lead
    assert (lead.status, lead.owner, lead.value, lead.currency, lead.tags) == (
        Status.WON,
        "Grace",
        "5",
        "EUR",
        ("a",),
    )


def test_null_clears() -> None:
    lead = after(a_lead("b"), owner="Grace", value=5, currency="EUR")
    assert after(lead, owner=None).owner is None
    cleared = after(lead, value=None)
    assert (cleared.value, cleared.currency) == (None, None)


def test_a_value_has_a_currency_always() -> None:
    bare, priced = a_lead("b"), after(a_lead("b"), value=5, currency="EUR")
    assert after(priced, value=6).currency == "EUR"
    assert after(priced, currency="USD").value == "5"
    for lead, wanted, field in (
        (bare, {"value": 5}, "currency"),
        (bare, {"currency": "EUR"}, "value"),
        (priced, {"currency": None}, "currency"),
        (priced, {"value": None, "currency": "EUR"}, "value"),
    ):
        with pytest.raises(InvalidError) as refused:
            after(lead, **wanted)
        assert refused.value.field == field


def test_tags_are_replaced_added_and_removed() -> None:
    lead = after(a_lead("b"), tags=("VIP", "Berlin"))
    assert after(lead, add_tags=("vip", "new")).tags == ("VIP", "Berlin", "new")
    assert after(lead, remove_tags=("vip", "nothing")).tags == ("Berlin",)
    assert after(lead, add_tags=("c",), remove_tags=("BERLIN",)).tags == ("VIP", "c")
    assert after(lead, tags=()).tags == ()
    with pytest.raises(InvalidError, match="at most 50"):
        after(lead, add_tags=tuple(map(str, range(49))))


def test_attributes_are_merged_as_rfc_7396_says() -> None:
    lead = a_lead("b", attributes={"plan": "free", "utm": {"source": "x", "term": "y"}, "n": 1})
    patch = {"plan": "pro", "utm": {"term": None, "medium": {"deep": None}}, "n": None, "none": None}
    done = LeadChange(attributes=patch).checked().applied_to(lead)
    assert done.after.attributes == {"plan": "pro", "utm": {"source": "x", "medium": {}}}
    assert done.changes == [
        Change("attributes.plan", "free", "pro"),
        Change("attributes.utm", {"source": "x", "term": "y"}, {"source": "x", "medium": {}}),
        Change("attributes.n", 1, None),
    ]


def test_true_in_place_of_one_is_a_change() -> None:
    lead = a_lead("b", attributes={"a": 1})
    assert LeadChange(attributes={"a": True}).checked().applied_to(lead).changes == [
        Change("attributes.a", 1, True)
    ]


def test_attributes_beyond_the_limits_are_refused_and_not_left_out() -> None:
    lead = a_lead("b", attributes={str(number): "x" for number in range(64)})
    assert after(lead, attributes={"0": None, "more": "y"}).attributes["more"] == "y"
    for patch in ({"more": "y"}, {"1": "x" * 16_384}, {"k" * 65: 1}, {"1": 2**63}):
        with pytest.raises(InvalidError, match="attributes"):
            after(lead, attributes=patch)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"owner": ""}, "owner"),
        ({"owner": " "}, "owner"),
        ({"owner": "x" * 201}, "owner"),
        ({"tags": ("",)}, "tags"),
        ({"add_tags": ("x" * 51,)}, "add_tags"),
        ({"tags": (), "add_tags": ()}, "tags"),
        ({"tags": (), "remove_tags": ("a",)}, "tags"),
        ({"value": -1}, "value"),
        ({"value": "much"}, "value"),
        ({"currency": "EURO"}, "currency"),
        ({"attributes": {"a": float("nan")}}, "attributes"),
    ],
)
def test_a_field_that_breaks_a_rule_is_named(wanted: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        LeadChange(**wanted).checked()
    assert refused.value.field == field


def test_what_is_no_text_is_malformed() -> None:
    with pytest.raises(MalformedError):
        LeadChange(owner="\ud800").checked()
