"""`leadkeep doctor`."""

from typing import TYPE_CHECKING

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption

if TYPE_CHECKING:
    from leadkeep.cli.checks import Finding


def doctor(database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Check settings, database and disk; say what to do about each problem."""
    from leadkeep.cli.checks import check_all

    failed = False
    for finding in check_all(database, config):
        _print(finding)
        failed = failed or finding.state == "fail"
    if failed:
        raise typer.Exit(1)


def _print(finding: "Finding") -> None:
    from leadkeep.cli.terminal import printable

    colour = {"ok": typer.colors.GREEN, "warn": typer.colors.YELLOW, "fail": typer.colors.RED}[finding.state]
    state = typer.style(f"{finding.state:<4}", fg=colour, bold=True)
    typer.echo(f"{state}  {finding.subject:<9} {printable(finding.text)}")
