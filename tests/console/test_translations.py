"""Whoever chose a language reads all of the console in it."""

import ast
import re
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Message

from leadkeep.console.formats import Formats
from leadkeep.console.translations import locale_of, preferred, tongue_of
from leadkeep.domain import errors
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.user import LANGUAGES
from tests.console.conftest import MakePerson
from tests.support.leads import a_lead, settle
from tests.support.server import Server
from tools.messages import CONSOLE, LOCALES, messages, read

_GAPS = re.compile(r"%\(\w+\)[sd]|\{\w*\}|</?\w+>")
OTHERS = [language for language in LANGUAGES if language != "en"]


def texts(message: Message) -> list[tuple[str, str]]:
    """Each text, and what stands for it."""
    theirs = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return [(message.id if isinstance(message.id, str) else message.id[1], one) for one in theirs]


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_and_none_is_left_over(language: str) -> None:
    known = read(LOCALES / language / "console.po")
    wanted = {message.id for message in messages() if message.id}
    assert {message.id for message in known if message.id} == wanted, "make messages"
    assert [message.id for message in known if message.id and not all(map(all, texts(message)))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_filled_in_is_filled_in_everywhere(language: str) -> None:
    for message in read(LOCALES / language / "console.po"):
        for number, (text, theirs) in enumerate(texts(message) if message.id else ()):
            # One of something need not be a numeral.
            one = not isinstance(message.id, str) and number == 0
            gaps, their_gaps = Counter(_GAPS.findall(text)), Counter(_GAPS.findall(theirs))
            assert their_gaps == gaps or (one and their_gaps <= gaps), theirs


def test_an_error_is_told_with_its_names_and_numbers() -> None:
    error = InvalidError("name", "name is longer than 200 characters")
    told = tongue_of("de").error(error.message)
    assert told != error.message
    assert "200" in told
    assert "name" in told
    assert tongue_of("en").error(error.message) == error.message


def test_errors_of_pages_are_told_too() -> None:
    known = {message.id for message in messages()}
    raised = [
        (file.name, call.args[-1])
        for file in CONSOLE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Raise) and isinstance(call := node.exc, ast.Call) and call.args
        if hasattr(errors, getattr(call.func, "id", ""))
    ]
    assert len(raised) > 10
    # None is made of what somebody else says: that could not be looked up.
    assert [(file, ast.unparse(said)) for file, said in raised if _text_of(said) not in known] == []


def _text_of(said: ast.expr) -> str:
    parts = said.values if isinstance(said, ast.JoinedStr) else [said]
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)


def test_an_error_speaks_as_its_page_does(person: MakePerson) -> None:
    agent, owner = person("agent", ["a-bot"]), person("owner")
    assert "Your role holds for named bots only" in agent.get("/people", 403)
    for one in (agent, owner):
        one.client.headers["Accept-Language"] = "de"
    assert "Ihre Rolle" in agent.get("/people", 403)
    assert "Berechtigungen muss" in owner.post("/keys", 422, name="x", age="7d").text
    assert "Ihre Rolle" in agent.get("/users", 403)


def test_money_is_read_and_shown_as_it_is_written(person: MakePerson, server: Server) -> None:
    [lead] = settle(server.database, a_lead("shop", "money"))
    owner = person("owner")
    owner.client.headers["Accept-Language"] = "de-DE"
    work = {"status": "new", "owner": "", "tags": "", "value": "1.234,50", "currency": "EUR"}
    form = {**work, "version": lead.version, "form_token": owner.form_token()}
    assert owner.client.post(f"/leads/{lead.id}", data=form).status_code == 303
    page = owner.get(f"/leads/{lead.id}")
    assert 'value="1.234,50"' in page
    assert "– → 1.234,50" in page
    owner.client.headers["Accept-Language"] = "en-GB"
    assert 'value="1,234.50"' in owner.get(f"/leads/{lead.id}")


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [
        ("de", "12,50", "12.50"),
        ("de", "12.50", "12.50"),
        ("de", "1.234", "1234"),
        ("en", "1,234.5", "1234.5"),
        ("en", "12,50", "12.50"),
        ("en-IN", "12,34,567.5", "1234567.5"),
        ("en", "1e5", "1e5"),
        ("en", "NaN", "NaN"),
    ],
)
def test_an_amount_is_read_in_its_language(language: str, typed: str, read: str) -> None:
    formats = Formats(tongue_of(language[:2]), locale_of(language[:2], language), ZoneInfo("UTC"))
    assert formats.read_amount(typed) == read
    assert formats.read_amount(formats.amount("1234567.5")) == "1234567.50"


def test_pages_come_in_the_language_of_the_browser_or_of_ones_choice(person: MakePerson) -> None:
    ada = person("viewer")
    ada.client.headers["Accept-Language"] = "de-AT,de;q=0.9,en;q=0.5"
    assert "Posteingang" in ada.get("/inbox")
    ada.post("/account", name="Ada", language="en", time_zone="", theme="auto")
    assert "Posteingang" not in ada.get("/inbox")


@pytest.mark.parametrize(
    ("asked", "language", "shown"),
    [
        ("en-GB,en;q=0.9", "en", "31 Dec 2026"),
        ("en-US", "en", "Dec 31, 2026"),
        ("de-AT", "de", "31.12.2026"),
        ("xx-YY,fr", "en", "Dec 31, 2026"),
        ("en-\u00e4\u00f6, \0,;;q", "en", "Dec 31, 2026"),
    ],
)
def test_dates_are_written_as_where_the_browser_is_at_home(asked: str, language: str, shown: str) -> None:
    assert preferred(asked) == language
    formats = Formats(tongue_of(language), locale_of(language, asked), ZoneInfo("UTC"))
    assert formats.day(datetime(2026, 12, 31, tzinfo=UTC)) == shown


def test_what_is_wrong_with_a_form_is_told_in_ones_language(person: MakePerson) -> None:
    owner = person()
    owner.client.headers["Accept-Language"] = "de"
    taken = {"email": owner.user.email, "name": "Bob", "role": "owner", "which": "all"}
    assert f"Es gibt bereits einen Benutzer {owner.user.email}" in owner.post("/users/new", 422, **taken).text
    form = {"name": "", "role": "agent", "which": "named"}
    assert "Mindestens einen Bot auswählen" in owner.post(f"/users/{owner.user.id}", 422, **form).text
