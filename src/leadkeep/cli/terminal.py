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
    """Fitted to the terminal, ids never cut; where there is no terminal, as wide as it takes."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        table.add_column(header, no_wrap=header == "id", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    Console(width=None if sys.stdout.isatty() else 1_000_000, soft_wrap=False).print(table)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(map(_cell, value)))
    return printable(str(value))


def _spelt(character: str) -> str:
    # Lone surrogates have no UTF-8, yet this spelling.
    return character.encode("unicode_escape").decode()
