"""How often somebody may try to get in."""

import pytest

from leadkeep.actions.reception import Reception
from leadkeep.domain.errors import TooManyError
from leadkeep.storage.database import Database


@pytest.fixture
def reception(database: Database) -> Reception:
    return Reception(database)


def test_one_address_may_try_twenty_times(reception: Reception) -> None:
    for number in range(20):
        reception.count_try("2001:db8::1", f"{number}@example.com")
    with pytest.raises(TooManyError) as refused:
        # A network of one's own has more addresses than can be counted.
        reception.count_try("2001:db8::2", "ada@example.com")
    assert 0 < refused.value.retry_after <= 900
    reception.count_try("2001:db8:0:1::1", "ada@example.com")


def test_one_user_may_be_tried_fifty_times_from_wherever(reception: Reception) -> None:
    for number in range(50):
        reception.count_try(f"192.0.2.{number}", "ada@example.com")
    with pytest.raises(TooManyError):
        reception.count_try("192.0.2.99", "ada@example.com")
    reception.count_try("192.0.2.99", "grace@example.com")


def test_coming_back_from_elsewhere_is_counted_apart(reception: Reception) -> None:
    for _ in range(100):
        reception.count_return("192.0.2.1")
    with pytest.raises(TooManyError):
        reception.count_return("192.0.2.1")
    reception.count_try("192.0.2.1", "ada@example.com")
