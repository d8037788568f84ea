"""Examples of endpoints, events and deliveries."""

from typing import Any

from msgspec import Struct

from leadkeep.api.native.fields import MOMENT_EXAMPLE, UUID_EXAMPLE
from leadkeep.api.native.shapes.endpoints import (
    AttemptAnswer,
    DeliveryAnswer,
    EndpointAnswer,
    EndpointPatch,
    EndpointRequest,
    NewEndpointAnswer,
    PreviewAnswer,
    PreviewRequest,
    RedeliverAnswer,
    RedeliverRequest,
    RotateRequest,
    TestAnswer,
)
from leadkeep.api.native.shapes.events import EventAnswer
from leadkeep.domain.event import EventType
from leadkeep.forms.samples import samples

_TEMPLATE = '{"text": {{ data.lead.name|tojson }}}'
_SLACK = "https://hooks.slack.com/services/T0/B0/x"

BODIES: dict[type[Struct], dict[str, Any]] = {
    EndpointRequest: {
        "new leads, as they are": {"url": "https://example.com/hooks/leads", "types": ["lead.captured"]},
        "a channel in Slack": {"url": _SLACK, "form": "slack", "bots": ["support"]},
        "mail, gathered by the hour": {
            "url": "mailto:sales@example.com",
            "form": "email",
            "digest_minutes": 60,
        },
        "a form of one's own": {
            "url": "https://example.com/in",
            "form": "template",
            "template": _TEMPLATE,
            "types": ["lead.captured"],
        },
    },
    EndpointPatch: {"switch off": {"enabled": False}},
    RotateRequest: {"within a day": {"overlap_hours": 24}},
    RedeliverRequest: {
        "all that failed": {"failed_since": MOMENT_EXAMPLE},
        "a month": {"from": "2026-10-01T00:00:00Z", "to": "2026-11-01T00:00:00Z"},
    },
    PreviewRequest: {"a template": {"form": "template", "template": _TEMPLATE}},
}

_ENDPOINT = {
    "id": UUID_EXAMPLE,
    "url": "https://example.com/hooks/leads",
    "description": "CRM of the sales team",
    "form": "standard",
    "template": None,
    "types": ["lead.captured"],
    "bots": None,
    "headers": {"Authorization": "********"},
    "digest_minutes": None,
    "enabled": True,
    "failing_since": None,
    "disabled_reason": None,
    "old_secret_until": None,
    "created_at": MOMENT_EXAMPLE,
    "changed_at": MOMENT_EXAMPLE,
}

EXAMPLES: dict[type[Struct], Any] = {
    EndpointAnswer: _ENDPOINT,
    NewEndpointAnswer: {**_ENDPOINT, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
    TestAnswer: {"event_id": UUID_EXAMPLE},
    RedeliverAnswer: {"queued": 12},
    PreviewAnswer: {"content_type": "application/json", "body": '{"text": "Ada Lovelace"}'},
    EventAnswer: samples()[EventType.LEAD_CAPTURED],
    DeliveryAnswer: {
        "id": 4711,
        "endpoint": {"id": UUID_EXAMPLE, "host": "example.com", "description": "CRM of the sales team"},
        "event_id": UUID_EXAMPLE,
        "event_type": "lead.captured",
        "bot_id": "support",
        "state": "delivered",
        "attempts": 1,
        "due_at": None,
        "created_at": MOMENT_EXAMPLE,
        "finished_at": MOMENT_EXAMPLE,
        "tried_at": MOMENT_EXAMPLE,
        "outcome": "ok",
        "status": 200,
    },
    AttemptAnswer: {
        "id": UUID_EXAMPLE,
        "at": MOMENT_EXAMPLE,
        "milliseconds": 84,
        "outcome": "ok",
        "status": 200,
        "answer": "noted",
    },
}
