"""The languages of the console. Text in code and templates is English, and what others are looked up by."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib import resources
from io import BytesIO
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from leadkeep.domain.user import LANGUAGES

NAMES = {"en": "English", "de": "Deutsch"}


class Tongue(NamedTuple):
    code: str
    locale: Locale
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    error: Callable[[str], str]
    """The message of an error, in which there may be names and numbers."""


@cache
def tongue_of(code: str) -> Tongue:
    found = _catalog(code)
    patterns = list(_patterns(found))

    def error(message: str) -> str:
        for pattern, theirs in patterns:
            if told := pattern.fullmatch(message):
                return theirs.format(*told.groups())
        return found.gettext(message)

    return Tongue(code, Locale(code), found.gettext, found.ngettext, error)


def _patterns(catalog: NullTranslations) -> Iterator[tuple[re.Pattern[str], str]]:
    """Of messages with gaps, `{}` in the catalog: those that say most first, and their translations."""
    known: dict[object, object] = getattr(catalog, "_catalog", {})
    gapped = [text for text in known if isinstance(text, str) and "{}" in text and known[text]]
    for text in sorted(gapped, key=len, reverse=True):
        parts = map(re.escape, text.split("{}"))
        yield re.compile("(.+?)".join(parts), re.DOTALL), str(known[text])


def preferred(accept_language: str) -> str:
    """The one of ours that a browser would rather have (RFC 9110, 12.5.4); weights are taken as in order."""
    return negotiate_locale(_asked(accept_language), LANGUAGES, sep="-") or LANGUAGES[0]


def locale_of(code: str, accept_language: str) -> Locale:
    """How dates and numbers are written where that browser is at home, in one of our languages."""
    for asked in _asked(accept_language):
        if asked.partition("-")[0].lower() == code:
            with suppress(ValueError, UnknownLocaleError):
                return Locale.parse(asked, sep="-")
    return Locale(code)


def _asked(accept_language: str) -> list[str]:
    parts = (part.partition(";")[0].strip() for part in accept_language[:200].split(","))
    return [part for part in parts if part]


def _catalog(code: str) -> NullTranslations:
    if code == LANGUAGES[0]:
        return NullTranslations()
    source = resources.files("leadkeep.console") / "locale" / code / "console.po"
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Translations(compiled)
