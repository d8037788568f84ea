"""What is done to many leads at once."""

from leadkeep.actions import clock
from tests.console.conftest import MakePerson
from tests.support.leads import a_lead, settle
from tests.support.server import Server


def test_a_lead_is_deleted_once_however_often_it_is_chosen(server: Server, person: MakePerson) -> None:
    bot_id, ada = server.bot(), person("agent")
    [lead] = settle(server.database, a_lead(bot_id))
    asked = ada.post("/inbox/change", 200, do="delete", ids=[lead.id]).text
    assert "Delete 1 lead?" in asked
    assert ada.get(f"/leads/{lead.id}")
    ada.post("/inbox/change", do="delete", sure="yes", ids=[lead.id, lead.id])
    ada.get(f"/leads/{lead.id}", 404)


def test_no_more_leads_are_deleted_at_once_than_are_changed(person: MakePerson) -> None:
    ids = [clock.new_id() for _ in range(1_001)]
    page = person("agent").post("/inbox/change", 422, do="delete", sure="yes", ids=ids).text
    assert "more than 1000 leads" in page
