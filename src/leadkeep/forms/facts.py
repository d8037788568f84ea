"""What a person wants to know of an event, whatever form it is told in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from leadkeep.domain.event import EventType
from leadkeep.domain.lead_change import ATTRIBUTE
from leadkeep.forms.plain import clean, cut

MAX_NAME = 80
"""Characters of a row's name, and of a person's in a title."""
MAX_HALF = 200
"""Of what was, and of what is now."""
MAX_ROWS = 16

Row = tuple[str, str]


class Facts(NamedTuple):
    """`title` says what happened, `rows` what else there is to know, by name, in order. Every text is plain
    (`plain.clean`), and none is empty."""

    kind: EventType
    title: str
    rows: list[Row]
    link: str | None
    at: str


def facts_of(event: Mapping[str, Any], link: str | None) -> Facts:
    """Everything that a visitor or a colleague typed is one line of harmless text then."""
    kind = EventType(event["type"])
    title, rows = _TOLD[kind](event["data"])
    shown = [(_row_name(name), clean(str(value))) for name, value in rows if value is not None]
    rows_said = [(name, value) for name, value in shown if value]
    return Facts(kind, clean(title), within(rows_said, MAX_ROWS), link, event["timestamp"])


def within(
    rows: Sequence[Row], most: int, size: Callable[[Row], int] = lambda row: 0, limit: int = 0
) -> list[Row]:
    """As many rows as there is room for: `most`, which are `limit` large together. The last one then says how
    many others there are."""
    fit, left = 0, limit
    while fit < min(len(rows), most) and size(rows[fit]) <= left:
        left -= size(rows[fit])
        fit += 1
    if fit == len(rows):
        return list(rows)
    fit = max(0, fit - 1)
    return [*rows[:fit], ("More", f"{len(rows) - fit} further details")]


def _row_name(typed: str) -> str:
    return cut(clean(typed), MAX_NAME) or "–"


Told = tuple[str, Iterator[tuple[str, Any]]]


def who(thing: Mapping[str, Any]) -> str:
    """By name, or by what else can be seen: of a name that is all blanks, the address says more."""
    known = (cut(clean(thing.get(name) or ""), MAX_NAME) for name in ("name", "email", "phone"))
    return next(filter(None, known), "somebody")


def _captured(data: Mapping[str, Any]) -> Told:
    return f"New lead: {who(data['lead'])}", _lead_rows(data["lead"])


def _updated(data: Mapping[str, Any]) -> Told:
    return f"Lead changed: {who(data['lead'])}", _updated_rows(data)


def _updated_rows(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for change in data["changes"]:
        if change["field"] == "note":
            yield "Note", "added" if change["after"] else "deleted"
        else:
            # Of two long texts, how each begins.
            before, after = (
                cut(clean(_text(change[at]) or ""), MAX_HALF) or "–" for at in ("before", "after")
            )
            yield _field(change["field"]), f"{before} → {after}"
    yield "By", _name(data["by"])
    yield from _lead_rows(data["lead"])


def _field(name: str) -> str:
    return name.removeprefix(ATTRIBUTE) if name.startswith(ATTRIBUTE) else name.capitalize()


def _deleted(data: Mapping[str, Any]) -> Told:
    return "Lead deleted", iter([("Bot", data["lead"]["bot_id"]), ("By", _name(data["by"]))])


def _lead_rows(lead: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "Name", lead["name"]
    yield "E-mail", lead["email"]
    yield "Phone", lead["phone_e164"] or lead["phone"]
    yield "Bot", lead["bot_id"]
    for key, value in lead["attributes"].items():
        yield key, _text(value)


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
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
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
