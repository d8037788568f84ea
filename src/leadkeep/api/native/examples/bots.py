"""Examples of bots."""

from typing import Any

from msgspec import Struct

from leadkeep.api.native.fields import MOMENT_EXAMPLE
from leadkeep.api.native.shapes.bots import BotAnswer, BotPatch, BotRequest

BODIES: dict[type[Struct], dict[str, Any]] = {
    BotRequest: {
        "bot": {"id": "support", "name": "Support"},
        "public bot": {"id": "shop", "name": "Shop", "public": True, "origins": ["https://www.example.com"]},
    },
    BotPatch: {
        "public capture": {"public": True, "origins": ["https://www.example.com"]},
        "form": {"form": {"title": "May we write to you?", "ask_phone": False}},
        "contacts in the chat": {"region": "GB", "own_contacts": ["@example.com", "+442079460000"]},
    },
}

_FORM = {
    "enabled": True,
    "title": "May we write to you?",
    "success_message": "Thank you!",
    "ask_name": True,
    "ask_email": True,
    "ask_phone": False,
}

EXAMPLES: dict[type[Struct], Any] = {
    BotAnswer: {
        "id": "support",
        "name": "Support",
        "public": False,
        "origins": [],
        "form": _FORM,
        "region": "GB",
        "extract": True,
        "escalate_after": None,
        "own_contacts": ["@example.com", "+442079460000"],
        "created_at": MOMENT_EXAMPLE,
    },
}
