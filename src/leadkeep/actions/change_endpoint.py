"""Change an endpoint."""

from msgspec.structs import replace

from leadkeep.actions import clock
from leadkeep.actions.endpoint_work import check_reach, end_of_feed, known_endpoint, try_template
from leadkeep.actions.note_deed import note_deed
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.endpoint_change import EndpointChange
from leadkeep.storage import endpoints
from leadkeep.storage.store import Store


def change_endpoint(store: Store, grant: Grant, endpoint_id: str, change: EndpointChange) -> Endpoint:
    """The endpoint as it is afterwards. One that is switched on gets what happens from now on; what was on
    its way when it was switched off goes on.

    Raises ForbiddenError, InvalidError, MalformedError, NotFoundError.
    """
    before = known_endpoint(store, grant, endpoint_id, lock=True)
    after = replace(change.applied_to(before), changed_at=clock.now())
    check_reach(grant, after)
    try_template(after)
    if after.enabled and not before.enabled:
        after = replace(after, from_number=end_of_feed(store))
    endpoints.save(store, after)
    note_deed(store, grant, Deed.ENDPOINT_CHANGED, after.id)
    return after
