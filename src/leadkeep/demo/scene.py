"""One visit as it unfolds: what is said, which leads come of it, and what the team makes of them."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec

from leadkeep.demo.browsers import WAYS
from leadkeep.demo.businesses import Business
from leadkeep.demo.conversations import Conversation, state_of
from leadkeep.demo.ids import id_at
from leadkeep.demo.story import Story
from leadkeep.demo.visitors import Visitor
from leadkeep.demo.work import Work
from leadkeep.domain.browser import read_user_agent
from leadkeep.domain.contact import read_email, read_phone
from leadkeep.domain.lead import Lead
from leadkeep.domain.session import Session, contacts_of

_TYPED_IN_CHAT, _NAMED, _TYPO = 0.3, 0.94, 0.01
_ORIGINS = ("flowise", "flowise", "native")
# Countries whose numbers begin with a single 0 at home.
_TRUNK_ZERO = {"AU": 3, "BE": 3, "DE": 3, "FR": 3, "GB": 3, "JP": 3, "TR": 3}


class Scene:
    def __init__(self, random: Random, business: Business, visitor: Visitor, at: datetime) -> None:
        self._random = random
        self._business = business
        self._visitor = visitor
        self._at = at
        self._session_id = id_at(at, random)
        self._talk: Conversation | None = None
        self._leads: list[Lead] = []

    def talk(self) -> None:
        language = self._business.language_for(self._visitor.country.language)
        self._talk = Conversation(self._business, self._session_id, language, self._at, self._random)
        self._talk.talk()

    def leave_lead(self, number: int) -> None:
        """By the form; or the first one typed in the chat, where no name is asked for."""
        random = self._random
        email, phone = self._contact()
        if self._talk and not number and random.random() < _TYPED_IN_CHAT:
            contact = email or phone or ""
            typed = self._talk.ask_for_contact(contact, self._visitor.name)
            phone = None if email else phone
            self._leads.append(self._lead(typed.at, None, email, phone, "transcript", typed.id))
            return
        at = self._at + timedelta(milliseconds=int(60_000 + (number + random.random()) * 180_000))
        name = self._visitor.name if random.random() < _NAMED else None
        origin = _ORIGINS[int(random.random() * len(_ORIGINS))]
        self._leads.append(self._lead(at, name, email, phone, origin, None))

    def story(self, until: datetime, *, talkative: bool) -> Story:
        random, talk, told = self._random, self._talk, Story(self._session(), [], [], None, [], [])
        if talk:
            talk.perhaps_hand_over(self._visitor.name, until)
            told = told._replace(messages=talk.messages, handover=talk.handover)
        for lead in self._leads:
            work = Work(lead, random, until)
            work.do(with_notes=talkative)
            told.leads.append(work.lead)
            told.changes.extend(work.changes)
            told.notes.extend(work.notes)
        return told._replace(session=_as_known(told))

    def _session(self) -> Session:
        """As it begins."""
        random, country = self._random, self._visitor.country
        way = WAYS[int(random.random() * len(WAYS))]
        page = self._business.pages[int(random.random() * len(self._business.pages))]
        browser = read_user_agent(self._visitor.user_agent)
        return Session(
            bot_id=self._business.id,
            id=self._session_id,
            created_at=self._at,
            lead_at=None,
            name=None,
            email=None,
            phone=None,
            handed_over_at=None,
            handover=None,
            waiting_since=None,
            page_url=f"{self._business.site}{page}{way.query and f'?{way.query}'}",
            referrer=way.referrer,
            utm=way.utm,
            locale=country.locale,
            country=country.region,
            user_agent=self._visitor.user_agent,
            browser=browser.browser,
            os=browser.os,
            device=browser.device,
        )

    def _contact(self) -> tuple[str | None, str | None]:
        """At least one of the two, as it was typed this time."""
        visitor, random = self._visitor, self._random
        email, phone = visitor.email, visitor.phone if self._business.ask_phone else None
        if email and phone:
            chance = random.random()
            email, phone = (email if chance < 0.9 else None), (phone if chance > 0.25 else None)
        if email and random.random() < _TYPO:
            email = email.replace("@", " at ")
        elif email and random.random() < 0.08:
            email = email.capitalize()
        if email is None and phone is None:
            phone = visitor.phone
        return email, self._typed(phone) if phone else None

    def _typed(self, e164: str) -> str:
        """With the country code, or as it is dialled at home, or without any spaces."""
        chance, region = self._random.random(), self._visitor.country.region
        if chance < 0.25 and region == self._business.region and region in _TRUNK_ZERO:
            national = e164[_TRUNK_ZERO[region] :]
            return f"0{national[:3]} {national[3:]}"
        if chance < 0.6:
            return f"{e164[:3]} {e164[3:6]} {e164[6:9]} {e164[9:]}".strip()
        return e164

    def _lead(
        self,
        at: datetime,
        name: str | None,
        email: str | None,
        phone: str | None,
        origin: str,
        message_id: str | None,
    ) -> Lead:
        """What their contact details amount to is read as a capture reads it."""
        of_email, of_phone = read_email(email), read_phone(phone, self._business.region)
        return Lead(
            id=id_at(at, self._random),
            bot_id=self._business.id,
            session_id=self._session_id,
            name=name,
            email=email,
            email_normal=of_email.normal,
            email_problem=of_email.problem,
            email_disposable=of_email.disposable,
            email_role=of_email.role,
            phone=phone,
            phone_e164=of_phone.e164,
            phone_problem=of_phone.problem,
            phone_region=of_phone.region,
            phone_type=of_phone.type,
            attributes={},
            origin=origin,
            message_id=message_id,
            created_at=at,
            changed_at=at,
        )


def _as_known(told: Story) -> Session:
    """What the session knows by its leads and its hand-over."""
    known: dict[str, Any] = {}
    for contact in contacts_of(sorted(told.leads, key=lambda lead: (lead.created_at, lead.id))):
        known = {name: getattr(contact, name) for name in ("lead_at", "name", "email", "phone")}
    if told.handover:
        requested_at = told.handover.requested_at
        known["lead_at"] = min(known.get("lead_at", requested_at), requested_at)
        known |= {"handed_over_at": requested_at, "handover": state_of(told.handover)}
    return msgspec.structs.replace(told.session, **known) if known else told.session
