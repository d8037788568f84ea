from pathlib import Path

import pytest

from leadkeep.domain.errors import InvalidError
from leadkeep.settings import FIELDS, Settings, load_settings, mask_url, shown, trace_settings

POSTGRESQL = "postgresql://keeper:hush@db/leads"
SECRET = "s" * 32
JWT = {"LEADKEEP_JWT_ISSUER": "https://issuer.example", "LEADKEEP_JWT_AUDIENCE": "leadkeep"}


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(environ: dict[str, str], **flags: object) -> str:
    with pytest.raises(InvalidError) as refused:
        load_settings(flags, environ)
    return refused.value.message


def test_nothing_given_is_the_defaults() -> None:
    assert load_settings({}, {}) == Settings()


def test_the_defaults_are_valid_when_written_out() -> None:
    given = {name: ",".join(v) if isinstance(v := shown(Settings(), name), tuple) else v for name in FIELDS}
    environ = {f"LEADKEEP_{name.upper()}": str(value) for name, value in given.items()}
    assert load_settings({}, environ) == Settings()


def test_a_flag_wins_over_the_environment_and_it_over_the_file(directory: Path) -> None:
    (directory / "leadkeep.toml").write_text('port = 1\nhost = "file"\nlog_level = "error"\n')
    environ = {"LEADKEEP_PORT": "2", "LEADKEEP_HOST": "environment"}
    settings = load_settings({"port": 3, "host": None}, environ)
    assert (settings.port, settings.host, settings.log_level) == (3, "environment", "error")


def test_each_value_is_traced_to_where_it_was_written(directory: Path) -> None:
    (directory / "leadkeep.toml").write_text('host = "file"\n')
    given = trace_settings({"database_url": "sqlite:///a.db"}, {"LEADKEEP_PORT": "2"}).given
    assert {name: (one.source, one.label) for name, one in given.items()} == {
        "database_url": ("flag", "--database"),
        "port": ("environment", "LEADKEEP_PORT"),
        "host": ("file", "host in leadkeep.toml"),
    }


@pytest.mark.parametrize("by_flag", [True, False])
def test_another_file_is_named_by_flag_or_variable(directory: Path, by_flag: bool) -> None:
    path = directory / "other.toml"
    path.write_text("workers = 4\ndatabase_url = 'postgresql:///leads'\n")
    (directory / "leadkeep.toml").write_text("workers = 5\n")
    flags, environ = ({"config": path}, {}) if by_flag else ({}, {"LEADKEEP_CONFIG": str(path)})
    assert load_settings(flags, environ).workers == 4


def test_a_named_file_must_exist() -> None:
    assert refusal({"LEADKEEP_CONFIG": "gone.toml"}) == (
        "LEADKEEP_CONFIG: cannot read gone.toml: No such file or directory"
    )
    assert refusal({}, config=Path("gone.toml")).startswith("--config: cannot read gone.toml")


def test_a_variable_may_name_a_file_that_holds_the_value(directory: Path) -> None:
    (directory / "secret").write_text(f"{SECRET}\n")
    settings = load_settings({}, JWT | {"LEADKEEP_JWT_SECRET_FILE": str(directory / "secret")})
    assert settings.jwt_secret == SECRET


def test_a_value_and_a_file_for_it_are_refused() -> None:
    message = refusal({"LEADKEEP_JWT_SECRET": SECRET, "LEADKEEP_JWT_SECRET_FILE": "secret"})
    assert message == "LEADKEEP_JWT_SECRET_FILE and LEADKEEP_JWT_SECRET are both set; keep one of them"


def test_lists_in_the_environment_are_comma_separated() -> None:
    settings = load_settings({}, {"LEADKEEP_TRUSTED_PROXIES": "10.0.0.0/8, ::1"})
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")


def test_lists_in_the_file_are_lists(directory: Path) -> None:
    (directory / "leadkeep.toml").write_text('trusted_proxies = ["10.0.0.1"]\n')
    assert load_settings({}, {}).trusted_proxies == ("10.0.0.1",)


@pytest.mark.parametrize(
    ("variable", "value", "expects"),
    [
        ("PORT", "0", "a number from 1 to 65535, not '0'"),
        ("PORT", "65536", "a number from 1 to 65535, not '65536'"),
        ("PORT", "http", "a number from 1 to 65535, not 'http'"),
        ("WORKERS", "0", "a whole number, 1 or more, not '0'"),
        ("LOG_LEVEL", "loud", "debug, info, warning or error, not 'loud'"),
        ("ACCESS_LOG", "off", "true or false, not 'off'"),
        ("HOST", "", "an address to listen on, not ''"),
        ("PUBLIC_RATE_PER_BOT", "often", "a rate such as 30/minute or 5/second, not 'often'"),
        (
            "PUBLIC_RATE_PER_BOT",
            "9/hour;1/second",
            "a rate such as 30/minute or 5/second, not '9/hour;1/second'",
        ),
        ("TRUSTED_PROXIES", "proxy", "a list of IP addresses or networks such as 10.0.0.0/8, not ['proxy']"),
        ("TIME_ZONE", "CET/Berlin", "the name of a time zone such as Europe/Berlin, not 'CET/Berlin'"),
        ("JWT_BOTS_CLAIM", "", "the name of a claim, not ''"),
    ],
)
def test_a_wrong_value_is_named_as_it_was_written(variable: str, value: str, expects: str) -> None:
    name = f"LEADKEEP_{variable}"
    assert refusal({name: value}) == f"{name} must be {expects}"


@pytest.mark.parametrize("url", ["", "leads.db", "mysql://u:hush@h/d", "sqlite:///:memory:", "sqlite://"])
def test_a_wrong_database_url_is_refused_without_repeating_it(url: str) -> None:
    assert refusal({"LEADKEEP_DATABASE_URL": url}) == (
        "LEADKEEP_DATABASE_URL must be a URL such as sqlite:///leadkeep.db or postgresql://user@host/name"
    )


def test_types_in_the_file_are_taken_seriously(directory: Path) -> None:
    (directory / "leadkeep.toml").write_text('port = "80"\n')
    assert refusal({}) == "port in leadkeep.toml must be a number from 1 to 65535, not '80'"


def test_a_flag_is_named_as_a_flag() -> None:
    assert refusal({}, port=70000) == "--port must be a number from 1 to 65535, not 70000"


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("LEADKEEP_WORKER", "; did you mean LEADKEEP_WORKERS?"),
        ("LEADKEEP_DATABASE", "; did you mean LEADKEEP_DATABASE_URL?"),
        ("LEADKEEP_port", "; did you mean LEADKEEP_PORT?"),
        ("LEADKEEP_XYZZY", ""),
    ],
)
def test_an_unknown_variable_is_refused(variable: str, hint: str) -> None:
    assert refusal({variable: "1"}) == f"{variable} is not a setting{hint}"


def test_an_unknown_key_in_the_file_is_refused(directory: Path) -> None:
    (directory / "leadkeep.toml").write_text("log-level = 'info'\n")
    assert refusal({}) == "log-level in leadkeep.toml is not a setting; did you mean log_level?"


def test_a_file_that_is_not_toml_is_refused_with_the_place(directory: Path) -> None:
    (directory / "leadkeep.toml").write_text("port = 1\nhost\n")
    message = refusal({})
    assert message.startswith("leadkeep.toml is not valid TOML: ")
    assert "line 2" in message


def test_what_kubernetes_adds_for_a_service_named_leadkeep_is_ignored() -> None:
    added = {
        "LEADKEEP_SERVICE_HOST": "10.0.0.1",
        "LEADKEEP_SERVICE_PORT": "8420",
        "LEADKEEP_SERVICE_PORT_HTTP": "8420",
        "LEADKEEP_PORT": "tcp://10.0.0.1:8420",
        "LEADKEEP_PORT_8420_TCP": "tcp://10.0.0.1:8420",
        "LEADKEEP_PORT_8420_TCP_ADDR": "10.0.0.1",
        "LEADKEEP_WEB_SERVICE_HOST": "10.0.0.2",
    }
    assert load_settings({}, added) == Settings()


def test_several_workers_need_postgresql() -> None:
    assert (
        refusal({"LEADKEEP_WORKERS": "2"}) == "LEADKEEP_WORKERS must be 1 with SQLite; more need PostgreSQL"
    )
    assert load_settings({"workers": 2}, {"LEADKEEP_DATABASE_URL": POSTGRESQL}).workers == 2


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"LEADKEEP_JWT_SECRET": SECRET}, "LEADKEEP_JWT_ISSUER must be set to accept JWTs"),
        ({"LEADKEEP_JWT_ISSUER": "me"}, "LEADKEEP_JWT_AUDIENCE must be set to accept JWTs"),
        (
            JWT,
            "LEADKEEP_JWT_SECRET or the setting jwt_jwks must be set to accept JWTs, and not both",
        ),
        (
            JWT | {"LEADKEEP_JWT_SECRET": SECRET, "LEADKEEP_JWT_JWKS": "keys.json"},
            "LEADKEEP_JWT_SECRET or the setting jwt_jwks must be set to accept JWTs, and not both",
        ),
        (JWT | {"LEADKEEP_JWT_SECRET": "short"}, "LEADKEEP_JWT_SECRET must be at least 32 bytes long"),
    ],
)
def test_jwts_are_set_up_whole_or_not_at_all(environ: dict[str, str], message: str) -> None:
    assert refusal(environ) == message


def test_settings_never_show_a_secret() -> None:
    settings = load_settings({}, JWT | {"LEADKEEP_JWT_SECRET": SECRET, "LEADKEEP_DATABASE_URL": POSTGRESQL})
    assert "hush" not in repr(settings)
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("postgresql://u:p@h/d", "postgresql://u:********@h/d"),
        ("postgresql://u:p@ss:w/ord@h/d", "postgresql://u:********@h/d"),
        ("postgresql://:p@h/d", "postgresql://:********@h/d"),
        (
            "postgresql://u@h/d?password=p&connect_timeout=3",
            "postgresql://u@h/d?password=********&connect_timeout=3",
        ),
        ("postgresql://u@h:5432/d", "postgresql://u@h:5432/d"),
        ("sqlite:////data/leads.db", "sqlite:////data/leads.db"),
    ],
)
def test_a_password_in_a_url_is_masked_wherever_it_stands(url: str, masked: str) -> None:
    assert mask_url(url) == masked


@pytest.mark.parametrize(
    "text", ["leads@example.com", "Leadkeep <leads@example.com>", "Bücher <a@bücher.example>"]
)
def test_mail_is_from_an_address_with_or_without_a_name(text: str) -> None:
    assert load_settings({}, {"LEADKEEP_SMTP_FROM": text}).smtp_from == text


@pytest.mark.parametrize(
    "text",
    ["", "leads", "Leadkeep", "a@example.com, b@example.com", "a@example.com\nBcc: b@example.com", "<@x>"],
)
def test_what_is_no_address_is_refused_as_the_sender(text: str) -> None:
    assert "must be an address such as" in refusal({"LEADKEEP_SMTP_FROM": text})
