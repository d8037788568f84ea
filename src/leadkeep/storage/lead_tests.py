"""What a filter asks of leads: a test for each row, and where there is one, an index of those that fit."""

from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from leadkeep.domain.handover import HandoverState
from leadkeep.domain.lead import LeadFilter
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.schema import lead_tags, leads, people, person_keys, sessions

Test = Any
"""A condition on rows of `leads`."""
Keys = sa.Select[*tuple[Any, ...]]

SEARCH = "search"
NEWEST_OF_PERSON = "newest_of_person"

DRIVING = ("person_id", "owner", "bot_id", "status")
"""Columns that an index leads in order of `created_at`, the one with the fewest leads to a value first."""

EAGER = ("session_id", "email", "waiting", "tag")
"""Sources that mostly have few leads, or tell at once that they have many."""

IN_ORDERS = ("owner", "bot_id", "status", "only_bots")
"""What indexes that are read in some order hold beside it."""

IN_INDEXES = ("owner", "bot_id", "status")
"""Columns whose indexes in order of `created_at` hold the others of them too."""

COARSE = {SEARCH, "email"}
"""Sources that give more than fits: leads with some of the words, and all leads of whom the address is."""

_COLUMNS = ("person_id", "owner", "bot_id", "only_bots", "status", "session_id")
_SOURCES = (
    *EAGER,
    "person_id",
    "owner",
    "bot_id",
    "only_bots",
    "created",
    "changed",
    SEARCH,
    "handed_over",
    "status",
)
"""What has an index that finds its leads in any order, the one with the fewest first."""

_RANGES = ("created_from", "created_to", "changed_from", "changed_to")
_NOT = {"has_email", "has_phone", "valid_email", "valid_phone", "handed_over", "waiting"}


class Asked(NamedTuple):
    """A filter taken apart: which conditions there are, and how many terms each group of its search has,
    both of which make the statement; and the values that go into it."""

    names: tuple[str, ...]
    shape: tuple[int, ...]
    parameters: dict[str, Any]


def asked(dialect: Dialect, wanted: LeadFilter, only_bots: frozenset[str] | None, *more: str) -> Asked:
    """`only_bots` None means of every bot; `more` are conditions that no filter names."""
    given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    groups = wanted.search.groups if wanted.search else ()
    statuses = [status.value for status in given.pop("statuses")]
    if statuses:
        given |= {"status": statuses[0]} if len(statuses) == 1 else {"statuses": statuses}
    if only_bots is not None and len(only_bots) == 1 and wanted.bot_id is None:
        (given["bot_id"],) = only_bots
    elif only_bots is not None:
        given["only_bots"] = sorted(only_bots)
    names = tuple(f"not {name}" if name in _NOT and not value else name for name, value in given.items())
    if wanted.search:
        given |= dialect.word_parameters(groups)
    if wanted.attribute:
        given |= _attribute(*wanted.attribute)
    return Asked((*names, *more), tuple(map(len, groups)), given)


def _attribute(key: str, text: str) -> dict[str, str]:
    """As the text that it is, and as the number, boolean or null that it may stand for."""
    as_text = msgspec.json.encode(text).decode()
    try:
        plain = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        plain = text
    is_scalar = plain is None or isinstance(plain, bool | int | float)
    return {
        "attribute_key": key,
        "attribute_text": as_text,
        "attribute_plain": msgspec.json.encode(plain).decode() if is_scalar else as_text,
    }


def test_of(dialect: Dialect, name: str, names: tuple[str, ...], shape: tuple[int, ...]) -> Test:
    """Whether a row of `leads` fits the condition `name`; `names` are all that there are."""
    if name == SEARCH:
        return dialect.has_words(leads.c.words, shape, whole=False)
    if name == NEWEST_OF_PERSON:
        return _newest_of_person(dialect, names, shape)
    if name == "attribute":
        return dialect.has_attribute(leads.c.attributes)
    plain = name.removeprefix("not ")
    return _TESTS[name] if plain == name else ~_TESTS[plain]


def _newest_of_person(dialect: Dialect, names: tuple[str, ...], shape: tuple[int, ...]) -> Test:
    """Whether the search finds no newer lead of the same person, among those of the bots that count."""
    other = leads.alias("other")
    newer = sa.tuple_(other.c.created_at, other.c.id) > sa.tuple_(leads.c.created_at, leads.c.id)
    found = sa.select(other.c.id).where(other.c.person_id == leads.c.person_id, newer)
    found = found.where(dialect.has_words(other.c.words, shape, whole=False).is_(True))
    of_bots = (test for name, test in _of_bots(other).items() if name in names)
    return ~_there_is(found.where(*of_bots))


def _of_bots(table: Any) -> dict[str, Test]:
    return {
        "bot_id": table.c.bot_id == sa.bindparam("bot_id"),
        "only_bots": table.c.bot_id.in_(sa.bindparam("only_bots", expanding=True)),
    }


_ITS_SESSION = (sessions.c.bot_id == leads.c.bot_id, sessions.c.id == leads.c.session_id)
_WAITING = sessions.c.handover == sa.literal_column(f"'{HandoverState.WAITING.value}'")
_HANDED_OVER = sessions.c.handover.is_not(None)
_TAGGED = lead_tags.c.tag == sa.bindparam("tag")


def _has_session(*conditions: Test) -> Test:
    return _there_is(sa.select(sessions.c.id).where(*_ITS_SESSION, *conditions))


def _there_is(found: Keys) -> Test:
    """What `exists` means, looked up for each lead: for that, PostgreSQL may read all there are at first."""
    return found.limit(1).correlate(leads).scalar_subquery().is_not(None)


_TESTS: dict[str, Test] = {
    **_of_bots(leads),
    "session_id": leads.c.session_id == sa.bindparam("session_id"),
    "email": leads.c.email_normal == sa.bindparam("email"),
    # Whom the id stands for today.
    "person_id": leads.c.person_id
    == sa.select(people.c.root_id).where(people.c.id == sa.bindparam("person_id")).scalar_subquery(),
    "status": leads.c.status == sa.bindparam("status"),
    "statuses": leads.c.status.in_(sa.bindparam("statuses", expanding=True)),
    "owner": leads.c.owner == sa.bindparam("owner"),
    "tag": _there_is(sa.select(lead_tags.c.tag).where(_TAGGED, lead_tags.c.lead_id == leads.c.id)),
    "origin": leads.c.origin == sa.bindparam("origin"),
    "created_from": leads.c.created_at >= sa.bindparam("created_from"),
    "created_to": leads.c.created_at < sa.bindparam("created_to"),
    "changed_from": leads.c.changed_at >= sa.bindparam("changed_from"),
    "changed_to": leads.c.changed_at < sa.bindparam("changed_to"),
    "has_email": sa.func.coalesce(leads.c.email, "") != "",
    "has_phone": sa.func.coalesce(leads.c.phone, "") != "",
    "valid_email": leads.c.email_normal.is_not(None),
    "valid_phone": leads.c.phone_e164.is_not(None) & leads.c.phone_problem.is_(None),
    "handed_over": _has_session(_HANDED_OVER),
    "waiting": _has_session(_WAITING),
}

_OF_PERSON = person_keys.join(people, people.c.id == person_keys.c.person_id).join(
    leads, leads.c.person_id == people.c.root_id
)


def sources_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """In the order in which they are worth trying."""
    ranges = {name.rpartition("_")[0] for name in names if name in _RANGES}
    return tuple(source for source in _SOURCES if source in names or source in ranges)


def columns_of(source: str, names: tuple[str, ...]) -> tuple[Test, ...]:
    """Of a source that is columns of `leads`: its conditions."""
    if source in {"created", "changed"}:
        return tuple(_TESTS[name] for name in names if name in {f"{source}_from", f"{source}_to"})
    return (_TESTS[source],) if source in _COLUMNS else ()


def keys_of(dialect: Dialect, source: str, *, whole: bool = False) -> Keys:
    """Of another source: what it finds leads by."""
    if source == SEARCH:
        return dialect.with_words(leads.c.number, leads.c.words, whole=whole)
    if source == "tag":
        return sa.select(lead_tags.c.lead_id.label("key")).where(_TAGGED)
    if source == "email":
        numbers = sa.select(leads.c.number.label("key")).select_from(_OF_PERSON)
        return numbers.where(person_keys.c.key == sa.bindparam("email"))
    state = _WAITING if source == "waiting" else _HANDED_OVER
    return sa.select(sessions.c.bot_id, sessions.c.id).where(state)


def of_keys(source: str, keys: Any) -> tuple[sa.Column[Any], Keys]:
    """Which column of a lead has to be among what, for these keys of a source."""
    if source in {"waiting", "handed_over"}:
        of_session = (leads.c.session_id == keys.c.id) & (leads.c.bot_id == keys.c.bot_id)
        return leads.c.number, sa.select(leads.c.number).select_from(keys.join(leads, of_session))
    return (leads.c.id if source == "tag" else leads.c.number), sa.select(keys.c.key)
