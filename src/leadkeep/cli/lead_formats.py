"""Leads on standard output: a table for people, JSON and CSV for programs."""

import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

from leadkeep.actions.read_leads import list_leads
from leadkeep.cli.json_pages import items_of, pages, write_json, write_text
from leadkeep.cli.options import NEWEST, LeadFormat
from leadkeep.cli.terminal import note, print_table, printable
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import EXPORTED, LeadFilter, Sort
from leadkeep.domain.moments import from_iso
from leadkeep.domain.spreadsheet import cell_of, csv_lines
from leadkeep.storage.database import Database

SHAPE = JsonShape(tuple((name, name) for name in EXPORTED), missing="null")
_SHOWN = ("bot_id", "name", "email", "phone", "id")
# By order: what those leads are that come first.
_FIRST = {Sort.NEWEST: "newest", Sort.BEST: "best"}


def write_leads(
    database: Database, wanted: LeadFilter, sort: Sort, form: LeadFormat, limit: int | None
) -> None:
    """At most `limit` leads; without one, NEWEST in a table, and all in what is for programs."""
    most = limit or (NEWEST if form is LeadFormat.TABLE else None)
    turn = partial(list_leads, grant=OPERATOR, wanted=wanted, shape=SHAPE, sort=sort)
    found = pages(database, turn, most)
    if form is LeadFormat.JSON:
        write_json(found)
    elif form is LeadFormat.CSV:
        _write_csv(found)
    else:
        none = "No leads yet." if wanted == LeadFilter(bot_id=wanted.bot_id) else "No such leads."
        _write_table(found, none=none, which=_FIRST.get(sort, "first"))


def _write_table(found: Iterator[JsonPage], *, none: str, which: str) -> None:
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
    leads = items_of(members)
    return [[from_iso(lead["created_at"]), *(lead[name] for name in _SHOWN)] for lead in leads]


def print_leads(rows: list[list[Any]]) -> None:
    print_table(("created", "bot", "name", "email", "phone", "id"), rows)


def _write_csv(found: Iterator[JsonPage]) -> None:
    """In UTF-8, with a header; attributes are JSON in one cell."""
    write_text(csv_lines([EXPORTED]))
    for page in found:
        write_text(csv_lines([_cell(lead[name]) for name in EXPORTED] for lead in items_of(page.members)))


def _cell(value: Any) -> str:
    text = cell_of(value)
    # An export is faithful; only a terminal is not shown what it would obey.
    return printable(text) if sys.stdout.isatty() else text
