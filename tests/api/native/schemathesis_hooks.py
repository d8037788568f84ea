"""What no schema can say of a valid request; schemathesis loads this into its own process."""

import uuid
from typing import Any

import schemathesis


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Only the server writes cursors, no mail goes to domains kept for tests, a search has a letter in it,
    the best is the best of a search, a key of idempotency is used once, what is counted lies within limits,
    what expires lies in the future, an origin has no path, and a contact is one. Whether a lead is still what
    it was, nobody knows; some fields of a change go together, some exclude one another."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.query:
        case.query.pop("cursor", None)
        case.query.pop("after", None)
        if "q" in case.query:
            case.query["q"] = f"a{case.query['q'][:20]}"
        elif case.query.get("sort") == "best":
            case.query["sort"] = "name"
        if "email" in case.query:
            case.query["email"] = case.query["email"].rpartition("@")[0] + "@example.com"
        fits = {"from": "2026-11-01", "to": "2026-11-23T07:02:23Z", "time_zone": "Europe/Berlin"}
        case.query.update({name: value for name, value in fits.items() if name in case.query})
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    if case.headers and "If-Match" in case.headers:
        case.headers["If-Match"] = "*"
    if case.path == "/api/v2/leads" and case.method == "PATCH":
        _make_whole(case.body)
    if case.path == "/api/v2/leads/{lead_id}" and case.method == "PATCH":
        _make_possible(case.body)
    if case.path.startswith("/api/v2/endpoints") and isinstance(case.body, dict):
        _make_deliverable(case)
    if isinstance(case.body, dict) and case.body.get("escalate_after"):
        # To JSON Schema 5.0 is a whole number; nobody who means minutes writes it.
        case.body["escalate_after"] = int(case.body["escalate_after"])
    if isinstance(case.body, dict) and case.body.get("expires_at"):
        case.body["expires_at"] = "9999-12-31T00:00:00Z"
    if isinstance(case.body, dict) and case.body.get("origins"):
        case.body["origins"] = [f"https://{n}.example" for n in range(len(case.body["origins"]))]
    if isinstance(case.body, dict) and case.body.get("own_contacts"):
        case.body["own_contacts"] = [f"@{n}.example" for n in range(len(case.body["own_contacts"]))]


def _make_deliverable(case: Any) -> None:
    """Mail goes to addresses, a template makes a form, one of several things is sent again, headers are such
    as may be set, and nothing is sent for every little thing that happens here."""
    body = case.body
    if case.path.endswith("/preview"):
        body.update(form="template", template="{{ event.type }}", type="lead.captured")
        body.pop("event_id", None)
    elif case.path.endswith("/redeliver"):
        case.body = {"failed_since": "2026-11-23T07:02:23Z"}
    elif case.path.endswith("/rotate-secret"):
        body.pop("secret", None)
        body["overlap_hours"] = int(body.get("overlap_hours", 24))
    else:
        for name in ("form", "template", "digest_minutes", "secret"):
            body.pop(name, None)
        if "url" in body:
            body["url"] = "https://hooks.example.com/x"
        if body.get("headers"):
            body["headers"] = {"X-Team": "sales"}
        body["types"] = ["person.unmerged"]


def _make_whole(body: dict[str, Any]) -> None:
    wanted = body.pop("filter", None)
    if "ids" not in body:
        body["filter"] = {**(wanted or {}), "bot": "support"}
        body["filter"].pop("email", None)
    _make_possible(body["change"])


def _make_possible(change: dict[str, Any]) -> None:
    if "tags" in change:
        change.pop("add_tags", None)
        change.pop("remove_tags", None)
    if "value" in change or "currency" in change:
        change.update(value=5 if change.get("value") is None else change["value"], currency="EUR")
    if isinstance(change.get("value"), float):
        change["value"] = round(change["value"], 2)
    if change.get("attributes"):
        change["attributes"] = {"plan": "pro"}
