"""What is done to many leads at once."""

import time
from threading import Thread

from leadkeep.actions import clock
from tests.console.conftest import MakePerson
from tests.support.leads import a_lead, settle
from tests.support.server import Server


def test_a_lead_is_deleted_once_however_often_it_is_chosen(server: Server, person: MakePerson) -> None:
    bot_id, ada = server.bot(), person("agent")
    [lead] = settle(server.database, a_lead(bot_id))
    ada.post("/inbox/change", do="delete", ids=[lead.id, lead.id])
    ada.get(f"/leads/{lead.id}", 404)


def test_no_more_leads_are_deleted_at_once_than_are_changed(person: MakePerson) -> None:
    ids = [clock.new_id() for _ in range(1_001)]
    page = person("agent").post("/inbox/change", 422, do="delete", ids=ids).text
    assert "more than 1000 leads" in page


def test_nobody_waits_until_many_leads_are_deleted(server: Server, person: MakePerson) -> None:
    bot_id, ada, grace = server.bot(), person("agent"), person("agent")
    ids = [lead.id for lead in settle(server.database, *(a_lead(bot_id, f"s-{n}") for n in range(600)))]
    deleting = Thread(target=ada.post, args=("/inbox/change",), kwargs={"do": "delete", "ids": ids})
    begun, waits = time.monotonic(), list[float]()
    deleting.start()
    while deleting.is_alive():
        asked = time.monotonic()
        grace.post("/inbox/columns", column="email")
        waits.append(time.monotonic() - asked)
    assert max(waits) < (time.monotonic() - begun) / 2
