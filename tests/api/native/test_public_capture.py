"""Leads that strangers leave with public bots, from pages of other sites."""

import uuid

from tests.support.server import Server

LEADS = "/api/v2/leads"
PAGE = "https://www.example.com"


def test_a_public_bot_takes_leads_without_a_token(server: Server) -> None:
    answer = server.client.post(LEADS, json={"bot_id": server.bot(public=True)}, headers={"Origin": PAGE})
    assert answer.status_code == 201
    assert answer.headers["access-control-allow-origin"] == "*"


def test_only_from_the_origins_it_lists(server: Server) -> None:
    bot = server.bot(public=True, origins=(PAGE,))
    for origin, status in ((PAGE, 201), ("https://evil.example", 403), ("null", 403)):
        answer = server.client.post(LEADS, json={"bot_id": bot}, headers={"Origin": origin})
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == "*"


def test_a_private_bot_looks_like_one_that_is_not_there(server: Server) -> None:
    bots = (server.bot(), f"none-{uuid.uuid4()}")
    answers = [server.client.post(LEADS, json={"bot_id": bot}) for bot in bots]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


def test_a_wrong_token_is_refused_on_a_public_bot_too(server: Server) -> None:
    for sent in ("Bearer lk_wrong", "Bearer", "Basic eDp5", ""):
        answer = server.client.post(
            LEADS, json={"bot_id": server.bot(public=True)}, headers={"Authorization": sent}
        )
        assert answer.status_code == 401


def test_strangers_too_may_send_a_lead_again(server: Server) -> None:
    sent = {"bot_id": server.bot(public=True), "name": "Ada"}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [server.client.post(LEADS, json=sent, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()


def test_a_page_may_ask_before_it_posts(server: Server) -> None:
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}
    answer = server.client.options(LEADS, headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "POST"
    allowed = answer.headers["access-control-allow-headers"].lower()
    assert {"content-type", "idempotency-key", "authorization"} <= set(allowed.split(", "))


def test_no_page_may_read_leads(server: Server) -> None:
    headers = server.bearer("read") | {"Origin": PAGE}
    for path in (LEADS, "/api/v2/bots", "/api/v2/me"):
        assert "access-control-allow-origin" not in server.client.get(path, headers=headers).headers


def test_nobody_learns_from_a_capture_that_somebody_was_known_before(server: Server) -> None:
    email = f"{uuid.uuid4()}@example.com"
    known = {"bot_id": server.bot(), "email": email}
    first = server.client.post("/api/v2/leads", json=known, headers=server.bearer("admin")).json()
    new = {"bot_id": server.bot(public=True), "email": email}
    for headers in ({}, server.bearer("capture")):
        answers = [server.client.post("/api/v2/leads", json=new, headers=headers).json()]
        if headers:
            batch = server.client.post("/api/v2/leads/batch", json={"leads": [new]}, headers=headers)
            answers.append(batch.json()["items"][0]["lead"])
        assert [answer["person_id"] for answer in answers] == [None] * len(answers)
    seen = server.client.post("/api/v2/leads", json=new, headers=server.bearer("capture", "read")).json()
    assert seen["person_id"] == first["person_id"]
