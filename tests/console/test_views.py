"""Saved views of the inbox."""

from tests.console.conftest import MakePerson
from tests.support.server import Server


def test_what_others_share_names_no_bot_that_is_not_ones_own(server: Server, person: MakePerson) -> None:
    bot_id, other_id, owner = server.bot(), server.bot(), person()
    for name, query in (
        (bot_id, f"bot={bot_id}"),
        (other_id, f"q=ada&bot={other_id}"),
        (f"all-{bot_id}", ""),
    ):
        owner.post("/inbox/views", name=name, query=query, shared="on")
    inbox = person("viewer", [bot_id]).get("/inbox")
    assert f"all-{bot_id}" in inbox
    assert f"bot={bot_id}" in inbox
    assert other_id not in inbox
    assert other_id in person("viewer").get("/inbox")
