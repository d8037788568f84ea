"""What the verbs that work on endpoints share."""

import msgspec

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.endpoint import Endpoint, Form
from leadkeep.domain.errors import ForbiddenError, NotFoundError
from leadkeep.forms import Message, render
from leadkeep.forms.samples import samples
from leadkeep.storage import endpoints, events
from leadkeep.storage.store import Store

ADMIN = frozenset({Permission.ADMIN})


def may_see(grant: Grant, endpoint: Endpoint) -> bool:
    """Whoever may know everything that it is sent."""
    return grant.contains(ADMIN, None if endpoint.bots is None else frozenset(endpoint.bots))


def check_reach(grant: Grant, endpoint: Endpoint) -> None:
    """Raises ForbiddenError for an endpoint that would be sent more than who makes it may know."""
    if not may_see(grant, endpoint):
        raise ForbiddenError("An endpoint can have only bots that this token holds for")


def known_endpoint(store: Store, grant: Grant, endpoint_id: str, *, lock: bool = False) -> Endpoint:
    """Raises ForbiddenError, NotFoundError."""
    grant.require(Permission.ADMIN)
    found = (endpoints.lock if lock else endpoints.get)(store, endpoint_id)
    if found is None or not may_see(grant, found):
        raise NotFoundError(f"Endpoint {endpoint_id[:100]} not found")
    return found


def end_of_feed(store: Store) -> int:
    """Until this transaction ends nobody writes an event: what comes later comes after this one."""
    store.dialect.lock_feed(store.connection)
    return events.newest(store)


def try_template(endpoint: Endpoint) -> None:
    """Raises InvalidError where its template fails with an event that it may be sent."""
    if endpoint.template is None:
        return
    # Few have templates, and the library behind them is not small.
    from leadkeep.forms.template import check_template

    check_template(
        endpoint.template,
        [sample for kind, sample in samples().items() if endpoint.types is None or kind in endpoint.types],
    )


def message_of(form: Form, template: str | None, payload: str, link: str | None) -> Message:
    """What is sent of an event; of mail, its text. Raises InvalidError for a template that fails."""
    if form is not Form.EMAIL:
        return render(form, template, payload, link)
    from leadkeep.forms.email import text_of
    from leadkeep.forms.facts import facts_of

    text = text_of(facts_of(msgspec.json.decode(payload), link))
    return Message(text.encode(), "text/plain; charset=utf-8")
