"""CSV for programs and spreadsheets (RFC 4180), in which no cell is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

import msgspec

_FORMULA = re.compile(r"[=+@\-\t\r\n\uff1d\uff0b\uff0d\uff20]")
# Digits and spaces compute nothing. With a hyphen or brackets a spreadsheet would take it for a sum.
_PLAIN_PHONE = re.compile(r"\+[0-9][0-9 ]{4,24}\Z")


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def cell_of(value: object) -> str:
    """Text as it is but `guarded`, anything else as JSON; nothing for None."""
    if value is None:
        return ""
    return guarded(value if isinstance(value, str) else msgspec.json.encode(value).decode())


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before what would begin one.

    A phone number of `+` and digits stays as it is, so that `phone_e164` is always fit for import.
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _PLAIN_PHONE.match(cell) else cell
