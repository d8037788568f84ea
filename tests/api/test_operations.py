"""What operators and their machines ask for."""

from contextlib import closing

import pytest
import sqlalchemy as sa

from tests.support.process import StartServer
from tests.support.server import Server


def test_a_server_says_that_it_lives_and_is_ready(server: Server) -> None:
    assert server.client.get("/livez").json() == {"status": "live"}
    assert server.client.get("/readyz").json() == {"status": "ready"}
    assert server.client.post("/livez").status_code == 405


def test_a_server_is_not_ready_for_a_schema_it_does_not_know(
    start_server: StartServer, migrated_url: str
) -> None:
    with closing(Server(start_server(migrated_url))) as server:
        with server.database.transaction() as store:
            store.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        answer = server.client.get("/readyz")
    assert answer.status_code == 503
    assert "newer" in answer.json()["problem"]


def test_metrics_count_requests_and_leads(server: Server) -> None:
    server.client.post("/api/v1/leads", json={"chatflowid": server.bot()}, headers=server.bearer("capture"))
    text = server.client.get("/metrics").text
    assert 'leadkeep_requests_total{face="flowise",method="POST",status="200"}' in text
    assert "leadkeep_leads_captured_total" in text
    assert "leadkeep_request_seconds_bucket" in text


@pytest.mark.parametrize(("sent", "kept"), [("abc-1", True), ("with space", False), ("x" * 65, False)])
def test_a_harmless_request_id_is_kept(server: Server, sent: str, kept: bool) -> None:
    answer = server.client.get("/api/v1/ping", headers={"X-Request-Id": sent})
    assert (answer.headers["x-request-id"] == sent) is kept


def test_the_log_names_routes_and_nothing_a_visitor_typed(
    start_server: StartServer, migrated_url: str
) -> None:
    process = start_server(migrated_url)
    secrets = ["Ada Secretname", "ada@secret.example", "+12015550123", "/secret-page", "secret-chat"]
    with closing(Server(process)) as server:
        token = server.token("capture", "read")
        lead = dict(zip(("name", "email", "phone", "page", "chatId"), secrets, strict=True))
        headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "find-me"}
        server.client.post("/api/v1/leads", json={"chatflowid": "shop", **lead}, headers=headers)
        server.client.post("/api/v1/leads", json={"chatflowid": {}, **lead}, headers=headers)
        server.client.get(f"/api/v1/leads/{secrets[1]}", headers=headers)
        server.client.get(f"/api/v2/leads?email={secrets[1]}", headers=headers)
        for prefix in ("/", "/api/v1/", "/v1/", "/api/v2/"):
            server.client.get(prefix + secrets[1])
            server.client.get(f"{prefix}{secrets[1]}/x")
    process.terminate()
    log = process.log.read_text()
    assert '"route":"/api/v1/leads/{id}"' in log
    assert "find-me" in log
    assert [secret for secret in [*secrets, token] if secret in log] == []
