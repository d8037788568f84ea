"""The e-mail addresses and phone numbers that a visitor's message holds.

A wrong lead costs somebody a call, a missed one can still be read in the conversation: where the two pull
apart, precision goes first. `python -m benchmarks extraction` says how often either happens.
"""

import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Literal, NamedTuple

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatch, PhoneNumberMatcher, format_number

from leadkeep.domain.contact import read_email
from leadkeep.domain.numbered_things import is_of_a_thing

# Each costs dozens of microseconds, and no message may hold the interpreter for long.
_MOST_TRIES = 200
"""Figures in a message that turn out to be no phone number."""
_MOST_OF_A_KIND = 100
"""Contacts in a message, those that count for nothing included."""


class Found(NamedTuple):
    kind: Literal["email", "phone"]
    typed: str
    """As it stands in the message."""
    normal: str
    """The address as `read_email` compares it, or the number in E.164."""


class _Spot(NamedTuple):
    start: int
    end: int
    kind: Literal["email", "phone"]
    normal: str


def find_contacts(text: str, region: str | None = None, ignored: Collection[str] = ()) -> list[Found]:
    """In order of appearance, each normal form once; in time linear in the text.

    region: a CLDR code such as `DE`, for numbers typed without a country code. Without it they are not found.
    ignored: what is the bot's own: normal forms, and domains of addresses as `@example.com`.
    """
    if not may_hold_contact(text):
        return []
    plain = _URL.sub(_blank, text.translate(_NARROW))
    emails = list(islice(_emails(plain), _MOST_OF_A_KIND))
    phones = _phones(_blank_spots(plain, emails), region)
    found: dict[str, Found] = {}
    for start, end, kind, normal in sorted([*emails, *phones]):
        if normal not in ignored and "@" + normal.rpartition("@")[2] not in ignored:
            found.setdefault(normal, Found(kind, text[start:end], normal))
    return list(found.values())


def may_hold_contact(text: str) -> bool:
    """A cheap look, which errs towards yes: an at sign, typed or spoken, or seven digits."""
    return (
        "@" in text
        or "(" in text
        or "[" in text
        or " dot " in text
        or "arroba" in text
        or "arobase" in text
        or "chiocciola" in text
        or _holds_seven_digits(text) is not None
        or (
            not text.isascii() and ("\uff20" in text or " ät " in text or "małpa" in text or "собака" in text)
        )
    )


_holds_seven_digits = re.compile(r"(?:\D*+\d){7}").match

# The full-width forms of ASCII, one to one, so that places in the text stay what they are.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}

_URL = re.compile(
    r"\b(?:https?|ftp|wss?|ssh|git)://\S+|\bwww\.\S+|(?<![\w@.-])[\w.-]{1,253}\.[a-z]{2,24}[/?]\S*",
    re.IGNORECASE,
)


def _blank(match: re.Match[str]) -> str:
    # A character that is no part of any contact, nor white space, over which numbers could join.
    return "\0" * len(match[0])


def _blank_spots(text: str, spots: list[_Spot]) -> str:
    for start, end, _, _ in spots:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text


# --- E-mail addresses ---

# Scripts written without spaces: an address may stand right beside their letters.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_LABEL = r"[^\W_]+(?:-+[^\W_]+)*"
_TOP_LABEL = r"(?:xn--[a-z0-9-]{2,59}|[a-z]{2,24}|[^\W\d_a-z]{2,24})(?![a-z0-9@])"

_AT_WORDS = "at|ät|arroba|arobase|chiocciola|małpa|собака"
_DOT_WORDS = "dot|punkt|punto|point|ponto|kropka|точка"
_AT = re.compile(
    rf"(?<=[\w'+-])@(?=\w)|\s?[(\[]\s?(?:{_AT_WORDS}|@)\s?[)\]]\s?|\s(?:{_AT_WORDS})\s", re.IGNORECASE
)
_SPOKEN_DOT = rf"(?:\.|\s?[(\[]\s?(?:{_DOT_WORDS})\s?[)\]]\s?|\s(?:{_DOT_WORDS})\s)"
_DOT = re.compile(_SPOKEN_DOT, re.IGNORECASE)

_LOCAL = re.compile(rf"(?<![^\W_{_UNSPACED}])(?<!@)[^\W_{_UNSPACED}](?:[^\W{_UNSPACED}]|[.+'-])*\Z")
_UNSPACED_LOCAL = re.compile(r"(?<![\w@.+'-])[^\W_][\w.+'-]*\Z")
_DOMAIN = re.compile(rf"(?:{_LABEL}\.){{1,9}}{_TOP_LABEL}(?!:[\w.~-]{{0,99}}/)", re.IGNORECASE)
_SPOKEN_LOCAL = re.compile(rf"(?<![\w.])[^\W_][\w+-]*(?:{_SPOKEN_DOT}[\w+-]+){{0,3}}\Z", re.IGNORECASE)
_SPOKEN_DOMAIN = re.compile(rf"(?:{_LABEL}{_SPOKEN_DOT}){{1,4}}{_TOP_LABEL}", re.IGNORECASE)

# In English "at" is a word like any other: it has to be led up to.
_LED_UP_TO = re.compile(r"(?:\A|:|\b(?:is|it's|e-?mail|mail|address))\s*\Z", re.IGNORECASE)
_VERB = re.compile(r"(?:look|work|shop|stay|meet|live|start|is|am|be|me|us|see)\Z", re.IGNORECASE)

# "Write to ada@example.com.Thanks" and "ada@example.de.Danke".
_NEXT_SENTENCE = re.compile(r"(?<=\.com|\.net|\.org)\.[^\W\d_]{3,}\Z|(?<=\.[a-z]{2})\.[A-Z][a-z]+\Z")
_NO_MAILBOX = re.compile(
    r"(?:do[._-]?not|no)[._-]?reply|mailer-daemon@|.*\."
    r"(?:png|jpe?g|gif|svg|webp|avif|bmp|ico|heic|pdf|gz|tgz|css|js|json|html?|txt|exe|dll)\Z",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"\b(?:ssh|scp|sftp|rsync)\s+\Z")


def _emails(text: str) -> Iterator[_Spot]:
    end = 0
    for at in _AT.finditer(text):
        spot = _typed_email(text, at) if at[0] == "@" else _spoken_email(text, at)
        if spot and spot.start >= end:
            end = spot.end
            yield spot


def _typed_email(text: str, at: re.Match[str]) -> _Spot | None:
    start = max(0, at.start() - 65)
    local = _LOCAL.search(text, start, at.start()) or _UNSPACED_LOCAL.search(text, start, at.start())
    domain = _DOMAIN.match(text, at.end(), at.end() + 255)
    if not local or not domain or _COMMAND.search(text, max(0, local.start() - 9), local.start()):
        return None
    host = _NEXT_SENTENCE.sub("", domain[0])
    return _email(local.start(), at.end() + len(host), f"{local[0]}@{host}")


def _spoken_email(text: str, at: re.Match[str]) -> _Spot | None:
    local = _SPOKEN_LOCAL.search(text, max(0, at.start() - 65), at.start())
    domain = _SPOKEN_DOMAIN.match(text, at.end(), at.end() + 255)
    if not local or not domain or (at[0].strip().lower() == "at" and not _is_spelt_out(text, local, domain)):
        return None
    return _email(local.start(), domain.end(), _DOT.sub(".", f"{local[0]}@{domain[0]}"))


def _is_spelt_out(text: str, local: re.Match[str], domain: re.Match[str]) -> bool:
    led_up_to = _LED_UP_TO.search(text, max(0, local.start() - 20), local.start())
    return "." not in domain[0] and led_up_to is not None and not _VERB.match(local[0])


def _email(start: int, end: int, typed: str) -> _Spot | None:
    normal = None if _NO_MAILBOX.match(typed) else read_email(typed).normal
    return _Spot(start, end, "email", normal) if normal else None


# --- Phone numbers ---

# Figures whose form alone says that they are no phone number.
_NO_PHONE = re.compile(
    r"""
    # IBAN, with its country or without
      \b(?-i:[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?)\b
    | (?<![\d+])\d\d(?:[ ]\d{4}){5,6}\b
    # card, national identity, parcel, bar code
    | (?<![\d+])(?<!\d[ -])[1-9]\d{3}(?:[ -]\d{4}){2,4}(?!\d) | (?<![\d+])(?:[1-9]\d{13,}|0\d{15,})
    # date
    | (?<!\d)(?<!\d[./-])(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:19|20)?\d\d(?![./-]?\d)
    | (?<!\d)(?<!\d[./-])(?:19|20)\d\d([./-])[01]?\d\2[0-3]?\d(?!\d)
    # time
    | (?<![\d:])\d{1,2}[:h]\d\d(?::\d\d)?(?!\d)
    # IPv4 address, version; not 1.206.555.0123
    | (?<![\d.+])(?!1(?:\.\d{3}){2}\.\d{4})
      (?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(?:\.(?:0|[1-9]\d{0,9})){3,9}+(?!\.?\d)
    # coordinates, fraction
    | -?(?<![\d.])\d{1,3}\.\d{3,18},?\s?-?\d{1,3}\.\d{3,18}(?!\.?\d) | (?<![\d.,+])\d[.,]\d{5,}(?!\d)
    # amount, its currency before or its unit behind
    | (?:[$£¥₹₽€]|R\$|\b(?:EUR|USD|GBP|CHF|Fr\.))\s?\d[\d.,'٬]*(?:\s\d{3})*
    | (?<![\d.,+-])(?<!\d[ ])\d{1,12}(?:[.,'٬\s]\d{2,3}){0,5}(?:[.,]\d{1,2})?\s?
      (?:[$£¥₹₽€元円%]|(?:eur|euros?|usd|dollars?|pesos?|zł|zl|pln|руб\w*|reais|tl|chf|ريال|[kmc]?m|[km]?g)\b)
    """,  # noqa: RUF001
    re.VERBOSE | re.IGNORECASE,
)
_LISTED = re.compile(r"\s*(?:[,;/&+]|and|or|und|oder|y|o|et|ou|e|i|и|или)\s*\Z", re.IGNORECASE)
_STUCK_BEFORE = re.compile(r"(?:[A-Za-z_@#~$€£]|\b(?!TEL|CEL)[A-Z]{1,5}[-/]|\d[.-])\Z")
_STUCK_AFTER = re.compile(
    r"-?[A-Za-z]|[_@%\\]|\.(?:pdf|png|jpe?g|docx?|xlsx?|zip|txt|csv|mp[34])\b", re.IGNORECASE
)
_INTERNATIONAL_PREFIX = re.compile(r"(?<![\d+.,-])(?<!\d\s)00(?=\s?[1-9])")
_BROKEN_LINE = re.compile(r"(?<=[\d)])\s?\n\s?(?=[\d(])")


def _phones(text: str, region: str | None) -> list[_Spot]:
    # The second character is one that libphonenumber reads over: places in the text stay what they are.
    plain = _INTERNATIONAL_PREFIX.sub("+\u2060", _NO_PHONE.sub(_blank, text))
    found = list(_numbers(plain, region, Leniency.VALID))
    if found or not _BROKEN_LINE.search(plain):
        return found
    return list(_numbers(plain.replace("\n", " "), region, Leniency.STRICT_GROUPING))


def _numbers(text: str, region: str | None, leniency: int) -> Iterator[_Spot]:
    refused_until = -1
    for match in islice(PhoneNumberMatcher(text, region, leniency, _MOST_TRIES), _MOST_OF_A_KIND):
        listed = refused_until >= 0 and _LISTED.match(text[refused_until : match.start])
        if listed or _is_no_phone(text, match):
            refused_until = match.end
        else:
            refused_until = -1
            yield _Spot(match.start, match.end, "phone", format_number(match.number, PhoneNumberFormat.E164))


def _is_no_phone(text: str, match: PhoneNumberMatch) -> bool:
    before, after = text[max(0, match.start - 60) : match.start], text[match.end : match.end + 60]
    return bool(_STUCK_BEFORE.search(before) or _STUCK_AFTER.match(after) or is_of_a_thing(before, after))
