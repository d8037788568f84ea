"""Which leads an address means: the filter, the order and the place in the list, as query parameters."""

from collections.abc import Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from leadkeep.console.days import midnight
from leadkeep.domain.bot import check_bot_id
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.lead import MAX_SESSION_ID, LeadFilter, Sort, Status
from leadkeep.domain.search import MAX_SEARCH, read_search
from leadkeep.domain.tags import tag_key
from leadkeep.domain.text import as_text

PARAMETERS = (
    "q",
    "status",
    "owner",
    "tag",
    "bot",
    "origin",
    "session",
    "from",
    "to",
    "contact",
    "waiting",
    "sort",
)
"""Those that make a list what it is, in the order in which they stand in an address."""
CONTACTS = ("email", "phone", "invalid")
MAX_LABEL = 200


class LeadQuery(NamedTuple):
    """`given`: the parameters as they were given, without blank and unknown ones."""

    given: Mapping[str, str]
    wanted: LeadFilter
    sort: Sort


def read_lead_query(given: Mapping[str, str], zone: ZoneInfo) -> LeadQuery:
    """Days are those of the zone. Raises InvalidError, MalformedError."""
    known = known_of(given)
    return LeadQuery(known, _filter(known, zone), _sort(known))


def known_of(given: Mapping[str, str]) -> dict[str, str]:
    """Those of the parameters that are ours, in our order."""
    return {name: given[name] for name in PARAMETERS if given.get(name, "").strip()}


def _filter(given: Mapping[str, str], zone: ZoneInfo) -> LeadFilter:
    contact = given.get("contact")
    return LeadFilter(
        bot_id=check_bot_id(given["bot"], "bot") if "bot" in given else None,
        session_id=as_text(given.get("session"), "session", MAX_SESSION_ID),
        statuses=_statuses(given.get("status", "")),
        owner=as_text(given.get("owner"), "owner", MAX_LABEL),
        tag=tag_key(as_text(given["tag"], "tag", MAX_LABEL)) if "tag" in given else None,
        origin=as_text(given.get("origin"), "origin", MAX_LABEL),
        created_from=midnight(given.get("from", ""), zone, "from"),
        created_to=midnight(given.get("to", ""), zone, "to", days_later=1),
        valid_email={"email": True, "invalid": False}.get(contact or ""),
        valid_phone={"phone": True}.get(contact or ""),
        waiting=True if "waiting" in given else None,
        search=read_search(as_text(given["q"], "q", MAX_SEARCH), "q") if "q" in given else None,
    )


def _statuses(text: str) -> tuple[Status, ...]:
    try:
        return tuple(dict.fromkeys(Status(name) for name in text.split(",") if name))
    except ValueError:
        raise InvalidError("status", f"status must be some of {', '.join(Status)}") from None


def _sort(given: Mapping[str, str]) -> Sort:
    try:
        sort = Sort(given.get("sort", Sort.NEWEST))
    except ValueError:
        raise InvalidError("sort", f"sort must be one of {', '.join(Sort)}") from None
    return Sort.NEWEST if sort is Sort.BEST and "q" not in given else sort
