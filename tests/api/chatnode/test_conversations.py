"""`POST /v1/get-conversation-ids/{bot_id}` and `GET /v1/auth_me`, row by row of ChatNode's contract."""

import uuid

import pytest
import sqlalchemy as sa

from leadkeep.actions.append_messages import append_messages
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.message import NewMessage, Role
from leadkeep.storage.schema import sessions
from tests.support.leads import START, a_lead, put
from tests.support.server import Server


def rows(server: Server, bot: str, **sent: object) -> list[dict[str, object]]:
    headers = server.bearer("read")
    answer = server.client.post(f"/v1/get-conversation-ids/{bot}", headers=headers, **sent)  # type: ignore[arg-type]
    assert answer.status_code == 200
    found: list[dict[str, object]] = answer.json()
    return found


def test_a_session_is_one_row_in_chatnodes_words(server: Server) -> None:
    bot = server.bot()
    put(
        server.database,
        a_lead(bot, "s", name="Ada", email="a@b.c", phone="+1 201 5550123", phone_e164="+12015550123"),
    )
    assert rows(server, bot) == [
        {
            "session_id": "s",
            "created_at": "2026-11-23T07:02:23.000+00:00",
            "enduser_name": "Ada",
            "enduser_email": "a@b.c",
            "enduser_phone": "+12015550123",
            "for_agent": False,
        }
    ]


def test_unknown_fields_are_left_out(server: Server) -> None:
    bot = server.bot()
    put(server.database, a_lead(bot, "s", name="", phone="call me"))
    assert rows(server, bot)[0].keys() == {"session_id", "created_at", "enduser_phone", "for_agent"}


def test_several_captures_of_a_session_are_one_row(server: Server) -> None:
    bot = server.bot()
    put(server.database, a_lead(bot, "s", name="Ada", email="old@b.c"))
    put(server.database, a_lead(bot, "s", after_ms=5, name="", email="new@b.c"))
    (row,) = rows(server, bot)
    assert (row["enduser_name"], row["enduser_email"]) == ("Ada", "new@b.c")
    assert row["created_at"] == "2026-11-23T07:02:23.000+00:00"


def test_a_session_in_whose_chat_a_contact_was_typed_is_a_row(server: Server) -> None:
    bot = server.bot()
    for session, text in (("s", "Call +1 201 555 0123"), ("t", "Hi!")):
        with server.database.transaction() as store:
            message = NewMessage(role=Role.VISITOR, text=text)
            append_messages(store, OPERATOR, bot, session, [message])
    (row,) = rows(server, bot)
    assert (row["session_id"], row["enduser_phone"], row["for_agent"]) == ("s", "+12015550123", False)


def test_rows_come_newest_first_however_many(server: Server) -> None:
    bot = server.bot()
    put(server.database, *(a_lead(bot, f"s{n}", after_ms=n) for n in range(1_203)))
    assert [row["session_id"] for row in rows(server, bot)] == [f"s{n}" for n in reversed(range(1_203))]


def test_a_handed_over_session_without_contact_details_is_a_row_too(server: Server) -> None:
    bot = server.bot()
    handed_over = {"bot_id": bot, "id": "s", "created_at": START}
    handed_over |= {"lead_at": START, "handed_over_at": START}
    with server.database.transaction() as store:
        store.execute(sa.insert(sessions).values(**handed_over))
    (row,) = rows(server, bot)
    assert row == {"session_id": "s", "created_at": "2026-11-23T07:02:23.000+00:00", "for_agent": True}


@pytest.mark.parametrize("sent", [{}, {"json": {}}, {"json": [1]}, {"content": b"{"}])
@pytest.mark.parametrize("slash", ["", "/"])
def test_the_body_is_ignored_whatever_it_is(server: Server, sent: dict[str, object], slash: str) -> None:
    assert rows(server, server.bot() + slash, **sent) == []


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
@pytest.mark.parametrize(("method", "path"), [("POST", "get-conversation-ids/x"), ("GET", "auth_me")])
def test_no_known_token_is_401(server: Server, method: str, path: str, headers: dict[str, str]) -> None:
    answer = server.client.request(method, f"/v1/{path}", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"message": "Bearer token missing or unknown"})


def test_a_bot_out_of_reach_and_one_that_is_not_there_are_403(server: Server) -> None:
    mine, none = server.bot(), f"none-{uuid.uuid4()}"
    calls = [
        (server.bearer("read", bots=[mine, none]), server.bot()),
        (server.bearer("read", bots=[mine, none]), none),
        (server.bearer("read"), none),
        (server.bearer("read"), "a%00b"),
        (server.bearer("capture"), mine),
    ]
    for headers, bot in calls:
        answer = server.client.post(f"/v1/get-conversation-ids/{bot}", headers=headers)
        assert (answer.status_code, answer.json()) == (403, {"message": "Bot access not allowed"})


def test_a_token_can_ask_who_it_is(server: Server) -> None:
    answer = server.client.get("/v1/auth_me/", headers=server.bearer("read"))
    assert answer.status_code == 200
    assert answer.json() | {"id": ""} == {"id": "", "name": "test", "slug": "test"}
    uuid.UUID(answer.json()["id"])


def test_other_routes_and_methods_are_refused(server: Server) -> None:
    assert server.client.get("/v1/get-conversation-ids/x").status_code == 405
    assert server.client.get("/v1/nothing").status_code == 404
