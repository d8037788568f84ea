"""`leadkeep leads delete`, `people delete` and `sessions delete`: what they delete is gone for good."""

from typing import Annotated

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption, LeadIdArgument, PersonIdArgument


def delete_lead(
    lead_id: LeadIdArgument,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Delete a lead with its tags, notes and history; its session stays."""
    from leadkeep.actions.delete_lead import delete_lead
    from leadkeep.cli.database import opened
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.transaction() as store:
        delete_lead(store, OPERATOR, lead_id)
    print(f"Lead {lead_id} is deleted.")


def delete_person(
    person_id: PersonIdArgument,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Delete a person with all their leads, and the sessions that hold nobody else's."""
    from leadkeep.actions.delete_person import delete_person
    from leadkeep.cli.database import opened
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.transaction() as store:
        delete_person(store, OPERATOR, person_id)
    print(f"Person {person_id} is deleted.")


def delete_session(
    bot_id: Annotated[str, typer.Argument(metavar="BOT", help="The bot's id.")],
    session_id: Annotated[str, typer.Argument(metavar="ID", help="The session's id.")],
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Delete a session with its messages, hand-overs and leads."""
    from leadkeep.actions.delete_session import delete_session
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import printable
    from leadkeep.domain.access import OPERATOR

    with opened(database, config) as ready, ready.transaction() as store:
        delete_session(store, OPERATOR, bot_id, session_id)
    print(f"Session {printable(session_id)} is deleted.")
