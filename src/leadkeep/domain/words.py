"""What a lead is found by: one way to cut text into words and to fold them, for both engines.

A word is letters and digits, lower-case, without accents. An ASCII text takes a shorter way to the same ones.
"""

import re
import unicodedata
from collections.abc import Iterable

MAX_WORD = 100
MAX_WORDS = 64 * 1024
"""Bytes of UTF-8."""

_ASCII_WORD = re.compile("[a-z0-9]+")
_WORD = re.compile(r"[^\W_]+")
_NOT_DIGITS = re.compile("[^0-9]+")
# Letters that Unicode does not take apart into a plain one and a mark.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "æ": "ae", "œ": "oe", "ı": "i"})  # noqa: RUF001
# Han, kana, Thai, Lao and Khmer are written without spaces; in Hangul the given name follows the family's.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
_MAX_UNSPACED = 16
_MIN_DIGITS = 3


def words_of(
    name: str | None, email: str | None, phone: str | None, e164: str | None, notes: Iterable[str] = ()
) -> str:
    """Each word once, separated by spaces.

    A phone number is there in full, and from its end after a `#`, so that its last digits are the beginning
    of a word too.
    """
    found = dict.fromkeys(words_in(f"{name or ''} {email or ''}"))
    digits = _NOT_DIGITS.sub("", folded(e164 or phone or ""))[:MAX_WORD]
    if len(digits) >= _MIN_DIGITS:
        found |= {digits: None, f"#{digits[::-1]}": None}
    # Last: where it is too much, the words of the last notes are left out.
    found |= dict.fromkeys(words_in(" ".join(notes)))
    return _bounded(" ".join(found))


def sort_key(name: str | None) -> str:
    """To sort names by, compared byte by byte."""
    return " ".join(plain_words(name))[:MAX_WORD].rstrip() if name else ""


def words_in(text: str) -> list[str]:
    """The words that the text is found by; of scripts without spaces, each ending of a run."""
    words = plain_words(text)
    if text.isascii():
        return words
    return [part for word in words for part in (word, *_endings(word))]


def plain_words(text: str) -> list[str]:
    """The words that stand in the text."""
    if text.isascii():
        return [word[:MAX_WORD] for word in _ASCII_WORD.findall(text.lower())]
    return [word[:MAX_WORD] for word in _WORD.findall(folded(text))]


def folded(text: str) -> str:
    """Lower case, without marks, in every script. To fold it again changes nothing."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(
        _digit(c) for c in plain if not unicodedata.combining(c) and unicodedata.category(c) != "Mn"
    )
    return unicodedata.normalize("NFC", kept.translate(_PLAIN))


def _digit(character: str) -> str:
    number = unicodedata.decimal(character, None)
    return character if number is None else str(number)


def _endings(word: str) -> list[str]:
    return [
        run[start:]
        for run in (found[0][:_MAX_UNSPACED] for found in _UNSPACED.finditer(word))
        for start in range(len(run))
    ]


def _bounded(text: str) -> str:
    if len(text) * 4 <= MAX_WORDS or len(text.encode()) <= MAX_WORDS:
        return text
    return text.encode()[:MAX_WORDS].decode(errors="ignore").rpartition(" ")[0]
