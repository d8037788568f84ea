"""Leads on standard output: a table for people, JSON and CSV for programs.

Pages are read one at a time, each in a transaction of its own, so that neither memory nor a lock on the
database grows with the number of leads or with how slowly a reader takes them.
"""

import csv
import io
import re
import sys
from collections.abc import Iterator
from typing import Any

import msgspec

from leadkeep.actions.read_leads import FURTHER_PAGE, list_leads
from leadkeep.cli.terminal import note, print_table, printable
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Lead, LeadFilter, Position, Sort
from leadkeep.domain.moments import from_iso
from leadkeep.storage.database import Database

_COLUMNS = Lead.__struct_fields__
SHAPE = JsonShape(tuple((name, name) for name in _COLUMNS), missing="null")
_SHOWN = ("bot_id", "name", "email", "phone", "id")
# JSON allows these raw, yet a terminal obeys some of them.
_CONTROLS = re.compile(r"[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_FORMULA = re.compile(r"[=+@\-\t\r\n\uff1d\uff0b\uff0d\uff20]")
# Digits and spaces compute nothing. With a hyphen or brackets a spreadsheet would take it for a sum.
_PLAIN_PHONE = re.compile(r"\+[0-9][0-9 ]{4,24}\Z")


def pages(
    database: Database, wanted: LeadFilter, limit: int | None, sort: Sort = Sort.NEWEST
) -> Iterator[JsonPage]:
    """At most `limit` leads; the last page's `next` tells whether there are more."""
    after: Position | None = None
    left = sys.maxsize if limit is None else limit
    while left > 0:
        size = min(FURTHER_PAGE, left)
        with database.snapshot() as store:
            page = list_leads(store, OPERATOR, wanted, SHAPE, after, size, sort)
        yield page
        after, left = page.next, left - size
        if after is None:
            return


def write_table(found: Iterator[JsonPage], *, none: str, which: str = "newest") -> None:
    """Where there is no lead, `none` is said in place of an empty table; `which` leads come first."""
    rows: list[list[Any]] = []
    more = False
    for page in found:
        rows += lead_rows(page.members)
        more = page.next is not None
    if rows:
        print_leads(rows)
    else:
        note(none)
    if more:
        those = f"This is the {which}" if len(rows) == 1 else f"These are the {which} {len(rows)}"
        note(f"{those}; --limit shows more, --format csv or json all.")


def lead_rows(members: str) -> list[list[Any]]:
    """What a table shows of each lead of a page in SHAPE."""
    leads = _read(members)
    return [[from_iso(lead["created_at"]), *(lead[name] for name in _SHOWN)] for lead in leads]


def print_leads(rows: list[list[Any]]) -> None:
    print_table(("created", "bot", "name", "email", "phone", "id"), rows)


def write_json(found: Iterator[JsonPage]) -> None:
    """One JSON array in UTF-8."""
    separator = "\n"
    _write("[")
    for page in found:
        if page.members:
            _write(separator + _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", page.members))
            separator = ",\n"
    _write("\n]\n")


def write_csv(found: Iterator[JsonPage]) -> None:
    """RFC 4180 in UTF-8, with a header; attributes are JSON in one cell."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for page in found:
        writer.writerows([_cell(lead[name]) for name in _COLUMNS] for lead in _read(page.members))
        _write(text.getvalue())
        text.seek(0)
        text.truncate()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before what would begin one.

    A phone number of `+` and digits stays as it is, so that `phone_e164` is always fit for import.
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _PLAIN_PHONE.match(cell) else cell


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = guarded(value if isinstance(value, str) else msgspec.json.encode(value).decode())
    # An export is faithful; only a terminal is not shown what it would obey.
    return printable(text) if sys.stdout.isatty() else text


def _read(members: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = msgspec.json.decode(f"[{members}]")
    return rows


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode())
