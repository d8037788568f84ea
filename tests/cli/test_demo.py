from leadkeep.storage.database import Database
from tests.cli.test_leads import on_terminal
from tests.support.command import Command


def test_a_demo_fills_the_database_and_says_where(leadkeep: Command) -> None:
    done = leadkeep("demo", "--leads", "30", "--seed", "2")
    assert done.out.startswith("30 leads of bots demo-… are in ")
    assert "remove" in done.err
    assert len(leadkeep("leads", "list", "--format", "csv").out.splitlines()) >= 31
    assert "demo-hotel" in leadkeep("bots", "list").out


def test_a_demo_makes_the_database_where_there_is_none(bare: Command) -> None:
    bare("demo", "--leads", "3", "--database", "sqlite:///demo.db")
    assert (bare.directory / "demo.db").exists()


def test_a_demo_of_the_same_seed_and_end_is_the_same(bare: Command, started: Command) -> None:
    for name in ("one", "other"):
        # In sets, Python puts texts in another order each time that it starts.
        started("demo", "--leads", "20", "--until", "2026-11-01", "--database", f"sqlite:///{name}.db")
    listed = [
        bare("leads", "list", "--database", f"sqlite:///{name}.db", "--format", "json").out
        for name in ("one", "other")
    ]
    assert listed[0] == listed[1]


def test_a_second_demo_is_refused_with_advice(leadkeep: Command) -> None:
    leadkeep("demo", "--leads", "3")
    assert "--database sqlite:///demo.db" in leadkeep("demo", "--leads", "3", code=1).err


def test_an_end_that_is_no_time_is_refused(leadkeep: Command) -> None:
    assert "--until" in leadkeep("demo", "--until", "soon", code=2).err


def test_progress_is_shown_on_a_terminal_only(leadkeep: Command, database: Database) -> None:
    assert "5/5" in on_terminal(leadkeep, "demo", "--leads", "5")
    with database.snapshot() as store:
        assert store.connection.exec_driver_sql("SELECT count(*) FROM leads").scalar() == 5


def test_no_progress_is_shown_elsewhere(leadkeep: Command) -> None:
    assert "5/5" not in leadkeep("demo", "--leads", "5").err
