"""Writing for people: tables and facts, with nothing in them that a terminal would obey."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

# Joiners belong to the spelling of some languages' names, and to emoji.
_HARMLESS = {"\u200c", "\u200d", "\u00a0", "\u3000"}


def printable(text: str) -> str:
    """The text with control characters, and those that change its direction, spelt out."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in _HARMLESS else _spelt(c) for c in text)


def note(text: str) -> None:
    """Something for the person, on stderr, where it is in no program's way."""
    print(printable(text), file=sys.stderr)


def print_facts(facts: Mapping[str, object]) -> None:
    """One fact a line."""
    width = max(map(len, facts)) + 2
    for name, value in facts.items():
        print(f"{name + ':':<{width}}{_cell(value)}".rstrip())


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """As wide as it takes: what is folded in the middle of a word can neither be read nor copied."""
    from rich.cells import cell_len

    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(headers, *cells, strict=True)]

    def line(row: Sequence[str]) -> str:
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        return "  ".join(padded).rstrip()

    head = line(headers)
    print(f"\x1b[1m{head}\x1b[0m" if sys.stdout.isatty() else head)
    for row in cells:
        print(line(row))


def shown_time(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return shown_time(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(map(_cell, value)))
    return printable(str(value))


def _spelt(character: str) -> str:
    # Lone surrogates have no UTF-8, yet this spelling.
    return character.encode("unicode_escape").decode()
