"""Options and arguments that several commands take."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

NEWEST = 50
"""Rows that a table shows unless told otherwise."""


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"


class LeadFormat(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="sqlite:///file or postgresql://user@host/name."),
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Settings as TOML, instead of leadkeep.toml.")
]
SinceOption = Annotated[
    str | None, typer.Option("--from", metavar="TIME", help="From 2026-11-01 or 2026-11-01T09:00:00Z on.")
]
UntilOption = Annotated[str | None, typer.Option("--to", metavar="TIME", help="Before this time.")]
LimitOption = Annotated[
    int | None,
    typer.Option(min=1, help="The first so many.", show_default=f"{NEWEST} in a table, else all"),
]
LeadIdArgument = Annotated[str, typer.Argument(metavar="ID", help="As `leads list` shows it.")]
PersonIdArgument = Annotated[str, typer.Argument(metavar="ID", help="As `people list` shows it.")]
