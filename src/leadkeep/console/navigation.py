"""Where one can go from every page, by what one may do."""

from typing import NamedTuple

from leadkeep.console.marking import _
from leadkeep.domain.access import Grant, Permission


class Place(NamedTuple):
    """`name` is English, for the template to translate. `below`: how the paths of its pages begin."""

    path: str
    name: str
    icon: str
    further: tuple[str, ...] = ()

    @property
    def below(self) -> tuple[str, ...]:
        return self.further if self.path == "/" else (f"{self.path}/", *self.further)


WORK = (
    Place("/", _("Overview"), "overview"),
    Place("/inbox", _("Inbox"), "inbox", ("/leads/",)),
    Place("/handovers", _("Hand-overs"), "handovers", ("/sessions/",)),
    Place("/people", _("People"), "people"),
)
BOTS = Place("/bots", _("Bots"), "bots")
ADMIN = (
    Place("/delivery", _("Delivery"), "delivery"),
    Place("/keys", _("Keys"), "keys"),
    Place("/users", _("Users"), "users"),
    Place("/audit", _("Audit log"), "audit"),
    Place("/settings", _("Settings"), "settings"),
)


def places_for(grant: Grant) -> list[Place]:
    work = [place for place in WORK if place.path != "/people" or grant.covers_all_bots]
    if not grant.has(Permission.ADMIN):
        return [*work, BOTS]
    return [*work, BOTS, *ADMIN]
