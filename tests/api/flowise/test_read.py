"""The reading routes of the Flowise face, and what the widget asks at its start."""

import uuid

import pytest

from leadkeep.actions.append_messages import append_messages
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.bot import FormChange
from leadkeep.domain.message import NewMessage, Role
from tests.support.leads import a_lead, put
from tests.support.server import Server


def test_leads_come_oldest_first_each_with_all_seven_keys(server: Server) -> None:
    bot = server.bot()
    put(server.database, *(a_lead(bot, f"s{n}", after_ms=-n, name=f"n{n}") for n in range(3)))
    leads = server.client.get(f"/api/v1/leads/{bot}/", headers=server.bearer("read")).json()
    assert [lead["name"] for lead in leads] == ["n2", "n1", "n0"]
    keys = {"id", "name", "email", "phone", "chatflowid", "chatId", "createdDate"}
    assert all(lead.keys() == keys for lead in leads)
    assert leads[2]["createdDate"] == "2026-11-23T07:02:23.000Z"
    assert leads[2]["email"] == ""


def test_a_contact_typed_in_the_chat_is_a_lead_and_what_was_not_said_is_empty(server: Server) -> None:
    bot = server.bot()
    with server.database.transaction() as store:
        message = NewMessage(role=Role.VISITOR, text="It's Ada@Example.com")
        append_messages(store, OPERATOR, bot, "c-1", [message])
    (lead,) = server.client.get(f"/api/v1/leads/{bot}", headers=server.bearer("read")).json()
    assert (lead["chatId"], lead["email"]) == ("c-1", "Ada@Example.com")
    assert (lead["name"], lead["phone"]) == ("", "")


@pytest.mark.parametrize("number", [99, 100, 101, 1_100, 2_345])
def test_a_list_of_any_length_is_whole(server: Server, number: int) -> None:
    bot = server.bot()
    put(server.database, *(a_lead(bot, f"s{n}", after_ms=n // 7, name=str(n)) for n in range(number)))
    leads = server.client.get(f"/api/v1/leads/{bot}", headers=server.bearer("read")).json()
    assert len({lead["id"] for lead in leads}) == number
    moments = [lead["createdDate"] for lead in leads]
    assert moments == sorted(moments)


def test_a_chatflow_without_leads_has_an_empty_list(server: Server) -> None:
    answer = server.client.get(f"/api/v1/leads/{server.bot()}", headers=server.bearer("read"))
    assert (answer.status_code, answer.text) == (200, "[]")


def test_an_unknown_chatflow_and_one_out_of_reach_look_the_same(server: Server) -> None:
    mine, other, none = server.bot(), server.bot(), f"none-{uuid.uuid4()}"
    headers = server.bearer("read", bots=[mine])
    assert server.client.get(f"/api/v1/leads/{mine}", headers=headers).status_code == 200
    for bot in (other, none):
        answer = server.client.get(f"/api/v1/leads/{bot}", headers=headers)
        assert answer.status_code == 404
        assert answer.json()["message"] == f"Chatflow {bot} not found"


@pytest.mark.parametrize("bot", ["a b", "x" * 65, "a%00", "a/b", "%F0%9F%98%80"])
def test_an_id_that_cannot_be_one_is_malformed(server: Server, bot: str) -> None:
    answer = server.client.get(f"/api/v1/leads/{bot}", headers=server.bearer("read"))
    assert (answer.status_code, answer.json()["message"]) == (400, "Invalid Chatflow ID")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_reading_needs_a_token_on_a_public_bot_too(server: Server, headers: dict[str, str]) -> None:
    answer = server.client.get(f"/api/v1/leads/{server.bot(public=True)}", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_that_may_only_capture_reads_nothing(server: Server) -> None:
    answer = server.client.get(f"/api/v1/leads/{server.bot()}", headers=server.bearer("capture"))
    assert answer.status_code == 403


def test_no_id_is_said_as_flowise_says_it(server: Server) -> None:
    answer = server.client.get("/api/v1/leads")
    assert (answer.status_code, answer.json()["message"]) == (412, "id not provided!")


def test_ping_is_answered(server: Server) -> None:
    answer = server.client.get("/api/v1/ping/")
    assert (answer.status_code, answer.text) == (200, "pong")


def test_the_widget_learns_which_fields_to_show(server: Server) -> None:
    form = FormChange(title="Hello", success_message="Thanks", ask_phone=False)
    bot = server.bot(public=True, form=form)
    config = server.client.get(f"/api/v1/public-chatbotConfig/{bot}").json()
    assert config["leads"] == {
        "status": True,
        "title": "Hello",
        "successMessage": "Thanks",
        "name": True,
        "email": True,
        "phone": False,
    }
    assert server.client.get(f"/api/v1/chatflows-streaming/{bot}").json() == {"isStreaming": False}


@pytest.mark.parametrize("route", ["public-chatbotConfig", "chatflows-streaming"])
def test_strangers_learn_nothing_of_a_private_bot(server: Server, route: str) -> None:
    for bot in (server.bot(), f"none-{uuid.uuid4()}"):
        answer = server.client.get(f"/api/v1/{route}/{bot}")
        assert answer.status_code == 404
        assert answer.json()["message"] == f"Chatflow {bot} not found"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/api/v1/leads", 405),
        ("PUT", "/api/v1/leads/abc", 405),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/", 404),
        ("POST", "/api/v1/prediction/abc", 404),
    ],
)
def test_other_routes_are_refused_in_flowises_shape(
    server: Server, method: str, path: str, status: int
) -> None:
    answer = server.client.request(method, path)
    assert answer.status_code == status
    assert answer.json()["statusCode"] == status
    assert answer.json()["success"] is False


def test_a_page_may_read_the_answer_of_a_route_that_is_not_here(server: Server) -> None:
    preflight = server.client.options("/api/v1/prediction/abc", headers={"Origin": "https://www.example.com"})
    assert preflight.status_code == 204
    answer = server.client.post("/api/v1/prediction/abc", json={"question": "Hello?"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "the chat itself is elsewhere" in answer.json()["message"]
