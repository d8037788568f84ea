"""Preview a form: what would be sent of an event."""

import msgspec

from leadkeep.actions.endpoint_work import message_of
from leadkeep.actions.read_events import get_event
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.endpoint import Form
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.event import EventType
from leadkeep.forms import Message
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
    return message_of(form, template, payload, _LINK)


def _sample(kind: EventType) -> str:
    from leadkeep.forms.samples import samples

    return msgspec.json.encode(samples()[kind]).decode()
