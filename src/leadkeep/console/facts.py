"""What else the audit log knows of a deed, in words."""

from collections.abc import Callable, Iterator
from typing import Any

from leadkeep.console.marking import _
from leadkeep.console.words import WORDS
from leadkeep.domain.audit import Entry

_NAMES: dict[str, str] = {
    "how": _("by"),
    "address": _("from"),
    "browsers": _("browsers"),
    "role": _("role"),
    "permissions": _("may"),
    "fields": _("what"),
    "bot": _("bot"),
    "leads": _("leads"),
    "filters": _("filtered by"),
    "actor_id": _("who"),
    "deed": _("what"),
    "subject": _("to what"),
    "start": _("from"),
    "end": _("until"),
}
_SAID: dict[str, tuple[str, str]] = {
    "on": (_("switched on"), _("switched off")),
    "second_factor_removed": (_("second factor removed"), ""),
}
"""Of what is so or is not: how each is put, "" where it goes without saying."""
_WORDS_OF: dict[str, dict[str, str]] = {
    "how": {"password": _("password"), "link": _("link"), "oidc": _("single sign-on")},
    "permissions": {
        "capture": _("capture"),
        "read": _("read"),
        "write": _("write"),
        "admin": _("administer"),
    },
    "fields": {
        "name": _("name"),
        "role": _("role"),
        "bots": _("bots"),
        "disabled_at": _("switched on or off"),
        "status": _("status"),
        "owner": _("owner"),
        "tags": _("tags"),
        "value": _("value"),
        "currency": _("currency"),
        "attributes": _("attributes"),
        "note": _("note"),
    },
    "filters": {
        "q": _("words"),
        "status": _("status"),
        "owner": _("owner"),
        "tag": _("tag"),
        "bot": _("bot"),
        "origin": _("origin"),
        "session": _("session"),
        "from": _("time"),
        "to": _("time"),
        "contact": _("contact"),
        "waiting": _("waiting"),
        "sort": _("order"),
    },
}


def facts_of(entry: Entry, gettext: Callable[[str], str]) -> list[str]:
    inner = entry.facts.get("filter")
    facts = inner if isinstance(inner, dict) else entry.facts
    return [told for name, value in facts.items() for told in _told(name, value, gettext)]


def _told(name: str, value: Any, gettext: Callable[[str], str]) -> Iterator[str]:
    if isinstance(value, bool) and name in _SAID:
        text = _SAID[name][not value]
        if text:
            yield gettext(text)
        return
    words = (_word(name, one, gettext) for one in (value if isinstance(value, list) else [value]))
    shown = ", ".join(dict.fromkeys(words))
    if shown:
        yield f"{gettext(_NAMES.get(name, name))}: {shown}"


def _word(name: str, value: Any, gettext: Callable[[str], str]) -> str:
    text = str(value)
    known = WORDS if name in {"role", "deed"} else _WORDS_OF.get(name, {})
    return gettext(known[text]) if text in known else text
