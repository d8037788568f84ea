"""Visitors: where they live, what they are called, how they are reached, and whether they come back."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from leadkeep.demo.browsers import USER_AGENTS
from leadkeep.demo.businesses import Business, businesses
from leadkeep.demo.countries import COUNTRIES, Country, handle_of, names_of
from leadkeep.demo.phones import how_many, numbers_of

_RETURNING = 0.15
"""The share of visits of somebody who was there before."""
_REMEMBERED = 20_000
"""Visitors that may come back, so that memory stays flat."""
_NOT_AT_ONCE = timedelta(hours=2)
_WITH_EMAIL, _WITH_PHONE = 0.88, 0.5

# Reserved for examples (RFC 2606): nobody's mail, whatever is sent there.
_DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com", "post.example.org")
_HANDLES = (
    "blue.river",
    "coffee",
    "early.bird",
    "green.tea",
    "hiker",
    "moon",
    "paper.crane",
    "sunny",
)


class Visitor:
    """`phone` is in E.164. `seen_at` is their last visit."""

    __slots__ = ("country", "email", "name", "phone", "seen_at", "user_agent")

    def __init__(self, country: Country, name: str, email: str | None, phone: str | None) -> None:
        self.country = country
        self.name = name
        self.email = email
        self.phone = phone
        self.user_agent = USER_AGENTS[0]
        self.seen_at: datetime | None = None


class Visitors:
    """`expected`: how many visits there will be, which is how far the numbers of a country have to go."""

    def __init__(self, random: Random, expected: int) -> None:
        self._random = random
        self._known: list[Visitor] = []
        self._made = 0
        shares = Counter(region for business in businesses() for region in _of(business))
        self._phones = {region: numbers_of(region) for region in shares}
        self._with_phone = {
            region: min(_WITH_PHONE, 0.5 * how_many(region) * shares.total() / (share * expected))
            for region, share in shares.items()
        }

    def next(self, business: Business, at: datetime) -> Visitor:
        random = self._random
        visitor = None
        if self._known and random.random() < _RETURNING:
            visitor = self._known[int(random.random() * len(self._known))]
        if visitor is None or (visitor.seen_at and at - visitor.seen_at < _NOT_AT_ONCE):
            visitor = self._new(COUNTRIES[business.visitors[int(random.random() * len(business.visitors))]])
            visitor.user_agent = USER_AGENTS[int(random.random() * len(USER_AGENTS))]
            self._remember(visitor)
        visitor.seen_at = at
        return visitor

    def _new(self, country: Country) -> Visitor:
        random = self._random
        given_names, family_names = names_of(country)[random.random() < 0.5]
        given = given_names[int(random.random() * len(given_names))]
        family = family_names[int(random.random() * len(family_names))]
        self._made += 1
        phone = None
        if random.random() < self._with_phone[country.region]:
            phone = next(self._phones[country.region], None)
        email = self._email(given, family) if phone is None or random.random() < _WITH_EMAIL else None
        return Visitor(country, country.name.format(given=given, family=family), email, phone)

    def _email(self, given: str, family: str) -> str:
        """No two have the same one: each ends in a number of its own."""
        random = self._random
        first, last = handle_of(given), handle_of(family)
        if not first or not last:
            local = _HANDLES[int(random.random() * len(_HANDLES))]
        else:
            local = (f"{first}.{last}", f"{first[0]}.{last}", f"{last}.{first}")[int(random.random() * 3)]
        return f"{local}{self._made}@{_DOMAINS[int(random.random() * len(_DOMAINS))]}"

    def _remember(self, visitor: Visitor) -> None:
        if len(self._known) < _REMEMBERED:
            self._known.append(visitor)
        else:
            self._known[self._made % _REMEMBERED] = visitor


def _of(business: Business) -> Iterable[str]:
    """As if all businesses had the same number of visitors."""
    return [business.visitors[n % len(business.visitors)] for n in range(60)]
