"""What no schema can say of a valid request; schemathesis loads this into its own process."""

import uuid
from typing import Any

import schemathesis


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Only the server writes cursors, no mail goes to domains kept for tests, a key of idempotency is used
    once, what is counted lies within limits, what expires lies in the future, and an origin has no path."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.query:
        case.query.pop("cursor", None)
        if "email" in case.query:
            case.query["email"] = case.query["email"].rpartition("@")[0] + "@example.com"
        fits = {"from": "2026-11-01", "to": "2026-11-23T07:02:23Z", "time_zone": "Europe/Berlin"}
        case.query.update({name: value for name, value in fits.items() if name in case.query})
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    if isinstance(case.body, dict) and case.body.get("expires_at"):
        case.body["expires_at"] = "9999-12-31T00:00:00Z"
    if isinstance(case.body, dict) and case.body.get("origins"):
        case.body["origins"] = [f"https://{n}.example" for n in range(len(case.body["origins"]))]
