"""Preview a form: what would be sent of an event."""

import msgspec

from leadkeep.actions.read_events import get_event
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.endpoint import Form
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.event import EventType
from leadkeep.forms import Message, render
from leadkeep.storage.store import Store

_LINK = "https://leads.example.com/leads/019ab1f2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"


def preview_form(
    store: Store, grant: Grant, form: Form, template: str | None, kind: EventType, event_id: str | None
) -> Message:
    """Of a sample of this type, or of an event of the feed.

    Raises ForbiddenError, InvalidError for a template that fails, NotFoundError.
    """
    grant.require(Permission.ADMIN)
    if (template is not None) is not (form is Form.TEMPLATE):
        raise InvalidError("template", "template is what the form template needs, and no other takes one")
    payload = _sample(kind) if event_id is None else get_event(store, grant, event_id).payload
    if form is Form.EMAIL:
        return _mail(payload)
    return render(form, template, payload, _LINK)


def _sample(kind: EventType) -> str:
    from leadkeep.forms.samples import samples

    return msgspec.json.encode(samples()[kind]).decode()


def _mail(payload: str) -> Message:
    from leadkeep.forms.email import text_of
    from leadkeep.forms.facts import facts_of

    text = text_of(facts_of(msgspec.json.decode(payload), _LINK))
    return Message(text.encode(), "text/plain; charset=utf-8")
