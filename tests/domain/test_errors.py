import pickle

import pytest

from leadkeep.domain.errors import (
    ConflictError,
    InvalidError,
    LeadkeepError,
    RetryLaterError,
    UnauthenticatedError,
    UnavailableError,
)

_ERRORS = [
    ConflictError("Claimed", {"claimed_by": "ann"}),
    InvalidError("name", "Too long"),
    UnauthenticatedError(),
    UnavailableError("Later", retry_after=2),
]


@pytest.mark.parametrize("error", _ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_is_the_same_in_another_process(error: LeadkeepError) -> None:
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is type(error)
    assert str(other) == str(error)
    assert vars(other) == vars(error)


def test_every_error_with_parts_of_its_own_is_among_them() -> None:
    def kinds(kind: type[LeadkeepError]) -> set[type[LeadkeepError]]:
        return {kind}.union(*map(kinds, kind.__subclasses__()))

    with_parts = {kind for kind in kinds(LeadkeepError) if "__init__" in vars(kind)}
    assert with_parts - {LeadkeepError, RetryLaterError} <= {type(error) for error in _ERRORS}
