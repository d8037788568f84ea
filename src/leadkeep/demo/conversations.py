"""What is said in a session, and whether a person takes over."""

from datetime import datetime, timedelta
from random import Random

from leadkeep.demo.businesses import Business, phrases
from leadkeep.demo.ids import id_at
from leadkeep.demo.story import Actor
from leadkeep.demo.work import AGENTS
from leadkeep.domain.handover import Handover, HandoverState
from leadkeep.domain.message import Message, Role

_HANDED_OVER = 0.15
_REASON = "The visitor asked for a person"


class Conversation:
    """Told line by line."""

    def __init__(
        self, business: Business, session_id: str, language: str, at: datetime, random: Random
    ) -> None:
        self.messages: list[Message] = []
        self.handover: Handover | None = None
        self._business = business
        self._session_id = session_id
        self._said = phrases()[language]
        self._random = random
        self._at = at

    def talk(self) -> None:
        """The greeting, then one question or two, answered."""
        lines = self._said.talks[self._business.kind]
        self._say(Role.BOT, self._said.hello.format(bot=self._business.name))
        first = int(self._random.random() * len(lines) / 2) * 2
        count = 2 if self._random.random() < 0.5 else len(lines)
        for number in range(first, first + count):
            self._say(Role.BOT if number % 2 else Role.VISITOR, lines[number % len(lines)])

    def ask_for_contact(self, contact: str, name: str) -> Message:
        """The message that it was typed in."""
        self._say(Role.BOT, self._said.ask)
        typed = self._say(Role.VISITOR, self._said.give.format(contact=contact))
        self._say(Role.BOT, self._said.thanks.format(name=name))
        return typed

    def perhaps_hand_over(self, name: str, until: datetime) -> None:
        """In every state: those of the last hour still wait, or have just been claimed."""
        if self._random.random() >= _HANDED_OVER:
            return
        asked = self._say(Role.VISITOR, self._said.human)
        self._say(Role.BOT, self._said.handing)
        claimed_at = self._soon(asked.at, 600)
        agent = AGENTS[int(self._random.random() * len(AGENTS))]
        claimed = claimed_at if claimed_at <= until and self._random.random() < 0.95 else None
        answered_at = self._soon(claimed_at, 120)
        answered = answered_at if claimed and answered_at <= until else None
        ended_at = self._soon(answered_at, 1_800)
        ended = ended_at if answered and ended_at <= until and self._random.random() < 0.95 else None
        if answered:
            self._at = answered
            self._add(Role.AGENT, self._said.agent.format(name=name, agent=agent.name))
        self.handover = self._handover(asked.at, agent, claimed, answered, ended)

    def _handover(
        self,
        requested: datetime,
        agent: Actor,
        claimed: datetime | None,
        answered: datetime | None,
        ended: datetime | None,
    ) -> Handover:
        outcome = HandoverState.RESOLVED if self._random.random() < 0.7 else HandoverState.RETURNED
        return Handover(
            id=id_at(requested, self._random),
            bot_id=self._business.id,
            session_id=self._session_id,
            reason=_REASON,
            requested_at=requested,
            requested_by_id="demo-bot",
            requested_by_name=self._business.name,
            claimed_at=claimed,
            claimed_by_id=agent.id if claimed else None,
            claimed_by_name=agent.name if claimed else None,
            answered_at=answered,
            ended_at=ended,
            ended_by_id=agent.id if ended else None,
            ended_by_name=agent.name if ended else None,
            outcome=outcome if ended else None,
        )

    def _say(self, role: Role, text: str) -> Message:
        self._at = self._soon(self._at, 20)
        return self._add(role, text)

    def _add(self, role: Role, text: str) -> Message:
        message = Message(
            id=id_at(self._at, self._random),
            bot_id=self._business.id,
            session_id=self._session_id,
            role=role,
            text=text,
            at=self._at,
            vendor_id=None,
        )
        self.messages.append(message)
        return message

    def _soon(self, after: datetime, seconds: int) -> datetime:
        return after + timedelta(milliseconds=1_000 + int(self._random.random() * seconds * 1_000))


def state_of(handover: Handover) -> HandoverState:
    if handover.outcome:
        return handover.outcome
    return HandoverState.CLAIMED if handover.claimed_at else HandoverState.WAITING
