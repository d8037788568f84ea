"""`leadkeep doctor`."""

from typing import TYPE_CHECKING, Annotated

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption

if TYPE_CHECKING:
    from leadkeep.cli.checks import Finding


def doctor(
    send_test: Annotated[
        str | None, typer.Option("--send-test", metavar="ADDRESS", help="Send a mail to this address.")
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Check settings, database and disk; say what to do about each problem."""
    from leadkeep.cli.checks import check_all
    from leadkeep.cli.mail_check import check_mail

    failed = False
    sent = [] if send_test is None else [check_mail(database, config, send_test)]
    for finding in (*check_all(database, config), *sent):
        _print(finding)
        failed = failed or finding.state == "fail"
    if failed:
        raise typer.Exit(1)


def _print(finding: "Finding") -> None:
    from leadkeep.cli.terminal import printable

    colour = {"ok": typer.colors.GREEN, "warn": typer.colors.YELLOW, "fail": typer.colors.RED}[finding.state]
    state = typer.style(f"{finding.state:<4}", fg=colour, bold=True)
    typer.echo(f"{state}  {finding.subject:<9} {printable(finding.text)}")
