"""What users change of themselves."""

from contextlib import closing

import pytest

from leadkeep.actions import change_account
from leadkeep.actions.change_account import change_preferences
from leadkeep.actions.change_user import change_user
from leadkeep.actions.read_users import get_user
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.user import Preferences, Role, User, UserChange
from leadkeep.storage.database import Database
from tests.support.console import make_user


def demoted(url: str, user: User) -> None:
    with closing(Database(url)) as other, other.transaction() as store:
        change_user(store, OPERATOR, user.id, UserChange(role=Role.VIEWER, bots=("shop",), disabled=True))


# Writers take turns with SQLite.
@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_who_saves_preferences_while_demoted_stays_demoted(
    database: Database, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user(database, "owner")
    eve, _ = make_user(database, "owner")

    def name_checked_late(text: str) -> str:
        demoted(migrated_url, eve)
        return text

    monkeypatch.setattr(change_account, "check_name", name_checked_late)
    with database.transaction() as store:
        change_preferences(store, eve.grant(), "Eve", Preferences(language="de"))
    with database.snapshot() as store:
        after = get_user(store, OPERATOR, eve.id)
    assert (after.name, after.preferences.language) == ("Eve", "de")
    assert (after.role, after.bots, after.disabled_at is None) == (Role.VIEWER, ("shop",), False)
