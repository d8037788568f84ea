"""Reading what somebody typed into a search box, with the same words that leads are found by."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from leadkeep.domain.errors import InvalidError
from leadkeep.domain.phone import read_phone
from leadkeep.domain.words import MAX_WORD, folded, plain_words

MAX_SEARCH = 200
MAX_TERMS = 16

_MIN_DIGITS = 3
_SHORT = 3
# Numbers with nothing but what stands inside phone numbers between them.
_NUMBERS = re.compile(r"[+(]*(?<![^\W_])[0-9]+(?:[ ()./+\u2010-\u2015-]+[0-9]+)*(?![^\W_])")
_NATIONAL_ZERO = re.compile(r"\(0\)")
_NOT_DIGITS = re.compile("[^0-9]+")


class Search(NamedTuple):
    """Terms are beginnings of words, as `words_of` writes them. Of every group one at least must hold."""

    groups: tuple[tuple[str, ...], ...]


def read_search(text: str, field: str) -> Search:
    """All words must be found. Numbers beside one another are a phone number in any form or its last
    digits, or else each a word's beginning. Raises InvalidError where there is no word, or too many."""
    groups = list(dict.fromkeys(_groups(text)))
    if not groups:
        raise InvalidError(field, f"{field} must have a letter or a digit in it")
    if len(groups) > MAX_TERMS:
        raise InvalidError(field, f"{field} must not have more than {MAX_TERMS} words")
    return Search(tuple(groups))


def telling(groups: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """The groups to look up, the others being tested on what is found: half of all leads have a word that
    begins as `com` does, and to gather them takes longer than all the rest."""
    long = [terms for terms in groups if all(len(term) > _SHORT for term in terms)]
    return long or groups


def _groups(text: str) -> Iterator[tuple[str, ...]]:
    text = folded(text)
    end = 0
    for found in _NUMBERS.finditer(text):
        yield from ((word,) for word in plain_words(text[end : found.start()]))
        yield from _of_numbers(found[0])
        end = found.end()
    yield from ((word,) for word in plain_words(text[end:]))


def _of_numbers(typed: str) -> Iterator[tuple[str, ...]]:
    """Either one phone number or every one of them: for each, the phone number or it."""
    phone = _phone_terms(typed)
    for number in plain_words(typed):
        yield tuple(dict.fromkeys((*phone, number)))


def _phone_terms(typed: str) -> list[str]:
    digits = _digits(_NATIONAL_ZERO.sub("", typed))
    beginnings, endings = [digits, _digits(read_phone(typed).e164 or "")], [digits]
    if digits.startswith("00"):
        beginnings.append(digits[2:])
    elif digits.startswith("0"):
        # As dialled at home: what is stored has a country code in place of the zero.
        endings.append(digits[1:])
    terms = [*beginnings, *(f"#{ending[::-1]}" for ending in endings)]
    return [term for term in terms if len(term.lstrip("#")) >= _MIN_DIGITS]


def _digits(text: str) -> str:
    return _NOT_DIGITS.sub("", text)[:MAX_WORD]
