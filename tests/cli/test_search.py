from leadkeep.storage.database import Database
from tests.cli.test_leads import add
from tests.support.command import Command


def test_a_search_shows_leads_and_people(leadkeep: Command, database: Database) -> None:
    add(database, 2, name="Zoë Müller", email="zoe@example.org")
    add(database, name="Bob")
    done = leadkeep("search", "MULL", "zoe")
    head, first, second, _, people, zoe = done.out.splitlines()
    assert head.split() == ["created", "bot", "name", "email", "phone", "id"]
    assert people.split() == ["last", "lead", "name", "email", "phone", "leads", "id"]
    for line in (first, second, zoe):
        assert "Zoë Müller" in line
    assert len(leadkeep("search", "mull", "--limit", "1").out.splitlines()) == 5


def test_a_search_that_finds_nothing_says_so(leadkeep: Command, database: Database) -> None:
    add(database, name="Bob")
    assert leadkeep("search", "zoe").err == "Nothing found.\n"
    assert "must have a letter" in leadkeep("search", "?", code=2).err
