"""Sign-ins and links, as rows."""

from datetime import timedelta

import pytest

from leadkeep.actions import clock
from leadkeep.domain.sign_in import IDLE, LIFE, LINK_LIFE, Link, Purpose, SignIn
from leadkeep.storage import sign_ins
from leadkeep.storage.database import Database
from tests.support.console import make_user

MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("created", "seen", "is_kept"),
    [
        (IDLE - MOMENT, IDLE - MOMENT, True),
        (IDLE + MOMENT, IDLE + MOMENT, False),
        (LIFE - MOMENT, MOMENT, True),
        (LIFE + MOMENT, MOMENT, False),
    ],
)
def test_those_nobody_can_come_back_by_are_forgotten(
    database: Database, created: timedelta, seen: timedelta, is_kept: bool
) -> None:
    now, user = clock.now(), make_user(database, "viewer")[0]
    old = SignIn(
        id=clock.new_id(),
        user_id=user.id,
        device="Test",
        address="127.0.0.1",
        created_at=now - created,
        seen_at=now - seen,
    )
    with database.transaction() as store:
        sign_ins.add(store, old, "hash")
        sign_ins.forget_old(store, now)
        assert (sign_ins.by_hash(store, "hash") is not None) is is_kept


def test_links_are_forgotten_once_they_have_run_out(database: Database) -> None:
    now = clock.now()
    with database.transaction() as store:
        link = Link(purpose=Purpose.FIRST_OWNER, user_id=None, expires_at=now + LINK_LIFE)
        sign_ins.add_link(store, link, "hash")
        sign_ins.forget_old(store, now + LINK_LIFE - MOMENT)
        assert sign_ins.link_by_hash(store, "hash") == link
        sign_ins.forget_old(store, now + LINK_LIFE)
        assert sign_ins.link_by_hash(store, "hash") is None
