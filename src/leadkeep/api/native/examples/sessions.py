"""Examples of sessions, their messages and their hand-overs."""

from typing import Any

from msgspec import Struct

from leadkeep.api.native.fields import MOMENT_EXAMPLE, UUID_EXAMPLE
from leadkeep.api.native.shapes.handovers import HandoverAnswer, HandoverRequest
from leadkeep.api.native.shapes.messages import AppendedAnswer, MessageAnswer, MessagesRequest
from leadkeep.api.native.shapes.sessions import OpenedSession, SessionAnswer, SessionDetail, SessionRequest

_VISIT = {
    "page_url": "https://www.example.com/prices?utm_source=news",
    "referrer": "https://search.example/",
    "locale": "de-DE",
    "country": "DE",
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
}

BODIES: dict[type[Struct], dict[str, Any]] = {
    SessionRequest: {"session": {"id": "s-81", **_VISIT}, "nothing known": {}},
    MessagesRequest: {
        "a question and its answer": {
            "messages": [
                {"role": "visitor", "text": "Do you ship to Norway?", "vendor_id": "m-7"},
                {"role": "bot", "text": "Yes, within a week.", "vendor_id": "m-8"},
            ]
        },
        "of an earlier time": {
            "messages": [{"role": "agent", "text": "Good morning!", "at": MOMENT_EXAMPLE}]
        },
    },
    HandoverRequest: {"with a reason": {"reason": "Asks for a discount"}, "without": {}},
}

_HANDOVER = {
    "id": UUID_EXAMPLE,
    "reason": "Asks for a discount",
    "requested_at": "2026-11-23T07:02:23.000Z",
    "requested_by": {"id": UUID_EXAMPLE, "name": "widget"},
    "claimed_at": "2026-11-23T07:02:53.500Z",
    "claimed_by": {"id": UUID_EXAMPLE, "name": "Ada"},
    "answered_at": "2026-11-23T07:03:08.000Z",
    "ended_at": None,
    "ended_by": None,
    "outcome": None,
    "waiting_seconds": 30.5,
    "first_answer_seconds": 45.0,
}
_SESSION = {
    "id": "s-81",
    "bot_id": "support",
    "created_at": MOMENT_EXAMPLE,
    "lead_at": MOMENT_EXAMPLE,
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "phone": "+442079460958",
    **_VISIT,
    "utm": {"source": "news", "medium": None, "campaign": None, "term": None, "content": None},
    "browser": "Firefox",
    "os": "Linux",
    "device": None,
    "handed_over_at": MOMENT_EXAMPLE,
    "handover": "claimed",
    "waiting_since": None,
}

EXAMPLES: dict[type[Struct], Any] = {
    OpenedSession: {"id": "s-81", "bot_id": "support", "created_at": MOMENT_EXAMPLE},
    SessionAnswer: _SESSION,
    SessionDetail: {**_SESSION, "current_handover": _HANDOVER},
    HandoverAnswer: _HANDOVER,
    AppendedAnswer: {"messages": [{"id": UUID_EXAMPLE, "is_new": True}]},
    MessageAnswer: {
        "id": UUID_EXAMPLE,
        "role": "visitor",
        "text": "Do you ship to Norway?",
        "at": MOMENT_EXAMPLE,
        "vendor_id": "m-7",
    },
}
