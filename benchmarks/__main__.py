"""`python -m benchmarks [names...] [--quick] [--seconds N] [--runs N] [--against DIR] [--json FILE]`"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from types import FrameType

import msgspec

from benchmarks.databases import Databases, PostgreSQL, SQLiteFiles
from benchmarks.report import Row, machine, steadiness, table
from benchmarks.stage import Plan, Stage
from benchmarks.works import WORKS

_QUICK = Plan(seconds=0.1, runs=1, crowd=20_000, sizes=(300, 600), warm_up=0.1)
_FULL = Plan(seconds=5, runs=3, crowd=1_000_000, sizes=(10_000, 100_000, 1_000_000))


def main() -> None:
    options = _options()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="leadkeep-bench-", ignore_cleanup_errors=True) as directory:
        home = Path(directory)
        print(machine(home), file=sys.stderr)
        try:
            for row in _measured(home, options.names or _by_default(), _plan(options)):
                rows.append(row)
                print(" | ".join(row.cells()), file=sys.stderr, flush=True)
        finally:
            # Also where it was stopped: what took minutes to measure is worth showing.
            print(f"{table(rows)}\n\n{machine(home)}\n{steadiness(rows)}")
            if options.json:
                options.json.write_bytes(msgspec.json.format(msgspec.json.encode(rows)))


def _measured(home: Path, names: Sequence[str], plan: Plan) -> Iterator[Row]:
    with ExitStack() as open_engines:
        engines: dict[str, Databases] = {
            engine.name: open_engines.enter_context(closing(engine))
            for engine in (SQLiteFiles(home), PostgreSQL(home))
        }
        for name in names:
            print(f"{name}:", file=sys.stderr)
            work = WORKS[name]
            yield from work.measure(Stage(home, engines[work.engine], plan))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Leadkeep.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"what to measure: {', '.join(WORKS)}")
    parser.add_argument("--quick", action="store_true", help="only see that it works; figures mean little")
    parser.add_argument("--seconds", type=_at_least_one, metavar="N", help="how long a run lasts")
    parser.add_argument("--runs", type=_at_least_one, metavar="N", help="how many runs a median is of")
    parser.add_argument(
        "--against", type=_checkout, metavar="DIR", help="another checkout, to measure captures against"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    options = parser.parse_args()
    if unknown := set(options.names) - WORKS.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(WORKS)}")
    if options.against is None and any(WORKS[name].beside_another for name in options.names):
        parser.error("captures are compared with --against DIR only")
    return options


def _plan(options: argparse.Namespace) -> Plan:
    plan = _QUICK if options.quick else _FULL
    return plan._replace(
        seconds=options.seconds or plan.seconds, runs=options.runs or plan.runs, against=options.against
    )


def _by_default() -> list[str]:
    """What needs nothing else."""
    return [name for name, work in WORKS.items() if not work.beside_another]


def _checkout(text: str) -> Path:
    path = Path(text).resolve()
    if not (path / "src/leadkeep").is_dir():
        raise argparse.ArgumentTypeError(f"{path} is no checkout of Leadkeep")
    return path


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _leave(number: int, frame: FrameType | None) -> None:
    # On the way out servers and files go; nobody shall cut that short.
    for again in (signal.SIGINT, signal.SIGTERM):
        signal.signal(again, signal.SIG_IGN)
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
