"""Examples of many leads in one request."""

from typing import Any

from msgspec import Struct

from leadkeep.api.native.examples import leads
from leadkeep.api.native.examples.problems import problem_example
from leadkeep.api.native.shapes.lead_batch import LeadBatchAnswer, LeadBatchRequest
from leadkeep.api.native.shapes.leads import LeadAnswer, LeadRequest

_LEAD = leads.BODIES[LeadRequest]["lead"]

BODIES: dict[type[Struct], dict[str, Any]] = {
    LeadBatchRequest: {"two leads, one without its bot": {"leads": [_LEAD, {"name": "Grace Hopper"}]}},
}

EXAMPLES: dict[type[Struct], Any] = {
    LeadBatchAnswer: {
        "items": [
            {"status": 201, "lead": leads.EXAMPLES[LeadAnswer], "problem": None},
            {"status": 422, "lead": None, "problem": problem_example(422)},
        ]
    },
}
