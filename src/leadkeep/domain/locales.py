"""Languages and countries as browsers and proxies name them."""

import re
from functools import lru_cache

_MAX_TAG = 100
# An extension of BCP 47 begins with a single character: de-DE-u-co-phonebk.
_EXTENSION = re.compile(r"-[0-9a-z]-.*", re.IGNORECASE)
_NO_LANGUAGE = {"und", "root"}
_NO_COUNTRY = "ZZ"


def read_locale(text: str) -> str | None:
    """The BCP 47 tag, such as `de-DE` or `zh-Hant-TW`; None for a language that nobody knows.

    Of several, as in an Accept-Language header, it is the first. An unknown territory is left out.
    """
    return _locale(re.split("[,;]", text[:_MAX_TAG], maxsplit=1)[0].strip())


def read_country(text: str) -> str | None:
    """The ISO 3166 code of two letters, in capitals; None where there is no such country.

    Proxies say XX where they do not know, and T1 for Tor.
    """
    code = text.strip()
    return _country(code.upper()) if len(code) == 2 and code.isascii() else None


@lru_cache(maxsize=1024)
def _locale(text: str) -> str | None:
    from babel import Locale, UnknownLocaleError
    from babel.core import get_global, parse_locale

    try:
        tag = _EXTENSION.sub("", text.replace("_", "-"))
        language, territory, script, *_ = parse_locale(tag, sep="-")
        language = get_global("language_aliases").get(language, language).partition("_")[0]
        # Of all that a locale is, only the language has to be known: people live anywhere.
        Locale.parse(language)
    except (ValueError, UnknownLocaleError):
        return None
    if language in _NO_LANGUAGE:
        return None
    if territory and not territory.isdecimal() and territory not in get_global("territory_currencies"):
        territory = None
    return "-".join(part for part in (language, script, territory) if part)


@lru_cache(maxsize=1024)
def _country(code: str) -> str | None:
    from babel.core import get_global

    today = get_global("territory_aliases").get(code, [code])
    code = today[0] if len(today) == 1 else code
    return code if code in get_global("territory_languages") and code != _NO_COUNTRY else None
