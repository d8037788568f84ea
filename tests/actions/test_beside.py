"""What a process of its own makes."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from leadkeep.actions.beside import made_beside


def numbers(until: int, failing: bool = False) -> Iterator[list[str]]:
    for number in range(until):
        yield [str(number)]
    if failing:
        raise ValueError


def test_what_is_made_beside_arrives_in_order() -> None:
    assert list(made_beside(numbers, list[str], 3)) == [["0"], ["1"], ["2"]]


def test_a_failure_beside_is_told() -> None:
    with pytest.raises(RuntimeError, match="exit code 1"):
        list(made_beside(numbers, list[str], 1, True))


def test_who_has_enough_ends_the_process() -> None:
    with closing(made_beside(numbers, list[str], 10**9)) as made:
        assert next(made) == ["0"]
