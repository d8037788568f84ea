"""Amounts of money: decimal numbers as text, so that no digit is lost on the way."""

import re
from decimal import Decimal

from leadkeep.domain.errors import InvalidError

MAX_AMOUNT = 999_999_999_999_999
MAX_FLOAT = 100_000_000_000
"""Below it a double has all 4 decimals; above, some amounts are not what was sent any more."""
AMOUNT_PATTERN = r"[0-9]{1,15}(\.[0-9]{1,4})?"
_AMOUNT = re.compile(rf"{AMOUNT_PATTERN}\Z", re.ASCII)


def read_amount(value: str | int | float, field: str) -> str:
    """One text for each number: `120` of 120, 120.0 and `0120.00`. Raises InvalidError, also for a float that
    may have lost digits."""
    if isinstance(value, float) and abs(value) >= MAX_FLOAT:
        raise InvalidError(field, f"{field} is too large for a number with decimals; send it as text")
    text = value if isinstance(value, str) else _written(value)
    if not _AMOUNT.match(text):
        raise InvalidError(
            field, f"{field} must be a number from 0 to {MAX_AMOUNT} with at most 4 decimals, such as 120.50"
        )
    return f"{Decimal(text).normalize():f}"


def _written(number: int | float) -> str:
    """All digits, without an exponent; "" for what is too large to be worth writing out."""
    # A zero may be negative.
    return f"{Decimal(repr(number + 0)):f}" if abs(number) <= MAX_AMOUNT else ""
