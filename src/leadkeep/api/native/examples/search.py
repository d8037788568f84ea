"""Examples of searches."""

from typing import Any

from msgspec import Struct

from leadkeep.api.native.examples.leads import EXAMPLES as LEADS
from leadkeep.api.native.examples.people import EXAMPLES as PEOPLE
from leadkeep.api.native.shapes.leads import LeadAnswer
from leadkeep.api.native.shapes.people import PersonAnswer
from leadkeep.api.native.shapes.search import SearchAnswer

BODIES: dict[type[Struct], dict[str, Any]] = {}

EXAMPLES: dict[type[Struct], Any] = {
    SearchAnswer: {"leads": [LEADS[LeadAnswer]], "people": [PEOPLE[PersonAnswer]]},
}
