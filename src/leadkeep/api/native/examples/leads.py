"""Examples of leads."""

from typing import Any

from msgspec import Struct

from leadkeep.api.native.fields import MOMENT_EXAMPLE, UUID_EXAMPLE
from leadkeep.api.native.shapes.leads import CountAnswer, LeadAnswer, LeadRequest

BODIES: dict[type[Struct], dict[str, Any]] = {
    LeadRequest: {
        "lead": {
            "bot_id": "support",
            "session_id": "s-81",
            "name": "Ada Lovelace",
            "email": "ada@example.com",
            "phone": "+44 20 7946 0958",
            "attributes": {"plan": "pro"},
        }
    },
}

_LEAD = {
    "id": UUID_EXAMPLE,
    **BODIES[LeadRequest]["lead"],
    "email_normal": "ada@example.com",
    "email_problem": None,
    "email_disposable": False,
    "email_role": False,
    "person_id": UUID_EXAMPLE,
    "phone_e164": "+442079460958",
    "phone_problem": None,
    "phone_region": "GB",
    "phone_type": "fixed_line",
    "origin": "native",
    "created_at": MOMENT_EXAMPLE,
}

EXAMPLES: dict[type[Struct], Any] = {LeadAnswer: _LEAD, CountAnswer: {"count": 120_000, "exact": False}}
