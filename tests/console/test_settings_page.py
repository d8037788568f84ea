"""What is in force, as owners see it."""

from leadkeep.console.setting_words import GROUPS
from leadkeep.settings import FIELDS
from tests.console.conftest import MakePerson
from tests.support.console import Person
from tests.support.process import StartServer
from tests.support.server import Server


def test_every_setting_is_explained_once() -> None:
    explained = [name for names in GROUPS.values() for name in names]
    assert sorted(explained) == sorted(FIELDS)


def test_settings_and_how_it_is(server: Server, person: MakePerson) -> None:
    page = person().get("/settings")
    assert all(f"LEADKEEP_{name.upper()}<" in page for name in FIELDS)
    assert f'class="changed">{server.process.port}<' in page
    assert {"sqlite": "SQLite 3.", "postgresql": "PostgreSQL 1"}[server.database.dialect.name] in page
    assert "up to date" in page


def test_no_secret_is_shown(migrated_url: str, start_server: StartServer) -> None:
    process = start_server(
        migrated_url,
        smtp_password="hunter2-mail",
        oidc_client_secret="hunter2-oidc",
        jwt_secret="hunter2" * 6,
        smtp_host="mail.example.com",
        jwt_issuer="me",
        jwt_audience="you",
        public_url="https://leads.example.com",
    )
    server = Server(process)
    owner = Person(server.url, server.database, "owner")
    page = owner.get("/settings")
    assert page.count("********") >= 3
    assert "hunter2" not in page
    assert "sent by mail.example.com" in page
    owner.client.close()
    server.close()
