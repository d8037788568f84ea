"""What the pages of the console are about: each thing made when a path or a form first names it."""

import re
import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType

import sqlalchemy as sa

from leadkeep.actions import clock
from leadkeep.actions.add_note import add_note
from leadkeep.actions.create_bot import create_bot
from leadkeep.actions.create_key import create_key
from leadkeep.actions.make_link import link_to_password
from leadkeep.actions.merge_people import merge_people
from leadkeep.actions.request_handover import request_handover
from leadkeep.actions.save_view import save_view
from leadkeep.actions.send_test import send_test
from leadkeep.console.assets import version
from leadkeep.domain.access import OPERATOR, Permission
from leadkeep.domain.bot import BotChange
from leadkeep.domain.key import NewKey
from leadkeep.domain.lead import Lead
from leadkeep.storage.database import Database
from leadkeep.storage.schema import deliveries, events
from tests.support.console import make_user
from tests.support.endpoints import make_endpoint
from tests.support.leads import a_lead, settle

_PLACE = re.compile(r"\{([a-z_]+)\}")


class Things:
    """Of one bot; a thing that is asked for again is the same. `known`: what is there already."""

    def __init__(self, database: Database, known: Mapping[str, str] = MappingProxyType({})) -> None:
        self.database = database
        self._made = dict(known)

    def fill(self, text: str) -> str:
        """With the things where they stand like `{lead_id}`. KeyError: MAKERS must learn of one."""
        return _PLACE.sub(lambda found: self[found[1]], text)

    def __getitem__(self, name: str) -> str:
        if name not in self._made:
            self._made[name] = MAKERS[name](self)
        return self._made[name]


def _bot(things: Things) -> str:
    bot_id = f"bot-{uuid.uuid4()}"
    with things.database.transaction() as store:
        return create_bot(store, OPERATOR, bot_id, BotChange()).id


def _settled(things: Things, name: str) -> Lead:
    # Nobody else has left what it says, so it has a person of its own.
    [lead] = settle(things.database, a_lead(things["bot_id"], things["session_id"], name=name))
    return lead


def _person(things: Things, name: str) -> str:
    person_id = _settled(things, name).person_id
    assert person_id is not None
    return person_id


def _merge(things: Things) -> str:
    one, other = things["person_id"], things["other_person_id"]
    with things.database.transaction() as store:
        return merge_people(store, OPERATOR, one, other, None).id


def _note(things: Things) -> str:
    lead_id = things["lead_id"]
    with things.database.transaction() as store:
        return add_note(store, OPERATOR, lead_id, "Call back").id


def _handover(things: Things) -> str:
    bot_id = things["bot_id"]
    with things.database.transaction() as store:
        return request_handover(store, OPERATOR, bot_id, things["session_id"], None).id


def _view(things: Things) -> str:
    user, _ = make_user(things.database, "owner")
    with things.database.transaction() as store:
        return save_view(store, user.grant(), "Won", "status=won", shared=True).id


def _key(things: Things) -> str:
    new = NewKey(name="test", permissions=frozenset({Permission.READ}), bots=None)
    with things.database.transaction() as store:
        return create_key(store, OPERATOR, new)[0].id


def _endpoint(things: Things) -> str:
    # Others share the server: it is for a bot that is theirs alone.
    return make_endpoint(things.database, "http://127.0.0.1:9/", bots=(things["bot_id"],)).id


def _delivery(things: Things) -> str:
    """One that is done, of a test."""
    now, endpoint_id = clock.now(), things["endpoint_id"]
    with things.database.transaction() as store:
        event_id = send_test(store, OPERATOR, endpoint_id)
    with things.database.transaction() as store:
        event = store.execute(sa.select(events).where(events.c.id == event_id)).one()
        row = {
            "event_number": event.number,
            "endpoint_id": endpoint_id,
            "subject": event.subject,
            "state": "delivered",
            "due_at": now,
            "created_at": now,
            "finished_at": now,
        }
        made = store.execute(sa.insert(deliveries).values(row).returning(deliveries.c.number))
        return str(made.scalar_one())


def _user(things: Things) -> str:
    return make_user(things.database, "viewer")[0].id


def _link(things: Things) -> str:
    user_id = things["user_id"]
    with things.database.transaction() as store:
        return link_to_password(store, OPERATOR, user_id)


MAKERS: Mapping[str, Callable[[Things], str]] = {
    "bot_id": _bot,
    "session_id": lambda things: f"session-{uuid.uuid4()}",
    "lead_id": lambda things: _settled(things, "Ada").id,
    "person_id": lambda things: _person(things, "Ada"),
    "other_person_id": lambda things: _person(things, "Grace"),
    "merge_id": _merge,
    "note_id": _note,
    "handover_id": _handover,
    "view_id": _view,
    "key_id": _key,
    "endpoint_id": _endpoint,
    "number": _delivery,
    "by": lambda things: "origin",
    "user_id": _user,
    "token": _link,
    "unique": lambda things: uuid.uuid4().hex,
    "of_version": lambda things: version(),
    "name": lambda things: "console.css",
}
