"""Each error of the vocabulary has its status on each face."""

import pytest

from leadkeep.api.chatnode import errors as chatnode
from leadkeep.api.flowise import errors as flowise
from leadkeep.api.native import problems as native
from leadkeep.domain.errors import LeadkeepError


def leaves(kind: type[LeadkeepError]) -> set[type[LeadkeepError]]:
    below = kind.__subclasses__()
    return set().union(*(leaves(one) for one in below)) if below else {kind}


@pytest.mark.parametrize("statuses", [chatnode.STATUS, flowise.STATUS, native.STATUS])
def test_every_error_has_a_status(statuses: dict[type[LeadkeepError], int]) -> None:
    assert leaves(LeadkeepError) == statuses.keys()
