"""A visitor whom nobody comes to is told of once, when their bot's patience ends."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from leadkeep.actions import clock
from leadkeep.actions.claim_handover import claim_handover
from leadkeep.actions.create_bot import create_bot
from leadkeep.actions.escalate_handovers import any_waits_too_long, escalate_handovers
from leadkeep.actions.request_handover import request_handover
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.bot import BotChange
from leadkeep.domain.errors import InvalidError
from leadkeep.storage.database import Database
from leadkeep.storage.schema import events, handovers


def escalated(database: Database) -> list[str]:
    with database.transaction() as store:
        escalate_handovers(store)
    told = sa.select(events.c.subject).where(events.c.type == "session.escalated").order_by(events.c.number)
    with database.snapshot() as store:
        return list(store.execute(told).scalars())


def make_bot(database: Database, bot_id: str, minutes: int | None) -> None:
    with database.transaction() as store:
        create_bot(store, OPERATOR, bot_id, BotChange(escalate_after=minutes))


def request(database: Database, bot_id: str, session_id: str) -> None:
    with database.transaction() as store:
        request_handover(store, OPERATOR, bot_id, session_id, "help")


def test_who_waits_longer_than_their_bot_says_is_told_of_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bot_id, minutes in (("quick", 5), ("slow", 60), ("calm", None)):
        make_bot(database, bot_id, minutes)
        request(database, bot_id, "s1")
    request(database, "quick", "claimed")
    with database.transaction() as store:
        claim_handover(store, OPERATOR, "quick", "claimed")
    assert escalated(database) == []
    start = clock.now()
    for minutes, expected in ((6, ["quick/s1"]), (7, ["quick/s1"]), (61, ["quick/s1", "slow/s1"])):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: start + timedelta(minutes=minutes))
        assert escalated(database) == expected
    with database.snapshot() as store:
        assert not any_waits_too_long(store)
        at = store.execute(sa.select(handovers.c.bot_id).where(handovers.c.escalated_at.is_not(None)))
        assert set(at.scalars()) == {"quick", "slow"}


@pytest.mark.parametrize("minutes", [0, -1, 10_081])
def test_a_patience_that_cannot_be_is_refused(minutes: int) -> None:
    with pytest.raises(InvalidError, match="escalate_after"):
        BotChange(escalate_after=minutes).checked()
