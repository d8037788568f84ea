import json

from leadkeep.storage.database import Database
from tests.support.command import Command
from tests.support.leads import a_lead, put

WEEKEND = ("--from", "2026-11-22", "--to", "2026-11-25")
HOUR = 60 * 60 * 1_000


def test_a_table_has_a_line_for_each_day_and_the_total(leadkeep: Command, database: Database) -> None:
    put(database, a_lead("shop"), a_lead("help", "t", after_ms=24 * HOUR))
    done = leadkeep("counts", *WEEKEND)
    assert [line.split() for line in done.out.splitlines()[1:]] == [
        ["2026-11-22", "0", "0", "0"],
        ["2026-11-23", "1", "1", "1", "100.0%"],
        ["2026-11-24", "1", "1", "1", "100.0%"],
        ["total", "2", "2", "2", "100.0%"],
    ]
    assert done.err == ""


def test_groups_stand_below(leadkeep: Command, database: Database) -> None:
    put(database, a_lead("shop"), a_lead("help", "t"), a_lead("help", "u"))
    text = leadkeep("counts", *WEEKEND, "--by", "bot").out.partition("\n\n")[2]
    assert [line.split()[:2] for line in text.splitlines()] == [
        ["bot", "leads"],
        ["help", "2"],
        ["shop", "1"],
    ]


def test_json_is_what_the_api_answers(leadkeep: Command, database: Database) -> None:
    put(database, a_lead("shop"), a_lead("help"))
    options = ("--bot", "shop", "--per", "hour", "--format", "json")
    found = json.loads(leadkeep("counts", *WEEKEND, *options).out)
    assert (found["from"], found["per"], found["total"]["leads"]) == ("2026-11-22T00:00:00Z", "hour", 1)
    assert len(found["items"]) == 72


def test_the_zone_is_that_of_the_settings_unless_another_is_named(
    leadkeep: Command, database: Database
) -> None:
    put(database, a_lead("shop", after_ms=17 * HOUR))
    for options, day in (((), "2026-11-24"), (("--time-zone", "America/New_York"), "2026-11-23")):
        text = leadkeep("counts", *WEEKEND, *options, LEADKEEP_TIME_ZONE="Asia/Kolkata").out
        assert next(line.split()[0] for line in text.splitlines() if "100.0%" in line) == day


def test_what_cannot_be_counted_is_refused_by_option(leadkeep: Command) -> None:
    assert "--from must be a date" in leadkeep("counts", "--from", "soon", code=2).err
    assert "--time-zone must be the name" in leadkeep("counts", "--time-zone", "Mars", code=2).err
    assert leadkeep("counts", "--bot", "no", code=1).err == "leadkeep: Bot no not found\n"
    too_long = ("counts", "--per", "hour", "--from", "2026-01-01", "--to", "2026-12-01")
    assert "from must be at most 31 days" in leadkeep(*too_long, code=2).err
