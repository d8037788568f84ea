"""`leadkeep leads set`, `note`, `delete-note` and `history`: what a team makes of its leads."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadkeep.cli.options import NEWEST, ConfigOption, DatabaseOption, LeadIdArgument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadkeep.domain.lead_change import LeadChange
    from leadkeep.domain.note import Note

MAX_NOTES = 50
"""Notes of a lead that are shown."""


def set_(
    lead_ids: Annotated[
        list[str], typer.Argument(metavar="ID", help="As `leads list` shows them; all or none is changed.")
    ],
    status: Annotated[
        str | None,
        typer.Option(metavar="STATUS", help="new, contacted, qualified, won, lost or spam."),
    ] = None,
    owner: Annotated[str | None, typer.Option(metavar="NAME", help="Whoever sees to it.")] = None,
    no_owner: Annotated[bool, typer.Option("--no-owner", help="Nobody sees to it.")] = False,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Add a tag; several times for several.")
    ] = None,
    untag: Annotated[
        list[str] | None, typer.Option("--untag", metavar="TAG", help="Take a tag off; likewise.")
    ] = None,
    value: Annotated[str | None, typer.Option(metavar="NUMBER", help="What it is worth.")] = None,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="In this, such as EUR.")] = None,
    no_value: Annotated[bool, typer.Option("--no-value", help="It is worth nobody knows what.")] = False,
    attribute: Annotated[
        list[str] | None, typer.Option("--attribute", metavar="KEY=TEXT", help="Set an attribute; likewise.")
    ] = None,
    no_attribute: Annotated[
        list[str] | None, typer.Option("--no-attribute", metavar="KEY", help="Remove one; likewise.")
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Change leads; what is not named stays as it is."""
    from leadkeep.actions.change_leads import change_leads
    from leadkeep.cli.database import opened
    from leadkeep.cli.lead_filter import one_of
    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.lead import Status

    change = _change(
        {"owner": no_owner, "value": no_value},
        status=None if status is None else one_of(Status, "--status", status),
        owner=owner,
        add_tags=tuple(tag) if tag else None,
        remove_tags=tuple(untag) if untag else None,
        value=value,
        currency=currency,
        attributes=_attributes(attribute or [], no_attribute or []),
    )
    with opened(database, config) as ready, ready.transaction() as store:
        outcome = change_leads(store, OPERATOR, lead_ids, change)
    unchanged = outcome.matched - outcome.changed
    also = f" {unchanged} {'was' if unchanged == 1 else 'were'} like that before." if unchanged else ""
    print(f"{outcome.changed} {'lead is' if outcome.changed == 1 else 'leads are'} changed.{also}")


def note(
    lead_id: LeadIdArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What there is to say; quoted.")],
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Add a note to a lead, which is found by its words from then on."""
    from leadkeep.actions.add_note import add_note
    from leadkeep.cli.database import opened
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.transaction() as store:
        written = add_note(store, OPERATOR, lead_id, text)
    print(f"Note {written.id} is added.")


def delete_note(
    lead_id: LeadIdArgument,
    note_id: Annotated[str, typer.Argument(metavar="NOTE", help="Its id, as `leads show` shows it.")],
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Delete a note; that there was one stays in the lead's history."""
    from leadkeep.actions import delete_note as action
    from leadkeep.cli.database import opened
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.transaction() as store:
        action.delete_note(store, OPERATOR, lead_id, note_id)
    print(f"Note {note_id} is deleted.")


def history(
    lead_id: LeadIdArgument,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = NEWEST,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Show who changed what of a lead, and when, newest first."""
    from leadkeep.actions.read_history import read_history
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note, print_table
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.snapshot() as store:
        found = read_history(store, OPERATOR, lead_id, None, limit + 1)
    if not found:
        note("Nobody has changed this lead yet.")
        return
    rows = [
        (change.at, change.changed_by_name, change.field, _shown(change.before), _shown(change.after))
        for change in found[:limit]
    ]
    print_table(("changed", "by", "what", "from", "to"), rows)
    if len(found) > limit:
        note("There are older ones; --limit shows more.")


def print_notes(notes: "Sequence[Note]") -> None:
    """Of a lead, newest first; of more than MAX_NOTES, the first are shown."""
    from leadkeep.cli.terminal import note, print_table

    if notes:
        rows = [(one.at, one.written_by_name, one.text, one.id) for one in notes[:MAX_NOTES]]
        print()
        print_table(("noted", "by", "note", "id"), rows)
    if len(notes) > MAX_NOTES:
        note(f"These are the newest {MAX_NOTES} notes.")


def _change(clear: dict[str, bool], **wanted: Any) -> "LeadChange":
    """What is None is left alone, unless it is to be cleared."""
    from leadkeep.domain.errors import InvalidError
    from leadkeep.domain.lead_change import LeadChange

    given = {name: value for name, value in wanted.items() if value is not None}
    for name, wished in clear.items():
        if wished and name in given:
            raise InvalidError(f"--no-{name}", f"--{name} and --no-{name} exclude one another")
        if wished:
            given[name] = None
    if not given:
        raise InvalidError("leads set", "nothing to change; see leadkeep leads set --help")
    return LeadChange(**given)


def _attributes(given: "Sequence[str]", gone: "Sequence[str]") -> dict[str, str | None] | None:
    from leadkeep.domain.errors import InvalidError

    patch: dict[str, str | None] = dict.fromkeys(gone)
    for pair in given:
        key, equals, text = pair.partition("=")
        if not equals:
            raise InvalidError("--attribute", "--attribute must look like KEY=TEXT")
        patch[key] = text
    return patch or None


def _shown(value: Any) -> str:
    import msgspec

    if value is None:
        return "-"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
