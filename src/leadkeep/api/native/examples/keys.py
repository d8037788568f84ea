"""Examples of keys."""

from typing import Any

from msgspec import Struct

from leadkeep.api.native.fields import MOMENT_EXAMPLE, UUID_EXAMPLE
from leadkeep.api.native.shapes.keys import KeyAnswer, KeyRequest, MeAnswer

BODIES: dict[type[Struct], dict[str, Any]] = {
    KeyRequest: {
        "read-only": {"name": "reporting", "permissions": ["read"]},
        "for one bot": {"name": "widget", "permissions": ["capture"], "bots": ["support"]},
    },
}

_KEY = {
    "id": UUID_EXAMPLE,
    "name": "reporting",
    "hint": "lk_Zk3vQ1",
    "permissions": ["read"],
    "bots": None,
    "created_at": MOMENT_EXAMPLE,
    "expires_at": None,
    "last_used_at": None,
    "revoked_at": None,
}

EXAMPLES: dict[type[Struct], Any] = {
    KeyAnswer: _KEY,
    MeAnswer: {"id": UUID_EXAMPLE, "name": "reporting", "permissions": ["read"], "bots": None},
}
