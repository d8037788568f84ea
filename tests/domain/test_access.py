import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.errors import ForbiddenError, NotFoundError

PERMISSIONS = st.frozensets(st.sampled_from(Permission))
BOTS = st.none() | st.frozensets(st.sampled_from(["a", "b", "c"]))


def grant(*permissions: Permission, bots: frozenset[str] | None = None) -> Grant:
    return Grant(id="g", name="g", permissions=frozenset(permissions), bots=bots)


def test_admin_contains_every_permission_and_no_other_contains_another() -> None:
    for held in Permission:
        for asked in Permission:
            assert grant(held).has(asked) == (held is asked or held is Permission.ADMIN)


def test_without_the_permission_it_is_forbidden_even_for_a_bot_outside_the_grant() -> None:
    with pytest.raises(ForbiddenError):
        grant(Permission.CAPTURE, bots=frozenset({"a"})).require(Permission.READ, "b")


def test_a_bot_outside_the_grant_does_not_exist_for_it() -> None:
    limited = grant(Permission.READ, bots=frozenset({"a"}))
    limited.require(Permission.READ, "a")
    with pytest.raises(NotFoundError):
        limited.require(Permission.READ, "b")


def test_a_grant_for_named_bots_is_not_one_for_all() -> None:
    OPERATOR.require_all_bots()
    with pytest.raises(ForbiddenError):
        grant(Permission.ADMIN, bots=frozenset({"a"})).require_all_bots()


@given(PERMISSIONS, BOTS, PERMISSIONS, BOTS)
def test_what_a_grant_contains_can_do_nothing_that_the_grant_cannot(
    held: frozenset[Permission],
    held_bots: frozenset[str] | None,
    asked: frozenset[Permission],
    asked_bots: frozenset[str] | None,
) -> None:
    holder, other = grant(*held, bots=held_bots), grant(*asked, bots=asked_bots)
    more_permissions = {one for one in Permission if other.has(one) and not holder.has(one)}
    more_bots = {one for one in "abcd" if other.covers(one) and not holder.covers(one)}
    assert holder.contains(asked, asked_bots) == (not more_permissions and not more_bots)
