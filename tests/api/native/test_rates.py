"""Strangers who come too often are told when to come back."""

from contextlib import closing

from tests.support.process import StartServer
from tests.support.server import Server


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
