"""Flowise's Lead object, on its way in and out."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec

from leadkeep.domain import lead as limits
from leadkeep.domain.attributes import keep_attributes
from leadkeep.domain.bot import check_bot_id
from leadkeep.domain.errors import InvalidError, MalformedError
from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.lead import Lead, NewLead
from leadkeep.domain.moments import iso_z
from leadkeep.domain.text import as_text

LEAD_SHAPE = JsonShape(
    fields=(
        ("id", "id"),
        ("name", "name"),
        ("email", "email"),
        ("phone", "phone"),
        ("chatflowid", "bot_id"),
        ("chatId", "session_id"),
        ("createdDate", "created_at"),
    ),
    missing="empty",
)

_OURS = frozenset(key for key, _ in LEAD_SHAPE.fields)
_MAX_FORM_FIELDS = 1_000


def parse_lead(body: bytes, media_type: str) -> NewLead:
    """Raises MalformedError for what cannot be read, InvalidError for a field that cannot be kept."""
    sent = _read_object(body, media_type)
    return NewLead(
        bot_id=_bot_id(sent.get("chatflowid")),
        session_id=as_text(sent.get("chatId"), "chatId", limits.MAX_SESSION_ID),
        name=as_text(sent.get("name"), "name", limits.MAX_NAME),
        email=as_text(sent.get("email"), "email", limits.MAX_EMAIL),
        phone=as_text(sent.get("phone"), "phone", limits.MAX_PHONE),
        # `id` and `createdDate` are the server's alone: a caller who sets them is not listened to.
        attributes={} if sent.keys() <= _OURS else _extra(sent),
        origin="flowise",
    )


def render_lead(lead: Lead) -> bytes:
    """The stored lead; keys the caller never sent are absent."""
    shown: dict[str, str] = {"id": lead.id}
    if lead.name is not None:
        shown["name"] = lead.name
    if lead.email is not None:
        shown["email"] = lead.email
    if lead.phone is not None:
        shown["phone"] = lead.phone
    shown |= {
        "chatflowid": lead.bot_id,
        "chatId": lead.session_id,
        "createdDate": iso_z(lead.created_at),
    }
    return msgspec.json.encode(shown)


def _read_object(body: bytes, media_type: str) -> dict[str, Any]:
    if media_type == "application/json":
        return _read_json(body)
    if media_type == "application/x-www-form-urlencoded":
        return _read_form(body)
    raise MalformedError("Content-Type must be application/json or application/x-www-form-urlencoded")


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        sent = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedError("The body is not valid JSON") from None
    if not isinstance(sent, dict):
        raise MalformedError("The body must be a JSON object")
    return sent


def _read_form(body: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FORM_FIELDS
        )
    except ValueError:
        raise MalformedError("The body is not a valid urlencoded form") from None
    if not pairs:
        raise MalformedError("The body is empty")
    sent: dict[str, Any] = {}
    for key, value in pairs:
        # A field sent twice is a list, as in Express, and so no text.
        sent[key] = [sent[key], value] if key in sent else value
    return sent


def _bot_id(value: object) -> str:
    text = as_text(value, "chatflowid", 64)
    if not text:
        raise InvalidError("chatflowid", "chatflowid is required")
    return check_bot_id(text, "chatflowid")


def _extra(sent: dict[str, Any]) -> dict[str, Any]:
    return keep_attributes({key: value for key, value in sent.items() if key not in _OURS})
