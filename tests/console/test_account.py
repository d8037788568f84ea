"""What people change of their own account."""

import re

from leadkeep.actions.read_audit import read_audit
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.audit import AuditFilter, Deed
from tests.console.conftest import MakePerson
from tests.support.server import Server


def test_preferences_are_kept_and_heeded(person: MakePerson) -> None:
    ada = person("viewer")
    ada.post("/account", name="Ada L.", language="en", time_zone="Europe/Berlin", theme="dark")
    page = ada.get("/account")
    assert 'data-theme="dark"' in page
    assert 'value="Ada L."' in page


def test_a_form_without_our_token_changes_nothing(person: MakePerson) -> None:
    ada = person("viewer")
    answer = ada.client.post(
        "/account", data={"name": "Eve", "theme": "dark", "language": "", "time_zone": ""}
    )
    assert answer.status_code == 403
    assert "Eve" not in ada.get("/account")


def test_signing_out_everywhere_ends_this_browser_too(person: MakePerson) -> None:
    ada = person("viewer")
    assert ada.post("/account/sign-out").headers["location"] == "/sign-in"
    answer = ada.client.get("/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Faccount")


def test_a_new_name_is_written_down(server: Server, person: MakePerson) -> None:
    ada = person("agent")
    ada.post("/account", name="Grace", language="", time_zone="", theme="auto")
    ada.post("/account", name="Grace", language="de", time_zone="", theme="auto")
    with server.database.snapshot() as store:
        wanted = AuditFilter(actor_id=ada.user.id, deed=Deed.USER_CHANGED)
        (found,) = read_audit(store, OPERATOR, wanted, None, 10)
    assert (found.subject, found.facts["fields"]) == (ada.user.id, ["name"])


def test_what_is_wrong_with_a_form_is_said_on_it(person: MakePerson) -> None:
    ada = person("viewer")
    found = re.search(r'name="secret" value="([A-Z2-7]+)"', ada.get("/account/second-factor"))
    assert found is not None
    again = ada.post("/account/second-factor", 422, secret=found[1], code="000000", old_password="wrong").text
    assert f'name="secret" value="{found[1]}"' in again
    assert "Your password is not right" in again
    again = ada.post("/account/password", 422, old_password="wrong", password="seven calm otters read").text
    assert "Your password is not right" in again
    assert 'action="/account/password"' in again


def test_it_is_saved_in_the_language_that_was_chosen(person: MakePerson) -> None:
    ada = person("viewer")
    ada.post("/account", name="Ada", language="de", time_zone="", theme="auto")
    assert "Gespeichert." in ada.get("/account")
