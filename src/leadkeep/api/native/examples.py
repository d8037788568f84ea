"""The examples in the OpenAPI document."""

from typing import Any

import msgspec
from msgspec import Struct

from leadkeep.api.native.fields import UUID_EXAMPLE
from leadkeep.api.native.problems import FieldProblem, problem
from leadkeep.api.native.shapes import (
    BotAnswer,
    BotPatch,
    BotRequest,
    KeyAnswer,
    KeyRequest,
    LeadAnswer,
    LeadRequest,
    MeAnswer,
)

_CREATED = "2026-11-23T07:02:23.000Z"

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
    BotRequest: {
        "bot": {"id": "support", "name": "Support"},
        "public bot": {"id": "shop", "name": "Shop", "public": True, "origins": ["https://www.example.com"]},
    },
    BotPatch: {
        "public capture": {"public": True, "origins": ["https://www.example.com"]},
        "form": {"form": {"title": "May we write to you?", "ask_phone": False}},
    },
    KeyRequest: {
        "read-only": {"name": "reporting", "permissions": ["read"]},
        "for one bot": {"name": "widget", "permissions": ["capture"], "bots": ["support"]},
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
    "created_at": _CREATED,
}
_KEY = {
    "id": UUID_EXAMPLE,
    "name": "reporting",
    "hint": "lk_Zk3vQ1",
    "permissions": ["read"],
    "bots": None,
    "created_at": _CREATED,
    "expires_at": None,
    "last_used_at": None,
    "revoked_at": None,
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
    LeadAnswer: _LEAD,
    BotAnswer: {
        "id": "support",
        "name": "Support",
        "public": False,
        "origins": [],
        "form": _FORM,
        "created_at": _CREATED,
    },
    KeyAnswer: _KEY,
    MeAnswer: {"id": UUID_EXAMPLE, "name": "reporting", "permissions": ["read"], "bots": None},
}

PROBLEMS = {
    400: "The body is not valid JSON",
    401: "Bearer token missing or unknown",
    403: "This token does not have the permission read",
    404: "Bot support not found",
    409: "This clashes with what is stored already",
    413: "The body is larger than 65536 bytes",
    415: "Content-Type must be application/json",
    422: "bot_id is required",
    429: "Too many leads in a short time",
    500: "Something went wrong on our side",
    503: "The database cannot take this right now; please try again",
}


def problem_example(status: int) -> Any:
    fields = [FieldProblem("bot_id", PROBLEMS[status])] if status == 422 else []
    return msgspec.to_builtins(problem(status, PROBLEMS[status], fields))
