"""Mail over SMTP, to a real server on loopback."""

import socket
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from leadkeep.mail import send_mail
from leadkeep.settings import Settings
from tests.support.postgres import free_port
from tests.support.smtp import PASSWORD, USER, MailServer, mail_server


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def settings(server: MailServer, **fields: Any) -> Settings:
    given = {"smtp_host": "localhost", "smtp_port": server.port, "smtp_user": USER, "smtp_password": PASSWORD}
    return Settings(**{**given, **fields})


def a_mail(to: str = "ada@example.com") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "leads@example.com", to, "Hello Zoë"
    mail.set_content("Grüße")
    return mail


@pytest.fixture
def trusted(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    trust(server, monkeypatch)


def trust(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority of the server's certificate is one of those that the machine trusts."""
    real = ssl.create_default_context

    def trusting() -> ssl.SSLContext:
        context = real()
        server.authority.configure_trust(context)
        return context

    monkeypatch.setattr(ssl, "create_default_context", trusting)


@pytest.mark.usefixtures("trusted")
def test_mail_arrives_over_tls_with_a_login(server: MailServer) -> None:
    assert send_mail(settings(server), a_mail()).outcome == "ok"
    (mail,) = server.take()
    assert mail["Subject"] == "Hello Zoë"
    assert mail.get_content().strip() == "Grüße"


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"smtp_password": "wrong"}, "smtp_login_failed"),
        ({"smtp_user": ""}, "smtp_address_refused"),
        ({"smtp_tls": "tls"}, "tls_failed"),
        ({"smtp_host": "nothing.invalid"}, "dns_failed"),
        ({"smtp_host": f"{'x' * 64}.invalid"}, "dns_failed"),
        ({"smtp_password": "pässword"}, "smtp_login_failed"),
    ],
)
def test_what_goes_wrong_has_a_name(server: MailServer, fields: dict[str, Any], outcome: str) -> None:
    assert send_mail(settings(server, **fields), a_mail()).outcome == outcome
    assert server.take() == []


def test_a_server_that_cannot_be_trusted_gets_no_password(server: MailServer) -> None:
    sent = send_mail(settings(server), a_mail())
    assert sent == ("tls_failed", "unable to get local issuer certificate")
    assert server.logins == []


def test_a_certificate_for_another_host_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(certified="mail.example.com") as server:
        trust(server, monkeypatch)
        sent = send_mail(settings(server), a_mail())
        assert sent.outcome == "tls_failed"
        assert "Hostname mismatch" in str(sent.answer)
        assert server.logins == []


def test_mail_arrives_over_tls_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(implicit=True) as server:
        trust(server, monkeypatch)
        assert send_mail(settings(server, smtp_tls="tls"), a_mail()).outcome == "ok"
        assert server.logins == [USER]
        assert len(server.take()) == 1


def test_a_password_may_have_any_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(password="пароль für Post") as server:
        trust(server, monkeypatch)
        assert send_mail(settings(server, smtp_password="пароль für Post"), a_mail()).outcome == "ok"
        assert len(server.take()) == 1


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"smtp_tls": "none", "smtp_user": ""}, "ok"),
        ({"smtp_tls": "none"}, "smtp_not_supported"),
        ({"smtp_tls": "none", "smtp_password": "pässword"}, "smtp_not_supported"),
        ({"smtp_tls": "starttls"}, "smtp_not_supported"),
    ],
)
def test_a_server_without_tls_is_used_only_by_those_who_say_so(fields: dict[str, Any], outcome: str) -> None:
    with mail_server(tls=False) as server:
        assert send_mail(settings(server, **fields), a_mail()).outcome == outcome
        assert len(server.take()) == (outcome == "ok")


def test_a_mail_that_was_taken_was_sent_whatever_comes_after() -> None:
    with mail_server(tls=False) as server:
        server.goodbye = "421 no"
        assert send_mail(settings(server, smtp_tls="none", smtp_user=""), a_mail()).outcome == "ok"
        assert len(server.take()) == 1


@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
def test_a_server_that_says_nothing_is_not_waited_for(server: MailServer, tls: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        given = settings(server, smtp_host="127.0.0.1", smtp_port=silent.getsockname()[1], smtp_tls=tls)
        assert send_mail(given, a_mail(), timeout=0.2).outcome == "timeout"


@pytest.mark.usefixtures("trusted")
def test_an_address_that_is_refused_is_said(server: MailServer) -> None:
    sent = send_mail(settings(server), a_mail("refused@example.com"))
    assert sent.outcome == "smtp_address_refused"
    assert sent.answer == "550 no such mailbox"


def test_a_port_where_nobody_listens_is_said(server: MailServer) -> None:
    assert send_mail(settings(server, smtp_port=free_port()), a_mail()).outcome == "refused"
