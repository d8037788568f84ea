"""Cells that may be opened in a spreadsheet."""

import re

_FORMULA = re.compile(r"[=+@\-\t\r\n\uff1d\uff0b\uff0d\uff20]")
# Digits and spaces compute nothing. With a hyphen or brackets a spreadsheet would take it for a sum.
_PLAIN_PHONE = re.compile(r"\+[0-9][0-9 ]{4,24}\Z")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before what would begin one.

    A phone number of `+` and digits stays as it is, so that `phone_e164` is always fit for import.
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _PLAIN_PHONE.match(cell) else cell
