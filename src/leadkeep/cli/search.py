"""`leadkeep search`."""

from typing import Annotated

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption


def search(
    words: Annotated[
        list[str], typer.Argument(help="Beginnings of words, or a phone number or its last digits.")
    ],
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Leads, and people, at most.")] = 10,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Search leads and people: names, addresses, phone numbers and notes. All words must be found."""
    from leadkeep.actions.search_all import search_all
    from leadkeep.cli.database import opened
    from leadkeep.cli.lead_formats import SHAPE, lead_rows, print_leads
    from leadkeep.cli.people import print_people
    from leadkeep.cli.terminal import note
    from leadkeep.domain.access import OPERATOR
    from leadkeep.domain.search import read_search

    wanted = read_search(" ".join(words), "WORDS")
    with opened(database, config) as ready, ready.snapshot() as store:
        found = search_all(store, OPERATOR, wanted, SHAPE, limit)
    if not found.people:
        note("Nothing found.")
        return
    print_leads(lead_rows(found.leads))
    print()
    print_people(found.people)
