from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from leadkeep.actions import clock
from leadkeep.actions.create_bot import create_bot
from leadkeep.actions.survey_bots import SurveyedBot, survey_bot, survey_bots
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.bot import BotChange
from leadkeep.domain.errors import NotFoundError
from leadkeep.storage.database import Database
from tests.support.leads import START, a_lead, put

BERLIN = ZoneInfo("Europe/Berlin")
READER = Grant(id="r", name="r", permissions=frozenset({Permission.READ}), bots=frozenset({"a"}))


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(hours=5))


def survey(database: Database, grant: Grant = OPERATOR) -> dict[str, SurveyedBot]:
    with database.snapshot() as store:
        return {one.bot.id: one for one in survey_bots(store, grant, BERLIN, limit=10)}


def test_each_bot_has_its_days_and_its_last_lead(database: Database) -> None:
    hour, day = 3_600_000, 86_400_000
    put(database, a_lead("a"), a_lead("a", after_ms=hour), a_lead("a", after_ms=-day))
    put(database, a_lead("b", after_ms=-60 * day))
    with database.transaction() as store:
        create_bot(store, OPERATOR, "c", BotChange())
    found = survey(database)
    assert list(found) == ["a", "b", "c"]
    assert (found["a"].leads, found["a"].days[-2:]) == (3, (1, 2))
    assert found["a"].last_lead_at == START + timedelta(hours=1)
    assert (found["b"].leads, found["b"].last_lead_at) == (0, START - timedelta(days=60))
    assert (found["c"].leads, found["c"].last_lead_at) == (0, None)


def test_nobody_surveys_a_bot_that_is_not_theirs(database: Database) -> None:
    put(database, a_lead("a"), a_lead("b"))
    assert list(survey(database, READER)) == ["a"]
    with database.snapshot() as store, pytest.raises(NotFoundError):
        survey_bot(store, READER, BERLIN, "b")


def test_a_bot_with_a_session_is_not_empty(database: Database) -> None:
    put(database, a_lead("a"))
    with database.transaction() as store:
        create_bot(store, OPERATOR, "c", BotChange())
        assert survey_bot(store, OPERATOR, BERLIN, "a")[1] is False
        assert survey_bot(store, OPERATOR, BERLIN, "c")[1] is True
