"""Whoever chose a language reads all of the console in it."""

import re
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Message

from leadkeep.console.formats import Formats
from leadkeep.console.translations import locale_of, preferred, tongue_of
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.user import LANGUAGES
from tests.console.conftest import MakePerson
from tools.messages import LOCALES, messages, read

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
