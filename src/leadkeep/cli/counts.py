"""`leadkeep counts`."""

from typing import TYPE_CHECKING, Annotated

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption, Format
from leadkeep.domain.counts import By
from leadkeep.domain.spans import Per

if TYPE_CHECKING:
    from leadkeep.domain.counts import Count, Counts

_NUMBERS = ("leads", "sessions", "became leads", "conversion")


def counts(
    per: Annotated[Per, typer.Option(help="Days, 2 years at most, or hours, 31 days at most.")] = Per.DAY,
    since: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="TIME",
            help="From 2026-11-01 or 2026-11-01T09:00 on.",
            show_default="30 days ago",
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Before this time.", show_default="now")
    ] = None,
    by: Annotated[By | None, typer.Option(help="Tell groups apart as well.")] = None,
    bot: Annotated[str | None, typer.Option(metavar="ID", help="Of this bot only.")] = None,
    time_zone: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose days and hours.", show_default="as set")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="For people or for programs.")] = Format.TABLE,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Count leads and sessions per day or hour."""
    import msgspec

    from leadkeep.actions.read_counts import read_counts
    from leadkeep.cli.bots import require_bot
    from leadkeep.cli.database import opened, settings_of
    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.counts import Asked
    from leadkeep.domain.spans import read_edge
    from leadkeep.domain.time_zone import check_time_zone

    zone = check_time_zone(time_zone or settings_of(database, config).time_zone, "--time-zone")
    asked = Asked(
        zone=zone,
        per=per,
        start=None if since is None else read_edge(since, zone, "--from"),
        end=None if until is None else read_edge(until, zone, "--to"),
        by=by,
        bot_id=bot,
    )
    with opened(database, config) as ready:
        require_bot(ready, bot)
        with ready.snapshot() as store:
            found = read_counts(store, OPERATOR, asked)
    if form is Format.JSON:
        print(msgspec.json.encode(found).decode())
    else:
        _print_tables(found)


def _print_tables(counts: "Counts") -> None:
    from leadkeep.cli.terminal import note, print_table

    shape = "%Y-%m-%d" if counts.per is Per.DAY else "%Y-%m-%d %H:%M %z"
    rows = [(item.at.strftime(shape), *_cells(item)) for item in counts.items]
    print_table((counts.per.value, *_NUMBERS), [*rows, ("total", *_cells(counts.total))])
    if counts.by:
        print()
        groups = [(one.group or "-", *_cells(one.total)) for one in counts.groups]
        print_table((counts.by.value, *_NUMBERS), groups)
    if counts.groups_left_out:
        note(f"{counts.groups_left_out} more with fewer leads are left out.")
    if counts.total.handovers:
        waiting, answer = map(_seconds, (counts.total.waiting_seconds, counts.total.first_answer_seconds))
        note(
            f"Hand-overs: {counts.total.handovers}. Median to the claim: {waiting}; to the answer: {answer}."
        )


def _seconds(seconds: float | None) -> str:
    return "none yet" if seconds is None else f"{seconds:.0f} s"


def _cells(count: "Count") -> tuple[object, ...]:
    share = None if count.conversion is None else f"{count.conversion:.1%}"
    return count.leads, count.sessions, count.converted, share
