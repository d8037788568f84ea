"""Which leads to list, as options say it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from leadkeep.domain.contact import read_email
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.lead import MAX_SESSION_ID, LeadFilter, Sort, Status
from leadkeep.domain.moments import from_iso
from leadkeep.domain.search import read_search
from leadkeep.domain.tags import tag_key
from leadkeep.domain.text import as_text
from leadkeep.storage.types import is_id

_MAX_LABEL = 200
_Choice = TypeVar("_Choice", bound=StrEnum)


def read_filter(
    *,
    bot: str | None = None,
    session: str | None = None,
    email: str | None = None,
    person: str | None = None,
    since: str | None = None,
    until: str | None = None,
    statuses: Sequence[str] = (),
    owner: str | None = None,
    tag: str | None = None,
    origin: str | None = None,
    search: str | None = None,
    waiting: bool | None = None,
) -> LeadFilter:
    """Raises InvalidError, naming the option."""
    return LeadFilter(
        bot_id=bot,
        session_id=as_text(session, "--session", MAX_SESSION_ID),
        email=None if email is None else _comparable(email),
        person_id=None if person is None else _id("--person", person),
        created_from=read_time("--from", since),
        created_to=read_time("--to", until),
        statuses=tuple(dict.fromkeys(one_of(Status, "--status", text) for text in statuses)),
        owner=as_text(owner, "--owner", _MAX_LABEL),
        tag=None if tag is None else tag_key(as_text(tag, "--tag", _MAX_LABEL)),
        origin=as_text(origin, "--origin", _MAX_LABEL),
        search=None if search is None else read_search(search, "--search"),
        waiting=waiting,
    )


def read_sort(text: str | None, wanted: LeadFilter) -> Sort:
    """Raises InvalidError."""
    sort = Sort.NEWEST if text is None else one_of(Sort, "--sort", text)
    if sort is Sort.BEST and wanted.search is None:
        raise InvalidError("--sort", "--sort can be best only with --search")
    return sort


def one_of(kind: type[_Choice], option: str, text: str) -> _Choice:
    """Raises InvalidError, naming the option."""
    try:
        return kind(text)
    except ValueError:
        raise InvalidError(option, f"{option} must be one of {', '.join(kind)}, not {text!r}") from None


def _comparable(email: str) -> str:
    normal = read_email(email).normal
    if normal is None:
        raise InvalidError("--email", f"--email must be an e-mail address, not {email!r}")
    return normal


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
