"""Examples of problems."""

from typing import Any

import msgspec

from leadkeep.api.native.problems import FieldProblem, problem

PROBLEMS = {
    400: "The body is not valid JSON",
    401: "Bearer token missing or unknown",
    403: "This token does not have the permission read",
    404: "Bot support not found",
    409: "This clashes with what is stored already",
    412: "This lead was changed at 2026-11-23T07:02:23.000Z: it is at version 4",
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
