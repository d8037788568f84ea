from pathlib import Path

from leadkeep.settings import FIELDS
from tests.support.command import Command


def lines(text: str) -> dict[str, str]:
    return {line.split()[0]: " ".join(line.split()[1:]) for line in text.splitlines()}


def test_every_setting_is_shown_with_where_it_comes_from(bare: Command, tmp_path: Path) -> None:
    (tmp_path / "leadkeep.toml").write_text("access_log = false\n")
    found = lines(bare("settings", "--database", "sqlite:///a.db", LEADKEEP_PORT="81").out)
    assert found.keys() == {"setting", *FIELDS}
    assert found["database_url"] == f"sqlite:///{tmp_path}/a.db flag: --database"
    assert found["port"] == "81 environment: LEADKEEP_PORT"
    assert found["access_log"] == "false file: access_log in leadkeep.toml"
    assert found["host"] == "127.0.0.1 default"


def test_secrets_are_masked(bare: Command) -> None:
    secret = "s" * 40
    text = bare(
        "settings",
        LEADKEEP_DATABASE_URL="postgresql://u:hush@h/d",
        LEADKEEP_JWT_ISSUER="me",
        LEADKEEP_JWT_AUDIENCE="you",
        LEADKEEP_JWT_SECRET=secret,
    ).out
    assert lines(text)["jwt_secret"] == "******** environment: LEADKEEP_JWT_SECRET"
    assert "hush" not in text
    assert secret not in text
