"""Whom the limits for strangers count as one."""

import pytest

from leadkeep.actions.public_limits import PublicLimits
from leadkeep.domain.errors import TooManyError


def allows_both(first: str, second: str) -> bool:
    limits = PublicLimits("1/hour", "1000/hour")
    limits.count(first, "bot")
    try:
        limits.count(second, "bot")
    except TooManyError:
        return False
    return True


@pytest.mark.parametrize(
    ("first", "second", "different"),
    [
        ("203.0.113.1", "203.0.113.1", False),
        ("203.0.113.1", "203.0.113.2", True),
        ("2001:db8::1", "2001:db8::2", False),
        ("2001:db8::1", "2001:db8:0:1::1", True),
        ("::ffff:203.0.113.1", "203.0.113.1", False),
        ("::ffff:203.0.113.1", "::ffff:203.0.113.2", True),
    ],
)
def test_an_address_or_an_ipv6_network_is_one_stranger(first: str, second: str, different: bool) -> None:
    assert allows_both(first, second) is different
