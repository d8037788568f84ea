"""Which leads to list, as options say it."""

from datetime import datetime

from leadkeep.domain.contact import read_email
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.lead import MAX_SESSION_ID, LeadFilter, Sort, Status
from leadkeep.domain.moments import from_iso
from leadkeep.domain.search import read_search
from leadkeep.domain.text import as_text
from leadkeep.storage.types import is_id


def read_filter(
    *,
    bot: str | None,
    session: str | None,
    email: str | None,
    person: str | None,
    since: str | None,
    until: str | None,
    status: list[str] | None = None,
    owner: str | None = None,
    tag: str | None = None,
    origin: str | None = None,
    search: str | None = None,
) -> LeadFilter:
    """Raises InvalidError, naming the option."""
    return LeadFilter(
        bot_id=bot,
        session_id=as_text(session, "--session", MAX_SESSION_ID),
        email=None if email is None else _comparable(email),
        person_id=None if person is None else _id("--person", person),
        statuses=tuple(dict.fromkeys(map(_status, status or ()))),
        owner=owner,
        tag=tag,
        origin=origin,
        search=None if search is None else read_search(search, "--search"),
        created_from=read_time("--from", since),
        created_to=read_time("--to", until),
    )


def _comparable(email: str) -> str:
    normal = read_email(email).normal
    if normal is None:
        raise InvalidError("--email", f"--email must be an e-mail address, not {email!r}")
    return normal


def _status(text: str) -> Status:
    try:
        return Status(text)
    except ValueError:
        raise InvalidError("--status", f"--status must be one of {', '.join(Status)}, not {text!r}") from None


def read_sort(text: str | None, wanted: LeadFilter) -> Sort:
    """Newest first unless told otherwise. Raises InvalidError."""
    if text is None:
        return Sort.NEWEST
    if text not in set(Sort):
        raise InvalidError("--sort", f"--sort must be one of {', '.join(Sort)}, not {text!r}")
    if text == Sort.BEST and wanted.search is None:
        raise InvalidError("--sort", "--sort best needs --search")
    return Sort(text)


def _id(option: str, text: str) -> str:
    if not is_id(text):
        raise InvalidError(option, f"{option} must be an id as `leadkeep people list` shows it")
    return text


def read_time(option: str, text: str | None) -> datetime | None:
    """Raises InvalidError, naming the option."""
    try:
        return None if text is None else from_iso(text)
    except ValueError:
        raise InvalidError(
            option, f"{option} must be a date such as 2026-11-23 or a time such as 2026-11-23T07:02:23Z"
        ) from None
