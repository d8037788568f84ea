"""Events as mail: from a capture to a real mail server, one by one or gathered."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa

from leadkeep.actions import clock
from leadkeep.domain.endpoint import Endpoint, Form
from leadkeep.storage.database import Database
from leadkeep.storage.schema import deliveries
from tests.acceptance.test_deliveries import capture, change, client_of
from tests.support.endpoints import make_endpoint, outcomes_of, states_of
from tests.support.process import ServerProcess, StartServer
from tests.support.smtp import PASSWORD, USER, MailServer, mail_server
from tests.support.waiting import wait_until


@pytest.fixture
def mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """Trusted by whatever is started from here on."""
    with mail_server() as server:
        authority = tmp_path / "authority.pem"
        server.authority.cert_pem.write_to_path(str(authority))
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        yield server


def start(
    start_server: StartServer, url: str, mails: MailServer, smtp_host: str = "localhost"
) -> ServerProcess:
    return start_server(
        url,
        smtp_host=smtp_host,
        smtp_port=mails.port,
        smtp_user=USER,
        smtp_password=PASSWORD,
        smtp_from="leads@example.com",
        public_url="https://leads.example.com",
    )


def taken(mails: MailServer, count: int) -> list[EmailMessage]:
    found: list[EmailMessage] = []

    def enough() -> bool:
        found.extend(mails.take())
        return len(found) >= count

    wait_until(enough)
    return found


def mail_endpoint(database: Database, **fields: object) -> Endpoint:
    return make_endpoint(database, "mailto:sales@example.com,boss@example.com", form=Form.EMAIL, **fields)


def test_a_lead_is_mailed_with_a_link_and_what_follows_is_its_thread(
    migrated_url: str, database: Database, start_server: StartServer, mails: MailServer
) -> None:
    endpoint = mail_endpoint(database)
    process = start(start_server, migrated_url, mails)
    with client_of(process, database) as client:
        (lead,) = capture(client, 1)
        change(client, [lead], owner="Grace Hopper")
    new, changed = taken(mails, 2)
    assert new["To"] == "sales@example.com, boss@example.com"
    assert new["Subject"].startswith("New lead")
    assert new["References"] == changed["References"]
    text = new.get_body(("plain",))
    assert text is not None
    assert f"https://leads.example.com/leads/{lead}" in text.get_content()
    wait_until(lambda: outcomes_of(database, endpoint) == ["ok", "ok"])
    assert PASSWORD not in process.log.read_text()
    assert process.terminate() == 0


def test_gathered_mail_comes_as_one(
    migrated_url: str, database: Database, start_server: StartServer, mails: MailServer
) -> None:
    endpoint = mail_endpoint(database, digest_minutes=60)
    process = start(start_server, migrated_url, mails)
    with client_of(process, database) as client:
        leads = capture(client, 3)
        change(client, leads, owner="Grace Hopper")
    wait_until(lambda: states_of(database, endpoint) == ["due"] * 6)
    assert mails.take() == []
    with database.transaction() as store:
        store.execute(sa.update(deliveries).values(due_at=clock.now()))
    (mail,) = taken(mails, 1)
    assert mail["Subject"].startswith("6 events")
    wait_until(lambda: states_of(database, endpoint) == ["delivered"] * 6)
    assert process.terminate() == 0


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_without_a_mail_server_it_waits_and_says_why(
    migrated_url: str, database: Database, start_server: StartServer, mails: MailServer
) -> None:
    endpoint = mail_endpoint(database)
    process = start(start_server, migrated_url, mails, smtp_host="")
    with client_of(process, database) as client:
        capture(client, 1)
    wait_until(lambda: outcomes_of(database, endpoint) == ["no_mail_server"])
    assert states_of(database, endpoint) == ["due"]
    assert process.terminate() == 0
