"""What a team makes of its leads: who sees to them, how they stand, and what is written about them."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec

from leadkeep.demo.countries import COUNTRIES
from leadkeep.demo.ids import id_at
from leadkeep.demo.story import Actor
from leadkeep.domain.lead import Lead, Status
from leadkeep.domain.lead_change import PastChange
from leadkeep.domain.note import Note

AGENTS = (
    Actor("demo-maya", "Maya Lindqvist"),
    Actor("demo-tomas", "Tomás Herrera"),
    Actor("demo-aiko", "Aiko Mori"),
    Actor("demo-jonas", "Jonas Weber"),
)
_WORKED_ON = 0.25
_SPAM, _QUALIFIED, _DECIDED, _WON, _NOTED = 0.05, 0.5, 0.6, 0.55, 0.3
_TAGS = ("vip", "newsletter", "call back", "returning", "price question", "group")
_VALUES = ("120", "249.9", "480", "950", "1800", "3200.5", "7400")
_NOTES = (
    "Called back, prefers to be reached in the morning.",
    "Wants an offer in writing by Friday.",
    "Asked for references, sent two.",
    "Compares us with two others; price matters most.",
    "Will come by with a colleague next week.",
)


class Work:
    """What was done with one lead, up to `until`."""

    def __init__(self, lead: Lead, random: Random, until: datetime) -> None:
        self.lead = lead
        self.changes: list[PastChange] = []
        self.notes: list[Note] = []
        self._random = random
        self._until = until
        self._at = lead.created_at
        self._by = AGENTS[int(random.random() * len(AGENTS))]

    def do(self, *, with_notes: bool) -> None:
        random = self._random
        if random.random() >= _WORKED_ON:
            return
        if random.random() < _SPAM:
            self._change(status=Status.SPAM)
            return
        if not self._change(status=Status.CONTACTED, owner=self._by.name):
            return
        if with_notes and random.random() < _NOTED:
            self._note()
        if random.random() < _QUALIFIED and self._change(status=Status.QUALIFIED, **self._worth()):
            self._decide()

    def _decide(self) -> None:
        if self._random.random() < _DECIDED:
            self._change(status=Status.WON if self._random.random() < _WON else Status.LOST)

    def _worth(self) -> dict[str, Any]:
        random = self._random
        country = COUNTRIES.get(self.lead.phone_region or "")
        return {
            "value": _VALUES[int(random.random() * len(_VALUES))],
            "currency": country.currency if country else "EUR",
            "tags": (_TAGS[int(random.random() * len(_TAGS))],),
        }

    def _change(self, **to: Any) -> bool:
        """False where it would be in the future."""
        if not self._go_on():
            return False
        for field, after in to.items():
            self._remember(field, getattr(self.lead, field), after)
        self.lead = msgspec.structs.replace(
            self.lead, **to, version=self.lead.version + 1, changed_at=self._at
        )
        return True

    def _note(self) -> None:
        if not self._go_on():
            return
        text = _NOTES[int(self._random.random() * len(_NOTES))]
        note = Note(
            id=id_at(self._at, self._random),
            lead_id=self.lead.id,
            text=text,
            at=self._at,
            written_by_id=self._by.id,
            written_by_name=self._by.name,
        )
        self.notes.append(note)
        self._remember("note", None, note.id)
        self.lead = msgspec.structs.replace(self.lead, changed_at=self._at)

    def _remember(self, field: str, before: Any, after: Any) -> None:
        past = PastChange(
            id=id_at(self._at, self._random),
            lead_id=self.lead.id,
            at=self._at,
            changed_by_id=self._by.id,
            changed_by_name=self._by.name,
            field=field,
            before=before,
            after=after,
        )
        self.changes.append(past)

    def _go_on(self) -> bool:
        """To the next moment: minutes later at the soonest, two days at the latest."""
        later = self._at + timedelta(milliseconds=int(600_000 + self._random.random() ** 3 * 172_800_000))
        if later > self._until:
            return False
        self._at = later
        return True
