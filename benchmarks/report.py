"""The figures as a table for the README, and the machine they were taken on."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Literal

import msgspec

from benchmarks.load import generator

Unit = Literal["/s", " ms", " KB", " MB", " %", " times"]
_HEAD = ("work", "clients", "Leadkeep", "floor", "ratio", "Flowise", "aim")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: the median of its runs. `floor_share` is the part of the floor's rate that is aimed at."""

    work: str
    clients: int | None = None
    unit: Unit = "/s"
    ours_runs: Sequence[float] = ()
    floor_runs: Sequence[float] = ()
    flowise: float | None = None
    aim: float | None = None
    floor_share: float | None = None

    @property
    def ours(self) -> float | None:
        return median(self.ours_runs) if self.ours_runs else None

    @property
    def floor(self) -> float | None:
        return median(self.floor_runs) if self.floor_runs else None

    @property
    def spread(self) -> float:
        """The greatest of the runs by the least, of ours or of the floor's, whichever differ more."""
        return max((max(runs) / min(runs) for runs in (self.ours_runs, self.floor_runs) if runs), default=1.0)

    @property
    def ratio(self) -> float | None:
        return self.ours / self.floor if self.ours is not None and self.floor else None

    def cells(self) -> tuple[str, ...]:
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f}"
        clients = "–" if self.clients is None else str(self.clients)
        figures = [self._shown(value) for value in (self.ours, self.floor, self.flowise)]
        return (self.work, clients, *figures[:2], ratio, figures[2], self._aim())

    def _aim(self) -> str:
        share = "" if self.floor_share is None else f", ratio {self.floor_share}"
        return self._shown(self.aim) + share

    def _shown(self, value: float | None) -> str:
        if value is None:
            return "–"
        return f"{value:,.{0 if value >= 100 else 1}f}{self.unit}"


def table(rows: Sequence[Row]) -> str:
    """Markdown; all columns but the first are numbers."""
    lines = [_HEAD, ("---", *["---:"] * (len(_HEAD) - 1)), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def steadiness(rows: Sequence[Row]) -> str:
    """How far to trust the table: on a machine with other work to do, a median is one of many it might be."""
    runs = min((len(row.ours_runs or row.floor_runs) for row in rows), default=0)
    if runs < 3:
        return "Fewer than three runs each: this shows that it works, and no figure is to be quoted."
    worst = max(rows, key=lambda row: row.spread)
    clients = f" (clients: {worst.clients})" if worst.clients else ""
    return (
        f"Medians of {runs} or more runs, which differed most for “{worst.work}”{clients}: "
        f"{worst.spread:.1f} times between the least and the greatest."
    )


def machine(home: Path) -> str:
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, databases on {_file_system(home)}, load by {generator()}."
    )


def _file_system(path: Path) -> str:
    """What a commit costs depends on it: on tmpfs, say, nothing ever reaches a disk."""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return "an unknown file system"
    rows = [line.split() for line in mounts.read_text().splitlines()]
    around = [row for row in rows if path.resolve().is_relative_to(row[1])]
    return max(around, key=lambda row: len(row[1]))[2]
