"""One session with all that came of it."""

from typing import NamedTuple

from leadkeep.domain.handover import Handover
from leadkeep.domain.lead import Lead
from leadkeep.domain.lead_change import PastChange
from leadkeep.domain.message import Message
from leadkeep.domain.note import Note
from leadkeep.domain.session import Session


class Actor(NamedTuple):
    id: str
    name: str


class Story(NamedTuple):
    """Leads are as the team has left them; whose they are nobody knows yet."""

    session: Session
    leads: list[Lead]
    messages: list[Message]
    handover: Handover | None
    changes: list[PastChange]
    notes: list[Note]
