"""What to see of the audit log, as its page's address says it."""

from collections.abc import Callable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from leadkeep.console.days import midnight
from leadkeep.domain.audit import AuditFilter, Deed
from leadkeep.domain.errors import InvalidError

_MAX = 300


class AuditQuery(NamedTuple):
    """As it was typed."""

    who: str = ""
    deed: str = ""
    subject: str = ""
    start: str = ""
    end: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """By their names in the address."""
        return dict(zip(("who", "deed", "subject", "from", "to"), self, strict=True))

    def filter_in(self, zone: ZoneInfo) -> AuditFilter:
        """Days are those of the zone, the last one included. Raises InvalidError."""
        if self.deed and self.deed not in tuple(Deed):
            raise InvalidError("deed", "There is no such deed")
        return AuditFilter(
            actor_id=self.who or None,
            deed=Deed(self.deed) if self.deed else None,
            subject=self.subject or None,
            start=midnight(self.start, zone, "from"),
            end=midnight(self.end, zone, "to", days_later=1),
        )


def read_audit_query(field: Callable[[str], str]) -> AuditQuery:
    """`field` gives what stands under a name, or ""."""
    return AuditQuery(*(_typed(field(name)) for name in AuditQuery().parameters))


def _typed(text: str) -> str:
    """Without what no database finds, and not all of them bear to look for."""
    return "".join(character for character in text[:_MAX] if character.isprintable()).strip()
