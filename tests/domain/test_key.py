from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.access import Permission
from leadkeep.domain.errors import InvalidError, MalformedError
from leadkeep.domain.key import MAX_BOTS, MAX_NAME, Key, NewKey, read_age, token_hash

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
READ = frozenset({Permission.READ})
SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def key(expires_at: datetime | None = None, revoked_at: datetime | None = None) -> Key:
    return Key(
        id="k",
        name="k",
        hint="lk_abc",
        permissions=READ,
        bots=None,
        created_at=NOW,
        expires_at=expires_at,
        last_used_at=None,
        revoked_at=revoked_at,
    )


@given(st.integers(1, 5_000), st.sampled_from(sorted(SECONDS)))
def test_an_age_is_a_number_and_a_unit(number: int, unit: str) -> None:
    assert read_age(f" {number}{unit} ") == timedelta(seconds=number * SECONDS[unit])


@given(st.text("0123456789smhdw-+. ", max_size=9) | st.text(max_size=9))
def test_any_other_age_is_refused_and_none_is_zero(text: str) -> None:
    with suppress(InvalidError):
        assert read_age(text) > timedelta()


@pytest.mark.parametrize(
    "text", ["", "0d", "-1d", "1", "d", "1y", "1.5h", "1 d", "9999999d", "999999w", "36526d"]
)
def test_ages_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_age(text)
    assert refused.value.field == "expires"


def test_a_key_is_live_until_it_expires_or_is_revoked() -> None:
    assert key().is_live(NOW)
    assert key(expires_at=NOW + timedelta(milliseconds=1)).is_live(NOW)
    assert not key(expires_at=NOW).is_live(NOW)
    assert not key(revoked_at=NOW - timedelta(days=1)).is_live(NOW)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewKey(name=" ", permissions=READ), "name"),
        (NewKey(name="x" * (MAX_NAME + 1), permissions=READ), "name"),
        (NewKey(name="x", permissions=frozenset()), "permissions"),
        (NewKey(name="x", permissions=READ, bots=frozenset()), "bots"),
        (NewKey(name="x", permissions=READ, bots=frozenset({"not an id"})), "bots"),
        (NewKey(name="x", permissions=READ, bots=frozenset(map(str, range(MAX_BOTS + 1)))), "bots"),
    ],
)
def test_a_key_that_breaks_a_rule_names_the_field(new: NewKey, field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        new.checked()
    assert refused.value.field == field


def test_the_longest_age_is_a_hundred_years() -> None:
    assert read_age("36525d") == timedelta(days=36_525)


def test_a_name_is_checked_as_text() -> None:
    assert NewKey(name="c\0rm", permissions=READ).checked().name == "crm"
    with pytest.raises(InvalidError):
        NewKey(name="\0", permissions=READ).checked()
    with pytest.raises(MalformedError):
        NewKey(name="\udcff", permissions=READ).checked()


@given(st.text(st.characters()))
def test_any_text_can_be_looked_up_as_a_token(token: str) -> None:
    assert len(token_hash(token)) == 64
