from datetime import timedelta

from leadkeep.actions.list_keys import list_keys
from leadkeep.domain.access import OPERATOR, Permission
from leadkeep.domain.key import Key, token_hash
from leadkeep.storage import keys
from leadkeep.storage.database import Database
from tests.support.command import Command


def only_key(database: Database) -> Key:
    with database.snapshot() as store:
        (key,) = list_keys(store, OPERATOR)
    return key


def test_the_token_stands_alone_on_standard_output(leadkeep: Command, database: Database) -> None:
    done = leadkeep("keys", "create", "crm", "--permission", "read")
    token = done.out.removesuffix("\n")
    with database.snapshot() as store:
        key = keys.by_hash(store, token_hash(token))
    assert key is not None
    assert done.err == f"Key {key.id} made. This is the only time its token is shown.\n"


def test_a_key_holds_what_was_asked_for(leadkeep: Command, database: Database) -> None:
    options = "--permission read --permission capture --bot shop --bot help --expires 90d"
    leadkeep("keys", "create", "crm", *options.split())
    key = only_key(database)
    assert key.permissions == {Permission.READ, Permission.CAPTURE}
    assert key.bots == frozenset({"shop", "help"})
    assert key.expires_at is not None
    assert timedelta(days=89) < key.expires_at - key.created_at < timedelta(days=91)


def test_a_bot_that_is_not_there_yet_is_pointed_out(leadkeep: Command) -> None:
    leadkeep("bots", "create", "shop")
    done = leadkeep("keys", "create", "crm", "--permission", "read", "--bot", "shop", "--bot", "shpo")
    assert done.out.count("\n") == 1
    assert done.err.splitlines()[1:] == ["There is no bot shpo yet; the key will hold for it once there is."]


def test_a_key_is_for_all_bots_and_for_good_unless_told(leadkeep: Command, database: Database) -> None:
    leadkeep("keys", "create", "crm", "--permission", "admin")
    key = only_key(database)
    assert (key.bots, key.expires_at) == (None, None)


def test_keys_are_listed_without_their_tokens(leadkeep: Command, database: Database) -> None:
    token = leadkeep("keys", "create", "crm", "--permission", "read").out.strip()
    listed = leadkeep("keys", "list").out
    assert only_key(database).id in listed
    assert token[:9] in listed
    assert token not in listed


def test_a_revoked_key_stays_listed(leadkeep: Command, database: Database) -> None:
    leadkeep("keys", "create", "crm", "--permission", "read")
    key_id = only_key(database).id
    assert leadkeep("keys", "revoke", key_id).out == f"Key {key_id} (crm) is revoked.\n"
    assert only_key(database).revoked_at is not None
    assert "revoked" in leadkeep("keys", "list").out


def test_a_key_that_is_not_there_cannot_be_revoked(leadkeep: Command) -> None:
    unknown = "01a20876-32c0-76e1-941d-bea12d116c5a"
    for key_id in ("nope", unknown):
        assert leadkeep("keys", "revoke", key_id, code=1).err == f"leadkeep: Key {key_id} not found\n"


def test_an_age_that_is_none_is_refused(leadkeep: Command) -> None:
    done = leadkeep("keys", "create", "crm", "--permission", "read", "--expires", "soon", code=2)
    assert done.out == ""
    assert "as in 90d" in done.err


def test_a_name_that_is_no_unicode_and_an_age_beyond_all_dates_are_refused(leadkeep: Command) -> None:
    done = leadkeep("keys", "create", "\udcff", "--permission", "read", code=1)
    assert "not valid Unicode" in done.err
    done = leadkeep("keys", "create", "crm", "--permission", "read", "--expires", "999999w", code=2)
    assert "100 years" in done.err
