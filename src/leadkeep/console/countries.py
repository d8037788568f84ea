"""Countries by their names in somebody's language."""

import unicodedata
from functools import cache

from leadkeep.console.translations import tongue_of
from leadkeep.domain.contact import REGIONS


@cache
def countries(language: str) -> list[tuple[str, str]]:
    """Those that have a numbering plan: code and name, by name."""
    names = tongue_of(language).locale.territories
    return sorted(((code, names.get(code, code)) for code in REGIONS), key=lambda one: _without_marks(one[1]))


def _without_marks(text: str) -> str:
    """So that Österreich stands among the O's, as dictionaries have it."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
