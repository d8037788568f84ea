"""People: whom leads belong to, across sessions and bots.

Every lead has a home, the person that its e-mail address or phone number led to when it came; that never
changes. Merges make a forest of people, in which each points at the one it was merged into. A lead belongs to
the root of its home's tree. So undoing a merge is cutting one branch, and puts every lead back.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from leadkeep.domain.lead import Lead

MAX_REASON = 2_000


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A root, and what its leads say of it: the newest non-empty value of each field."""

    id: str
    name: str | None
    email: str | None
    phone: str | None
    lead_count: int
    first_at: datetime
    last_at: datetime


class PersonSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session in which the person left a lead; `last_at` is the time of the newest one."""

    bot_id: str
    session_id: str
    last_at: datetime


class Profile(Person, frozen=True, kw_only=True):
    """A person with what a first look asks for, newest first: comparable forms, bots and sessions."""

    emails: list[str]
    phones: list[str]
    bots: list[str]
    sessions: list[PersonSession]


class Trace(NamedTuple):
    """What a lead tells of its person beyond the newest values."""

    bot_id: str
    session_id: str
    email_normal: str | None
    phone_e164: str | None
    phone_problem: str | None
    created_at: datetime


MAX_SHOWN = 50
"""How many addresses, numbers, bots and sessions a profile has at most."""


def profile_of(person: Person, traces: Sequence[Trace]) -> Profile:
    """`traces`: of the person's leads, newest first."""
    sessions: dict[tuple[str, str], datetime] = {}
    for trace in traces:
        sessions.setdefault((trace.bot_id, trace.session_id), trace.created_at)
    newest = list(sessions.items())[:MAX_SHOWN]
    return Profile(
        **msgspec.structs.asdict(person),
        emails=_distinct(trace.email_normal for trace in traces),
        phones=_distinct(trace.phone_e164 for trace in traces if not trace.phone_problem),
        bots=_distinct(trace.bot_id for trace in traces),
        sessions=[PersonSession(bot_id=b, session_id=s, last_at=at) for (b, s), at in newest],
    )


def _distinct(values: Iterable[str | None]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value][:MAX_SHOWN]


class Link(NamedTuple):
    """A lead whose two keys led to two people."""

    lead_id: str
    person_id: str
    other_id: str


class Homes(NamedTuple):
    """`of`: each lead's home by the lead's id. `claims`: keys that were nobody's, and whose they are now."""

    of: dict[str, str]
    claims: dict[str, str]
    links: list[Link]


def find_homes(leads: Iterable[Lead], known: Mapping[str, str]) -> Homes:
    """`known`: whose the keys are. Who is new is called by the id of the lead that brought them."""
    owners = dict(known)
    homes = Homes({}, {}, [])
    for lead in leads:
        keys = lead.person_keys()
        found = [owners[key] for key in keys if key in owners]
        home = homes.of[lead.id] = found[0] if found else lead.id
        for key in keys:
            if key not in owners:
                owners[key] = homes.claims[key] = home
        if found and found[-1] != home:
            homes.links.append(Link(lead.id, home, found[-1]))
    return homes


def people_of(leads: Sequence[Lead]) -> list[Person]:
    """What these leads, which come oldest first and know their people, add to each person; by id, so that two
    processes take the rows in the same order."""
    found: dict[str, Person] = {}
    for lead in leads:
        if lead.person_id is not None:
            found[lead.person_id] = _joined(found.get(lead.person_id), lead, lead.person_id)
    return [found[person_id] for person_id in sorted(found)]


def _joined(before: Person | None, lead: Lead, person_id: str) -> Person:
    phone = lead.phone_e164 or lead.phone
    return Person(
        id=person_id,
        name=lead.name or (before.name if before else None),
        email=lead.email or (before.email if before else None),
        phone=phone or (before.phone if before else None),
        lead_count=before.lead_count + 1 if before else 1,
        first_at=before.first_at if before else lead.created_at,
        last_at=lead.created_at,
    )


def branch_of(person_id: str, parents: Mapping[str, str]) -> set[str]:
    """The person and all that were merged into it, at any remove. `parents`: who was merged into whom."""
    branch = {person_id}
    grown = True
    while grown:
        more = {child for child, parent in parents.items() if parent in branch} - branch
        branch |= more
        grown = bool(more)
    return branch
