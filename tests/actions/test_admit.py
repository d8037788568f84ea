import asyncio
from typing import Any

import pytest

from leadkeep.actions.admit import Admission, Caller, Doorkeeper
from leadkeep.actions.directory import Directory
from leadkeep.actions.gate import Gate
from leadkeep.actions.public_limits import PublicLimits
from leadkeep.domain.bot import Bot, BotChange
from leadkeep.domain.errors import (
    ForbiddenError,
    LeadkeepError,
    NotFoundError,
    TooManyError,
    UnauthenticatedError,
)
from leadkeep.storage import bots
from leadkeep.storage.database import Database
from tests.support.leads import START
from tests.support.server import make_token

SITE = Bot(id="site", name="", public=True, origins=("https://a.example",), region="DE", created_at=START)


@pytest.fixture
def doorkeeper(database: Database) -> Doorkeeper:
    with database.transaction() as store:
        bots.add(store, Bot(id="closed", name="", created_at=START))
        bots.add(store, Bot(id="public", name="", public=True, created_at=START))
        bots.add(store, SITE)
    return Doorkeeper(Gate(database), Directory(database), PublicLimits("3/minute", "5/minute"))


def asked(
    doorkeeper: Doorkeeper,
    bot_id: str,
    token: str | None = None,
    *,
    origin: str | None = None,
    address: str = "192.0.2.1",
) -> Admission | type[LeadkeepError]:
    """The admission, or what kind of error refused it."""
    try:
        return asyncio.run(doorkeeper.admit(Caller(token, origin, address), bot_id))
    except LeadkeepError as error:
        return type(error)


def test_a_stranger_may_leave_a_lead_with_a_public_bot_only(doorkeeper: Doorkeeper) -> None:
    public = Bot(id="public", name="", public=True, created_at=START)
    assert asked(doorkeeper, "public") == Admission(None, makes_bot=False, bot=public)
    assert asked(doorkeeper, "closed") is UnauthenticatedError
    assert asked(doorkeeper, "none") is UnauthenticatedError


@pytest.mark.parametrize(
    ("origin", "outcome"),
    [
        (None, Admission(None, makes_bot=False, bot=SITE)),
        ("https://a.example", Admission(None, makes_bot=False, bot=SITE)),
        ("https://b.example", ForbiddenError),
        ("null", ForbiddenError),
    ],
)
def test_a_page_elsewhere_may_not(doorkeeper: Doorkeeper, origin: str | None, outcome: Any) -> None:
    assert asked(doorkeeper, "site", origin=origin) == outcome


def test_who_is_admitted_is_told_where_the_bots_numbers_are_dialled(
    database: Database, doorkeeper: Doorkeeper
) -> None:
    for token in (None, make_token(database, "capture"), make_token(database, "capture", bots=["site"])):
        admission = asked(doorkeeper, "site", token)
        assert isinstance(admission, Admission)
        assert admission.region == "DE"


@pytest.mark.parametrize("bot_id", ["public", "closed", "none"])
def test_a_wrong_token_is_refused_on_a_public_bot_too(doorkeeper: Doorkeeper, bot_id: str) -> None:
    assert asked(doorkeeper, bot_id, "lk_wrong") is UnauthenticatedError
    assert asked(doorkeeper, bot_id, "") is UnauthenticatedError


def test_a_token_for_all_bots_makes_those_that_are_not_there(
    database: Database, doorkeeper: Doorkeeper
) -> None:
    token = make_token(database, "capture")
    known, new = asked(doorkeeper, "closed", token), asked(doorkeeper, "none", token)
    assert isinstance(known, Admission)
    assert isinstance(new, Admission)
    assert (known.makes_bot, new.makes_bot) == (True, True)
    assert (known.bot_known, new.bot_known) == (True, False)
    assert (known.region, new.region) == (None, None)
    assert known.grant == new.grant is not None


def test_a_token_for_named_bots_knows_no_other_and_makes_none(
    database: Database, doorkeeper: Doorkeeper
) -> None:
    token = make_token(database, "capture", bots=["closed", "none"])
    assert isinstance(asked(doorkeeper, "closed", token), Admission)
    assert asked(doorkeeper, "none", token) is NotFoundError
    assert asked(doorkeeper, "public", token) is NotFoundError


def test_a_token_that_may_not_capture_is_forbidden_on_a_public_bot_too(
    database: Database, doorkeeper: Doorkeeper
) -> None:
    assert asked(doorkeeper, "public", make_token(database, "read", "write")) is ForbiddenError


def test_strangers_are_counted_by_address_and_callers_with_a_token_are_not(
    database: Database, doorkeeper: Doorkeeper
) -> None:
    token = make_token(database, "capture")
    outcomes = [asked(doorkeeper, "public") for _ in range(5)]
    assert outcomes[3:] == [TooManyError, TooManyError]
    assert isinstance(asked(doorkeeper, "public", address="192.0.2.2"), Admission)
    assert isinstance(asked(doorkeeper, "public", token), Admission)


def test_a_household_counts_as_one_address(doorkeeper: Doorkeeper) -> None:
    outcomes = [asked(doorkeeper, "public", address=f"2001:db8::{number}") for number in range(4)]
    assert outcomes[3] is TooManyError
    assert isinstance(asked(doorkeeper, "public", address="2001:db8:0:1::1"), Admission)


def test_a_bot_takes_only_so_many_from_everywhere(doorkeeper: Doorkeeper) -> None:
    outcomes = [asked(doorkeeper, "public", address=f"192.0.2.{number}") for number in range(6)]
    assert outcomes[5] is TooManyError
    assert isinstance(asked(doorkeeper, "site", address="192.0.2.99"), Admission)


def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    limits = PublicLimits("1/minute", "9/minute")
    limits.count("192.0.2.1", "b")
    with pytest.raises(TooManyError) as refused:
        limits.count("192.0.2.1", "b")
    assert 1 <= refused.value.retry_after <= 120


def test_a_bot_that_became_public_is_known_to_be_once_forgotten(database: Database) -> None:
    directory = Directory(database)

    async def run() -> list[bool]:
        seen = []
        for public in (False, True):
            with database.transaction() as store:
                bots.add(store, Bot(id="b", name="", created_at=START))
                bots.change(store, "b", BotChange(public=public))
            directory.forget("b")
            found = await directory.find("b")
            seen.append(found is not None and found.public)
        return seen

    assert asyncio.run(run()) == [False, True]
