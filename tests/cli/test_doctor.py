import json
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from leadkeep.actions.create_bot import create_bot
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.bot import BotChange
from leadkeep.storage.database import Database
from leadkeep.storage.migrate import bring_up_to_date
from tests.support.command import Command
from tests.support.postgres import free_port
from tests.support.smtp import mail_server

TOML = """
jwt_issuer = "me"
jwt_audience = "you"
"""


def findings(text: str) -> dict[str, tuple[str, str]]:
    """State and words by subject."""
    parts = [line.split(maxsplit=2) for line in text.splitlines()]
    return {subject: (state, words) for state, subject, words in parts}


def test_a_sound_installation_is_all_well(leadkeep: Command, database: Database) -> None:
    if database.url.database and database.dialect.name == "sqlite":
        Path(database.url.database).chmod(0o600)
    found = findings(leadkeep("doctor").out)
    assert {state for state, _ in found.values()} == {"ok"}
    assert {"versions", "settings", "jwt", "database", "schema", "writing", "bots"} <= found.keys()


def test_nothing_is_made_where_there_is_nothing_yet(bare: Command, tmp_path: Path) -> None:
    found = findings(bare("doctor").out)
    assert found["database"] == (
        "ok",
        f"{tmp_path}/leadkeep.db is not there yet; `leadkeep serve` makes it",
    )
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_left_empty(bare: Command, database_url: str) -> None:
    database = Database(database_url)
    with database.snapshot():
        pass
    found = findings(bare("doctor", "--database", database_url).out)
    assert found["schema"] == ("ok", "no tables yet; `leadkeep serve` makes them")
    with database.snapshot() as store:
        assert sa.inspect(store.connection).get_table_names() == []
    database.close()


def test_a_wrong_setting_fails(bare: Command) -> None:
    found = findings(bare("doctor", code=1, LEADKEEP_PORT="x").out)
    assert found["settings"] == ("fail", "LEADKEEP_PORT must be a number from 1 to 65535, not 'x'")


def test_a_database_that_does_not_answer_fails(bare: Command) -> None:
    found = findings(bare("doctor", "--database", "postgresql://u:hush@127.0.0.1:1/d", code=1).out)
    state, words = found["database"]
    assert state == "fail"
    assert words.startswith("cannot use the database postgresql://u:********@127.0.0.1:1/d: ")
    assert words.endswith("is PostgreSQL running there, and are host and port right?")


def test_a_newer_schema_fails(leadkeep: Command, database: Database) -> None:
    with database.transaction() as store:
        store.execute(sa.text("UPDATE alembic_version SET version_num = 'tomorrow'"))
    assert findings(leadkeep("doctor", code=1).out)["schema"][0] == "fail"


def test_a_folder_that_is_not_there_fails(bare: Command) -> None:
    found = findings(bare("doctor", "--database", "sqlite:////nowhere/leads.db", code=1).out)
    assert found["disk"] == ("fail", "/nowhere is not there; make it with mkdir -p /nowhere")
    assert found["database"] == ("fail", "/nowhere/leads.db is not there and cannot be made; see disk")


def test_a_file_that_is_no_database_says_what_to_do(bare: Command, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Ada, " * 500)
    found = findings(bare("doctor", "--database", "sqlite:///letter.txt", code=1).out)
    assert "name another file with --database" in found["database"][1]
    assert "files" not in found


def test_a_file_that_everybody_can_read_is_warned_of(bare: Command, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/leads.db")
    bring_up_to_date(database)
    database.close()
    file = tmp_path / "leads.db"
    for mode, finding in (
        (0o644, ("warn", f"everybody on this machine can read {file}; run chmod o-rwx {file}")),
        (0o640, ("ok", "the database is readable by its owner and group alone")),
        (0o600, ("ok", "the database is readable by its owner alone")),
    ):
        file.chmod(mode)
        assert findings(bare("doctor", "--database", "sqlite:///leads.db").out)["files"] == finding


def test_public_bots_open_to_every_site_are_warned_of(leadkeep: Command, database: Database) -> None:
    with database.transaction() as store:
        create_bot(store, OPERATOR, "open", BotChange(public=True))
        create_bot(store, OPERATOR, "held", BotChange(public=True, origins=("https://a.example",)))
        create_bot(store, OPERATOR, "closed", BotChange())
    assert findings(leadkeep("doctor").out)["bots"] == (
        "warn",
        "any site can leave leads with open; hold it to yours with `leadkeep bots set ID --origin URL`",
    )


def test_no_public_bot_is_said_so(leadkeep: Command, database: Database) -> None:
    with database.transaction() as store:
        create_bot(store, OPERATOR, "closed", BotChange())
    assert findings(leadkeep("doctor").out)["bots"] == ("ok", "no bot is public")


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "names no file"), ("hello", "gives no keys"), (json.dumps({"keys": []}), "has no key for RS256")],
)
def test_public_keys_that_cannot_be_used_fail(
    bare: Command, tmp_path: Path, content: str | None, words: str
) -> None:
    (tmp_path / "leadkeep.toml").write_text(TOML)
    if content is not None:
        (tmp_path / "keys.json").write_text(content)
    found = findings(bare("doctor", code=1, LEADKEEP_JWT_JWKS="keys.json").out)
    state, said = found["jwt"]
    assert state == "fail"
    assert words in said


def test_a_jwt_secret_is_taken_for_what_it_is(bare: Command, tmp_path: Path) -> None:
    (tmp_path / "leadkeep.toml").write_text(TOML)
    found = findings(bare("doctor", LEADKEEP_JWT_SECRET="s" * 32).out)
    assert found["jwt"] == ("ok", "JWTs of me are verified with a shared secret")
    key = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ\n-----END PUBLIC KEY-----\n"
    found = findings(bare("doctor", code=1, LEADKEEP_JWT_SECRET=key).out)
    assert found["jwt"][0] == "fail"


def test_public_keys_at_a_url_are_fetched(bare: Command, tmp_path: Path) -> None:
    (tmp_path / "leadkeep.toml").write_text(TOML)
    public = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [public]}))
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as issuer:
        Thread(target=issuer.serve_forever).start()
        url = f"http://127.0.0.1:{issuer.server_port}"
        bare.environ["NO_PROXY"] = "127.0.0.1"
        found = findings(bare("doctor", LEADKEEP_JWT_JWKS=f"{url}/keys.json").out)
        gone = findings(bare("doctor", code=1, LEADKEEP_JWT_JWKS=f"{url}/gone").out)
        issuer.shutdown()
    shut = findings(bare("doctor", code=1, LEADKEEP_JWT_JWKS=f"{url}/keys.json").out)
    assert found["jwt"] == ("ok", "JWTs of me are verified with keys of their issuer (1)")
    assert gone["jwt"] == ("fail", f"{url}/gone gives no keys: it answers 404; is the path right?")
    assert f"127.0.0.1:{issuer.server_port} cannot be reached" in shut["jwt"][1]


def test_a_mail_is_sent_to_see_whether_mail_can_be(bare: Command) -> None:
    with mail_server(tls=False) as server:
        settings: Any = {"LEADKEEP_SMTP_HOST": "127.0.0.1", "LEADKEEP_SMTP_TLS": "none"}
        settings["LEADKEEP_SMTP_PORT"] = str(server.port)
        done = bare("doctor", "--send-test", "ada@example.com", **settings)
        assert f"127.0.0.1:{server.port} took a mail to ada@example.com" in done.out
        (mail,) = server.take()
        assert mail["To"] == "ada@example.com"
        wrong = bare("doctor", "--send-test", "refused@example.com", code=1, **settings)
        assert "smtp_address_refused (550 no such mailbox)" in wrong.out
    settings["LEADKEEP_SMTP_PORT"] = "9"
    nobody = bare("doctor", "--send-test", "ada@example.com", code=1, **settings)
    assert "nothing listens there; is smtp_port right?" in nobody.out
    assert "set smtp_host" in bare("doctor", "--send-test", "ada@example.com", code=1).out
    assert "must be an e-mail address" in bare("doctor", "--send-test", "ada", code=2).err


def test_a_provider_that_does_not_answer_is_pointed_out(leadkeep: Command) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    settings = {"LEADKEEP_OIDC_CLIENT_ID": "leadkeep", "LEADKEEP_PUBLIC_URL": "https://leads.example.com"}
    leadkeep.environ |= settings
    for issuer, problem in ((nowhere, "does not answer"), ("http://login.example.com", "must be an https")):
        assert problem in leadkeep("doctor", LEADKEEP_OIDC_ISSUER=issuer, code=1).out
