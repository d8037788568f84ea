"""What is shown when something cannot be."""

from tests.console.conftest import MakePerson
from tests.support.server import Server


def test_whoever_has_signed_in_keeps_the_menu_where_there_is_no_page(person: MakePerson) -> None:
    ada = person("viewer")
    assert 'href="/inbox"' in ada.get("/nope", 404)
    ada.client.cookies.clear()
    assert 'href="/inbox"' not in ada.get("/nope", 404)


def test_a_form_that_is_refused_leads_back_to_its_page(person: MakePerson) -> None:
    owner = person("owner")
    owner.client.headers["Referer"] = str(owner.client.base_url.join("/people/nobody"))
    assert 'href="/people/nobody">Back' in owner.post("/people/nobody/delete", 404).text
    answer = owner.post("/inbox/change", query="?status=new")
    assert answer.headers["location"] == "/inbox?status=new"
    assert "Choose a lead first." in owner.get("/inbox?status=new")


def test_the_servers_own_address_opens_the_console(server: Server) -> None:
    answer = server.client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert server.client.get("/nothing").status_code == 404
