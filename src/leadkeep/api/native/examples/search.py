"""Examples of searches."""

from typing import Any

from msgspec import Struct

from leadkeep.api.native.examples.leads import EXAMPLES as LEADS
from leadkeep.api.native.fields import MOMENT_EXAMPLE, UUID_EXAMPLE
from leadkeep.api.native.shapes.leads import LeadAnswer
from leadkeep.api.native.shapes.search import FoundPerson, SearchAnswer

BODIES: dict[type[Struct], dict[str, Any]] = {}

_PERSON = {
    "id": UUID_EXAMPLE,
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "phone": "+442079460958",
    "lead_count": 1,
    "first_at": MOMENT_EXAMPLE,
    "last_at": MOMENT_EXAMPLE,
}

EXAMPLES: dict[type[Struct], Any] = {
    FoundPerson: _PERSON,
    SearchAnswer: {"leads": [LEADS[LeadAnswer]], "people": [_PERSON]},
}
