"""Whose word on a visitor's address is taken."""

from contextlib import closing

from tests.support.process import StartServer
from tests.support.server import Server


def statuses(server: Server, addresses: list[str]) -> list[int]:
    lead = {"chatflowid": server.bot(public=True)}
    return [
        server.client.post("/api/v1/leads/", json=lead, headers={"X-Forwarded-For": address}).status_code
        for address in addresses
    ]


def test_a_forwarded_address_is_not_believed(start_server: StartServer, migrated_url: str) -> None:
    with closing(Server(start_server(migrated_url, public_rate_per_address="1/hour"))) as server:
        assert statuses(server, ["203.0.113.1", "203.0.113.2"]) == [200, 429]


def test_a_trusted_proxy_is_believed(start_server: StartServer, migrated_url: str) -> None:
    process = start_server(migrated_url, public_rate_per_address="1/hour", trusted_proxies="127.0.0.0/8")
    with closing(Server(process)) as server:
        forwarded = ["203.0.113.1", "203.0.113.2", "203.0.113.1", "198.51.100.9, 203.0.113.1"]
        assert statuses(server, forwarded) == [200, 200, 429, 429]


def test_a_bot_has_a_limit_of_its_own_and_says_when_to_come_back(
    start_server: StartServer, migrated_url: str
) -> None:
    with closing(Server(start_server(migrated_url, public_rate_per_bot="2/hour"))) as server:
        lead = {"chatflowid": server.bot(public=True)}
        answers = [server.client.post("/api/v1/leads/", json=lead) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 1 <= int(answers[2].headers["retry-after"]) <= 3_600
        # Who has a key is no stranger.
        keyed = server.client.post("/api/v1/leads/", json=lead, headers=server.bearer("capture"))
        assert keyed.status_code == 200
