from leadkeep.actions.read_bots import get_bot
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.bot import Bot, LeadForm
from leadkeep.storage.database import Database
from tests.support.command import Command
from tests.support.leads import a_lead, put


def stored(database: Database, bot_id: str) -> Bot:
    with database.snapshot() as store:
        return get_bot(store, OPERATOR, bot_id)


def test_a_bot_is_made_listed_and_shown(leadkeep: Command, database: Database) -> None:
    leadkeep("bots", "create", "shop", "--name", "Shop", "--public", "--origin", "https://A.example/")
    bot = stored(database, "shop")
    assert (bot.name, bot.public, bot.origins) == ("Shop", True, ("https://a.example",))
    assert leadkeep("bots", "list").out.splitlines()[1].split()[:4] == [
        "shop",
        "Shop",
        "yes",
        "https://a.example",
    ]
    assert "origins:      https://a.example\n" in leadkeep("bots", "show", "shop").out


def test_a_bot_that_exists_is_not_made_again(leadkeep: Command) -> None:
    leadkeep("bots", "create", "shop")
    assert leadkeep("bots", "create", "shop", code=1).err == (
        "leadkeep: There is a bot shop already; change it with `leadkeep bots set shop`\n"
    )


def test_only_what_is_named_is_changed(leadkeep: Command, database: Database) -> None:
    leadkeep("bots", "create", "shop", "--name", "Shop", "--origin", "https://a.example")
    leadkeep("bots", "set", "shop", "--public", "--form-title", "Hello", "--no-ask-phone")
    leadkeep("bots", "set", "shop", "--form-success", "Thanks")
    bot = stored(database, "shop")
    assert (bot.name, bot.public, bot.origins) == ("Shop", True, ("https://a.example",))
    assert bot.form == LeadForm(title="Hello", success_message="Thanks", ask_phone=False)


def test_the_limit_to_sites_can_be_lifted(leadkeep: Command, database: Database) -> None:
    leadkeep("bots", "create", "shop", "--public", "--origin", "https://a.example")
    done = leadkeep("bots", "set", "shop", "--any-origin")
    assert stored(database, "shop").origins == ()
    assert done.err == "Any site can leave leads with this bot; --origin holds browsers to yours.\n"


def test_what_concerns_contacts_can_be_set_and_taken_back(leadkeep: Command, database: Database) -> None:
    leadkeep("bots", "create", "shop", "--region", "de", "--own-contact", "@a.example", "--no-extract")
    bot = stored(database, "shop")
    assert (bot.region, bot.extract, bot.own_contacts) == ("DE", False, ("@a.example",))
    shown = leadkeep("bots", "show", "shop").out
    assert "region:       DE\nextract:      no\nown contacts: @a.example\n" in shown
    leadkeep("bots", "set", "shop", "--no-region", "--no-own-contact", "--extract")
    bot = stored(database, "shop")
    assert (bot.region, bot.extract, bot.own_contacts) == (None, True, ())
    for option, value, opposite in (
        ("--region", "DE", "--no-region"),
        ("--own-contact", "@a.b", "--no-own-contact"),
    ):
        assert "exclude" in leadkeep("bots", "set", "shop", option, value, opposite, code=2).err
    assert "country" in leadkeep("bots", "set", "shop", "--own-contact", "030 1", code=2).err


def test_only_public_bots_take_leads_from_any_site(leadkeep: Command) -> None:
    assert "origins:      -\n" in leadkeep("bots", "create", "closed").out
    assert "origins:      any\n" in leadkeep("bots", "create", "open", "--public").out
    rows = [line.split()[:4] for line in leadkeep("bots", "list").out.splitlines()]
    assert rows[1:] == [["closed", "closed", "no", "-"], ["open", "open", "yes", "any"]]


def test_a_bot_is_deleted_unless_it_has_sessions(leadkeep: Command, database: Database) -> None:
    leadkeep("bots", "create", "empty")
    assert leadkeep("bots", "delete", "empty").out == "Bot empty is deleted.\n"
    assert leadkeep("bots", "delete", "empty", code=1).err == "leadkeep: Bot empty not found\n"
    put(database, a_lead("shop"))
    assert "has sessions" in leadkeep("bots", "delete", "shop", code=1).err
    assert stored(database, "shop").id == "shop"


def test_what_cannot_be_is_refused(leadkeep: Command) -> None:
    leadkeep("bots", "create", "shop")
    assert "nothing to change" in leadkeep("bots", "set", "shop", code=2).err
    assert "exclude" in leadkeep("bots", "set", "shop", "--any-origin", "--origin", "https://a.b", code=2).err
    assert "must look like" in leadkeep("bots", "set", "shop", "--origin", "a.b", code=2).err
    assert leadkeep("bots", "set", "no", "--public", code=1).err == "leadkeep: Bot no not found\n"
    assert leadkeep("bots", "set", "no", "--form", code=1).err == "leadkeep: Bot no not found\n"
    assert "1 to 64 characters" in leadkeep("bots", "create", "a b", code=2).err


def test_text_that_is_no_unicode_is_refused(leadkeep: Command, database: Database) -> None:
    leadkeep("bots", "create", "shop")
    before = stored(database, "shop")
    for option, field in (
        ("--name", "name"),
        ("--form-title", "form.title"),
        ("--form-success", "form.success_message"),
    ):
        assert field in leadkeep("bots", "set", "shop", option, "\udcff", code=1).err
    assert stored(database, "shop") == before
    assert "not valid Unicode" in leadkeep("bots", "create", "new", "--name", "\udcff", code=1).err
    assert "not found" in leadkeep("bots", "show", "\udcff", code=1).err
    assert "not found" in leadkeep("bots", "set", "\udcff", "--public", code=1).err
