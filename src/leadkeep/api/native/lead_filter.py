"""Which leads a query means."""

from msgspec import UNSET, UnsetType

from leadkeep.api.native.ids import check_id
from leadkeep.api.native.reading import if_given, read_moment_if_given
from leadkeep.api.native.shapes.leads import MAX_ATTRIBUTE, MAX_LABEL, LeadFilterQuery, LeadQuery
from leadkeep.domain.bot import check_bot_id
from leadkeep.domain.contact import read_email
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.lead import MAX_SESSION_ID, LeadFilter, Sort, Status
from leadkeep.domain.search import Search, read_search
from leadkeep.domain.tags import tag_key
from leadkeep.domain.text import as_text


def read_filter(query: LeadFilterQuery) -> LeadFilter:
    """Raises InvalidError, naming the parameter."""
    return LeadFilter(
        bot_id=None if query.bot is UNSET else check_bot_id(query.bot, "bot"),
        session_id=None if query.session is UNSET else as_text(query.session, "session", MAX_SESSION_ID),
        email=None if query.email is UNSET else _comparable(query.email),
        person_id=None if query.person is UNSET else check_id(query.person, "person"),
        statuses=() if query.status is UNSET else _statuses(query.status),
        owner=_label(query.owner, "owner"),
        tag=None if query.tag is UNSET else tag_key(as_text(query.tag, "tag", MAX_LABEL)),
        origin=_label(query.origin, "origin"),
        created_from=read_moment_if_given(query.created_from, "created_from"),
        created_to=read_moment_if_given(query.created_to, "created_to"),
        changed_from=read_moment_if_given(query.changed_from, "changed_from"),
        changed_to=read_moment_if_given(query.changed_to, "changed_to"),
        has_email=if_given(query.has_email),
        has_phone=if_given(query.has_phone),
        valid_email=if_given(query.valid_email),
        valid_phone=if_given(query.valid_phone),
        handed_over=if_given(query.handed_over),
        waiting=if_given(query.waiting),
        attribute=None if query.attribute is UNSET else _attribute(query.attribute),
        search=None if query.q is UNSET else read_words(query.q),
    )


def read_sort(query: LeadQuery) -> Sort:
    """Raises InvalidError."""
    sort = Sort.NEWEST if query.sort is UNSET else Sort(query.sort)
    if sort is Sort.BEST and query.q is UNSET:
        raise InvalidError("sort", "sort can be best only where q is given")
    return sort


def read_words(text: str) -> Search:
    """Raises InvalidError."""
    return read_search(as_text(text, "q", len(text)), "q")


def _comparable(email: str) -> str:
    """Raises InvalidError for what is no address: no lead could have it."""
    normal = read_email(email).normal
    if normal is None:
        raise InvalidError("email", "email must be an e-mail address")
    return normal


def _statuses(text: str) -> tuple[Status, ...]:
    return tuple(dict.fromkeys(Status(name) for name in text.split(",")))


def _label(text: str | UnsetType, field: str) -> str | None:
    return None if text is UNSET else as_text(text, field, MAX_LABEL)


def _attribute(text: str) -> tuple[str, str]:
    key, _, value = as_text(text, "attribute", MAX_ATTRIBUTE).partition(":")
    return key, value
