"""Text that somebody typed, made fit to be shown to others."""

import re
import unicodedata

MAX_VALUE = 500
"""Characters of one value; what is longer is cut."""
_SPACES = re.compile(r"\s+")
# Joiners, which emoji and some scripts need, where there is nothing to join: no more than an empty name.
_LOOSE_JOINERS = re.compile("(?:^|(?<=[ \u200c\u200d]))[\u200c\u200d]+|[\u200c\u200d]+(?= |$)")
# Letters and symbols by their category, blanks to the eye.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_MAX_MARKS = 4
"""On one letter: more than any script needs cover the lines above and below."""


def clean(text: str) -> str:
    """On one line, without characters that cannot be seen or that turn the direction of others round."""
    seen, marks = [], 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if char.isspace():
            seen.append(" ")
        elif (
            marks <= _MAX_MARKS
            and char not in _BLANKS
            and (category not in _HIDDEN or char in "\u200c\u200d")
        ):
            seen.append(char)
    line = _SPACES.sub(" ", "".join(seen))
    return cut(_SPACES.sub(" ", _LOOSE_JOINERS.sub("", line)).strip(), MAX_VALUE)


def cut(text: str, limit: int) -> str:
    """At most so many characters, as those who count in UTF-16 (JavaScript, Java, C#) count them: nobody
    counts more of them."""
    if units(text) <= limit:
        return text
    kept = text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", errors="ignore")
    return kept.rstrip(" \u200c\u200d") + "…"


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
