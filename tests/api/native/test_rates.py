"""Whoever comes too often is told when to come back, and everyone how often they still may come."""

import re
from contextlib import closing

import httpx
import pytest

from tests.support.process import StartServer
from tests.support.server import Server

# Rates are counted in memory: on the other engine they are the same.
on_one_engine = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@on_one_engine
def test_a_stranger_who_comes_too_often_is_told_when_to_come_back(
    start_server: StartServer, migrated_url: str
) -> None:
    with closing(Server(start_server(migrated_url, public_rate_per_address="1/hour"))) as server:
        bot = server.bot(public=True)
        first, second = (server.client.post("/api/v2/leads", json={"bot_id": bot}) for _ in range(2))
    assert first.status_code == 201
    assert second.status_code == 429
    assert 1 <= int(second.headers["retry-after"]) <= 3_600
    assert second.headers["access-control-allow-origin"] == "*"
    assert second.headers["content-type"] == "application/problem+json"


def left(answer: httpx.Response) -> int:
    found = re.fullmatch(r'"(?:key|address)";r=(\d+);t=([1-9]\d*)', answer.headers["ratelimit"])
    assert found is not None
    return int(found[1])


@on_one_engine
def test_every_answer_tells_a_key_what_is_left_to_it(start_server: StartServer, migrated_url: str) -> None:
    with closing(Server(start_server(migrated_url, api_rate_per_key="100/hour"))) as server:
        bot, headers = server.bot(), server.bearer("admin")
        answers = [
            server.client.get("/api/v2/me", headers=headers),
            server.client.get("/api/v2/leads?boot=x", headers=headers),
            server.client.get("/api/v2/bots/none", headers=headers),
            server.client.post("/api/v2/leads", json={"bot_id": bot}, headers=headers),
            server.client.post("/api/v2/leads/batch", json={"leads": [{"bot_id": bot}] * 9}, headers=headers),
            server.client.delete(f"/api/v2/bots/{server.bot()}", headers=headers),
        ]
        other = server.client.get("/api/v2/me", headers=server.bearer("read"))
    assert [answer.status_code for answer in answers] == [200, 422, 404, 201, 200, 204]
    assert [left(answer) for answer in answers] == [99, 98, 97, 96, 95, 94]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"key";q=100;w=3600'}
    assert left(other) == 99


@on_one_engine
def test_a_key_that_comes_too_often_is_told_when_to_come_back(
    start_server: StartServer, migrated_url: str
) -> None:
    with closing(Server(start_server(migrated_url, api_rate_per_key="2/hour"))) as server:
        bot, headers = server.bot(), server.bearer("capture")
        lead, batch = {"bot_id": bot}, {"leads": [{"bot_id": bot}]}
        answers = [server.client.post("/api/v2/leads", json=lead, headers=headers) for _ in range(3)]
        answers.append(server.client.post("/api/v2/leads/batch", json=batch, headers=headers))
        others = server.client.get("/api/v2/leads", headers=server.bearer("read"))
        flowise = server.client.post(
            "/api/v1/leads", json={"chatflowid": bot, "chatId": "c"}, headers=headers
        )
    assert [answer.status_code for answer in answers] == [201, 201, 429, 429]
    for answer in answers[2:]:
        assert answer.headers["content-type"] == "application/problem+json"
        assert 1 <= int(answer.headers["retry-after"]) <= 3_600
        assert left(answer) == 0
    assert len(others.json()["items"]) == 2
    # The vendors' APIs know no such rate.
    assert flowise.status_code == 200


@on_one_engine
def test_strangers_are_told_of_their_own_rate(start_server: StartServer, migrated_url: str) -> None:
    with closing(Server(start_server(migrated_url, public_rate_per_address="2/hour"))) as server:
        bot = server.bot(public=True)
        answers = [server.client.post("/api/v2/leads", json={"bot_id": bot}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert [left(answer) for answer in answers] == [1, 0, 0]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"address";q=2;w=3600'}
    assert "RateLimit" in answers[0].headers["access-control-expose-headers"]


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/livez", "/readyz", "/api/v2/me", "/none"])
def test_where_nobody_is_known_nothing_is_counted(server: Server, path: str) -> None:
    assert "ratelimit" not in server.client.get(path).headers
