"""`leadkeep people ...`."""

from typing import TYPE_CHECKING, Annotated

import typer

from leadkeep.cli.options import NEWEST, ConfigOption, DatabaseOption, PersonIdArgument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadkeep.domain.merge import Merge
    from leadkeep.domain.person import Person

_MAX_MERGES = 200
"""Merges of one person that are shown."""

app = typer.Typer(
    help="List people, show whom leads belong to, merge two, undo it, delete one.", no_args_is_help=True
)


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = NEWEST,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """List people, newest lead first."""
    from leadkeep.actions.read_people import list_people
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        found = list_people(store, OPERATOR, None, limit + 1)
    if not found:
        note("No people yet: the first lead brings one.")
        return
    print_people(found[:limit])
    if len(found) > limit:
        note(f"These are the newest {limit}; --limit shows more.")


@app.command()
def show(person_id: PersonIdArgument, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Show one person, and the merges that made it; `leads list --person` lists the leads."""
    from leadkeep.actions.read_people import get_person, list_merges
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import print_facts
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        found = get_person(store, OPERATOR, person_id)
        merges = list_merges(store, OPERATOR, found.id, None, _MAX_MERGES + 1)
    print_facts(
        {
            "id": found.id,
            "name": found.name,
            "e-mail": found.email,
            "phone": found.phone,
            "leads": found.lead_count,
            "first": found.first_at,
            "last": found.last_at,
            "all e-mails": found.emails,
            "all phones": found.phones,
            "bots": found.bots,
        }
    )
    _print_merges(merges)


@app.command(epilog="leadkeep people merge 01a2...d63 01a2...f07 --reason 'Same voice on the phone'")
def merge(
    person_id: PersonIdArgument,
    other_id: Annotated[str, typer.Argument(metavar="OTHER", help="Who is the same person.")],
    reason: Annotated[str | None, typer.Option(help="Why they are one.", show_default=False)] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Merge two people; the one known for longer goes on."""
    from leadkeep.actions.merge_people import merge_people
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.transaction() as store:
        done = merge_people(store, OPERATOR, person_id, other_id, reason)
    print(f"Person {done.absorbed_id} is merged into {done.survivor_id}.")
    note(f"`leadkeep people undo {done.id}` takes it back.")


@app.command()
def undo(
    merge_id: Annotated[str, typer.Argument(metavar="MERGE", help="As `people show` shows it.")],
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Undo a merge: every lead goes back."""
    from leadkeep.actions.undo_merge import undo_merge
    from leadkeep.cli.database import opened
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.transaction() as store:
        done = undo_merge(store, OPERATOR, merge_id)
    print(f"Person {done.absorbed_id} is no longer merged into {done.survivor_id}.")


@app.command()
def suggestions(
    person_id: PersonIdArgument, database: DatabaseOption = None, config: ConfigOption = None
) -> None:
    """List who may be the same person, and why; nobody is merged by it."""
    from leadkeep.actions.suggest_merges import suggest_merges
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note, print_table
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        found = suggest_merges(store, OPERATOR, person_id)
    if not found:
        note("Nobody looks like the same person.")
        return
    print_table(
        ("id", "name", "email", "phone", "leads", "reasons"),
        [
            (
                one.person.id,
                one.person.name,
                one.person.email,
                one.person.phone,
                one.person.lead_count,
                [reason.replace("_", " ") for reason in one.reasons],
            )
            for one in found
        ],
    )


def print_people(found: "Sequence[Person]") -> None:
    from leadkeep.cli.terminal import print_table

    print_table(
        ("last lead", "name", "email", "phone", "leads", "id"),
        [(one.last_at, one.name, one.email, one.phone, one.lead_count, one.id) for one in found],
    )


def _print_merges(merges: "Sequence[Merge]") -> None:
    """That made a person, newest first; of more than _MAX_MERGES, the first are shown."""
    from leadkeep.cli.terminal import note, print_table

    if merges:
        print()
        print_table(
            ("merge", "at", "merged", "into", "by", "reason", "undone"),
            [
                (
                    merge.id,
                    merge.at,
                    merge.absorbed_id,
                    merge.survivor_id,
                    merge.merged_by_name or f"lead {merge.lead_id}",
                    merge.reason,
                    merge.undone_at,
                )
                for merge in merges[:_MAX_MERGES]
            ],
        )
    if len(merges) > _MAX_MERGES:
        note(f"These are the newest {_MAX_MERGES} merges.")
