"""What a person wants to know of an event, whatever form it is told in."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from leadkeep.domain.event import EventType

MAX_VALUE = 500
"""Characters of one value; what is longer is cut."""
_MAX_ATTRIBUTES = 8
_SPACES = re.compile(r"\s+")


class Facts(NamedTuple):
    """`title` says what happened, `rows` what else there is to know, by name, in order."""

    title: str
    rows: list[tuple[str, str]]
    link: str | None
    at: str


def facts_of(event: Mapping[str, Any], link: str | None) -> Facts:
    """Everything that a visitor or a colleague typed is one line of harmless text then."""
    data: Mapping[str, Any] = event["data"]
    title, rows = _TOLD[EventType(event["type"])](data)
    shown = [(name, clean(str(value))) for name, value in rows if value not in (None, "")]
    return Facts(clean(title), [(name, value) for name, value in shown if value], link, event["timestamp"])


def clean(text: str) -> str:
    """On one line, without characters that cannot be seen or that turn the direction of others round."""
    seen = "".join(" " if char.isspace() else char for char in text if not _is_hidden(char))
    line = _SPACES.sub(" ", seen).strip()
    return line if len(line) <= MAX_VALUE else line[: MAX_VALUE - 1] + "…"


def _is_hidden(char: str) -> bool:
    # Joiners, which emoji and some scripts need, are no harm.
    return (
        unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"}
        and not char.isspace()
        and char not in "\u200c\u200d"
    )


Told = tuple[str, Iterator[tuple[str, Any]]]


def who(thing: Mapping[str, Any]) -> str:
    return thing.get("name") or thing.get("email") or thing.get("phone") or "somebody"


def _captured(data: Mapping[str, Any]) -> Told:
    return f"New lead: {who(data['lead'])}", _lead_rows(data["lead"])


def _updated(data: Mapping[str, Any]) -> Told:
    return f"Lead changed: {who(data['lead'])}", _updated_rows(data)


def _updated_rows(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for change in data["changes"]:
        name = change["field"].replace("_", " ").capitalize()
        if change["field"] == "note":
            yield "Note", "added" if change["after"] else "deleted"
        else:
            yield name, f"{_text(change['before']) or '–'} → {_text(change['after']) or '–'}"
    yield "By", _name(data["by"])
    yield from _lead_rows(data["lead"])


def _deleted(data: Mapping[str, Any]) -> Told:
    return "Lead deleted", iter([("Bot", data["lead"]["bot_id"]), ("By", _name(data["by"]))])


def _lead_rows(lead: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "Name", lead["name"]
    yield "E-mail", lead["email"]
    yield "Phone", lead["phone_e164"] or lead["phone"]
    yield "Bot", lead["bot_id"]
    for key, value in list(lead["attributes"].items())[:_MAX_ATTRIBUTES]:
        yield clean(key)[:100] or "–", _text(value)


def _merged(data: Mapping[str, Any]) -> Told:
    merge = data["merge"]
    rows = [("Reason", merge["reason"] or ("a lead linked them" if merge["lead_id"] else None))]
    return "Two people are one", iter([*rows, ("By", _name(merge["merged_by"]))])


def _unmerged(data: Mapping[str, Any]) -> Told:
    return "Two people were told apart again", iter([("By", _name(data["merge"]["undone_by"]))])


def _handover(title: str) -> Callable[[Mapping[str, Any]], Told]:
    def told(data: Mapping[str, Any]) -> Told:
        return title.format(who=who(data["session"]), by=_name(data["by"]) or "Somebody"), rows(data)

    def rows(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        session = data["session"]
        yield "Name", session["name"]
        yield "E-mail", session["email"]
        yield "Phone", session["phone"]
        yield "Bot", session["bot_id"]
        yield "Reason", data["handover"]["reason"]

    return told


def _disabled(data: Mapping[str, Any]) -> Told:
    endpoint = data["endpoint"]
    rows = [("Endpoint", endpoint["description"] or endpoint["host"]), ("Reason", data["reason"])]
    return "An endpoint was switched off", iter(rows)


def _test(data: Mapping[str, Any]) -> Told:
    return data["message"], iter([("By", _name(data["by"]))])


def _name(actor: Mapping[str, str] | None) -> str | None:
    return actor["name"] if actor else None


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()


_TOLD: dict[EventType, Callable[[Mapping[str, Any]], Told]] = {
    EventType.LEAD_CAPTURED: _captured,
    EventType.LEAD_UPDATED: _updated,
    EventType.LEAD_DELETED: _deleted,
    EventType.PERSON_MERGED: _merged,
    EventType.PERSON_UNMERGED: _unmerged,
    EventType.SESSION_HANDED_OVER: _handover("A visitor waits for a person: {who}"),
    EventType.SESSION_CLAIMED: _handover("{by} talks to {who}"),
    EventType.SESSION_RETURNED: _handover("{by} gave {who} back to the bot"),
    EventType.SESSION_RESOLVED: _handover("{by} is done with {who}"),
    EventType.SESSION_ESCALATED: _handover("Nobody has come yet: {who} still waits"),
    EventType.ENDPOINT_DISABLED: _disabled,
    EventType.TEST: _test,
}
