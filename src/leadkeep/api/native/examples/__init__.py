"""The examples in the OpenAPI document, a module for each resource."""

from typing import Any

from msgspec import Struct

from leadkeep.api.native.examples import (
    bots,
    counts,
    endpoints,
    keys,
    lead_batch,
    lead_work,
    leads,
    people,
    search,
    sessions,
)
from leadkeep.api.native.examples.problems import problem_example

__all__ = ["BODIES", "EXAMPLES", "problem_example"]

_RESOURCES = (leads, lead_batch, lead_work, people, search, sessions, counts, endpoints, bots, keys)

BODIES: dict[type[Struct], dict[str, Any]] = {
    kind: examples for resource in _RESOURCES for kind, examples in resource.BODIES.items()
}
"""Of each request body, by the examples' names."""

EXAMPLES: dict[type[Struct], Any] = {
    kind: example for resource in _RESOURCES for kind, example in resource.EXAMPLES.items()
}
"""One of each answer."""
