"""Examples of people."""

from typing import Any

from msgspec import Struct

from leadkeep.api.native.fields import MOMENT_EXAMPLE, UUID_EXAMPLE
from leadkeep.api.native.shapes.people import (
    MergeAnswer,
    MergePage,
    MergeRequest,
    PersonAnswer,
    PersonPage,
    PersonProfile,
    SuggestionList,
)

_OTHER_ID = "019ab1f2-8d4e-7f50-9b6c-7d8e9f0a1b2c"

BODIES: dict[type[Struct], dict[str, Any]] = {
    MergeRequest: {
        "merge": {"person_id": UUID_EXAMPLE, "other_id": _OTHER_ID, "reason": "Same voice on the phone"}
    },
}

_PERSON = {
    "id": UUID_EXAMPLE,
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "phone": "+442079460958",
    "lead_count": 2,
    "first_at": "2026-11-20T16:40:05.120Z",
    "last_at": MOMENT_EXAMPLE,
}
_MERGE = {
    "id": "019ab1f2-9e5f-7061-8c7d-8e9f0a1b2c3d",
    "at": MOMENT_EXAMPLE,
    "survivor_id": UUID_EXAMPLE,
    "absorbed_id": _OTHER_ID,
    "reason": "Same voice on the phone",
    "lead_id": None,
    "merged_by": {"id": "019ab1f2-0f60-7172-9d8e-9f0a1b2c3d4e", "name": "crm"},
    "undone_at": None,
    "undone_by": None,
}

EXAMPLES: dict[type[Struct], Any] = {
    PersonAnswer: _PERSON,
    PersonProfile: {
        **_PERSON,
        "emails": ["ada@example.com", "ada@example.org"],
        "phones": ["+442079460958"],
        "bots": ["support"],
        "sessions": [{"bot_id": "support", "session_id": "s-81", "last_at": MOMENT_EXAMPLE}],
    },
    PersonPage: {"items": [_PERSON], "next_cursor": None},
    MergeAnswer: _MERGE,
    MergePage: {"items": [_MERGE], "next_cursor": None},
    SuggestionList: {
        "items": [
            {
                "person": {**_PERSON, "id": _OTHER_ID, "email": "ada.l@example.com"},
                "reasons": ["same_name", "similar_phone"],
            }
        ]
    },
}
