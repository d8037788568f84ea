"""The languages of the console. Text in code and templates is English, and what others are looked up by."""

from collections.abc import Callable
from functools import cache
from importlib import resources
from io import BytesIO
from typing import NamedTuple

from babel import Locale
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


@cache
def tongue_of(code: str) -> Tongue:
    found = _catalog(code)
    return Tongue(code, Locale(code), found.gettext, found.ngettext)


def preferred(accept_language: str) -> str:
    """The one of ours that a browser would rather have (RFC 9110, 12.5.4); weights are taken as in order."""
    asked = [part.partition(";")[0].strip() for part in accept_language[:200].split(",")]
    return negotiate_locale([one for one in asked if one], LANGUAGES, sep="-") or LANGUAGES[0]


def _catalog(code: str) -> NullTranslations:
    if code == LANGUAGES[0]:
        return NullTranslations()
    source = resources.files("leadkeep.console") / "locale" / code / "console.po"
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Translations(compiled)
