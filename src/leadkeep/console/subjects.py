"""Where an entry of the audit log leads: the page of what it was done to."""

from urllib.parse import quote

from leadkeep.domain.audit import Deed, Entry

_PLACES = {
    "user": "/users/",
    "lead": "/leads/",
    "person": "/people/",
    "bot": "/bots/",
    "endpoint": "/delivery/",
}
_GONE = {
    Deed.LEAD_DELETED,
    Deed.PERSON_DELETED,
    Deed.BOT_DELETED,
    Deed.ENDPOINT_DELETED,
    Deed.SESSION_DELETED,
}


def page_of(entry: Entry) -> str | None:
    """None where there is no page, or nothing on it any more."""
    if entry.subject is None or entry.deed in _GONE:
        return None
    kind, subject = entry.deed.value.partition(".")[0], quote(entry.subject, safe="")
    if kind == "key":
        return "/keys"
    if kind == "session":
        bot_id = entry.facts.get("bot")
        return f"/sessions/{quote(bot_id, safe='')}/{subject}" if isinstance(bot_id, str) else None
    return _PLACES[kind] + subject if kind in _PLACES else None
