"""`leadkeep demo`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption


def demo(
    leads: Annotated[int, typer.Option(min=1, max=10_000_000, metavar="N", help="How many leads.")] = 1_000,
    seed: Annotated[
        int, typer.Option(metavar="S", help="Another number gives other visitors, the same one the same.")
    ] = 1,
    until: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="The end of the year that is made up.", show_default="now"),
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Fill an empty database with made-up bots, conversations and leads, to try things out."""
    from leadkeep.actions import clock
    from leadkeep.actions.fill_demo import fill_demo
    from leadkeep.cli.database import opened, settings_of, shown_url
    from leadkeep.cli.lead_filter import read_time
    from leadkeep.cli.terminal import note
    from leadkeep.domain.errors import ConflictError

    shown = shown_url(settings_of(database, config).database)
    end = read_time("--until", until) or clock.now()
    with opened(database, config, make=True) as ready, _progress(leads) as on_stored:
        try:
            fill_demo(ready, leads, seed, end, on_stored)
        except ConflictError as error:
            raise ConflictError(
                f"{error.message}, and what is made up is not mixed with anything else: in place of {shown} "
                "name a new database, as in --database sqlite:///demo.db"
            ) from None
    print(f"{leads:,} leads of bots demo-… are in {shown}")
    note("Keep real leads in another database; to be rid of these, remove this one.")


@contextmanager
def _progress(leads: int) -> Iterator[Callable[[int], object]]:
    """A bar on stderr where that is a terminal; what it is told adds up to `leads`."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("leads"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("leads", total=leads)
        yield lambda stored: bar.advance(task, stored)
