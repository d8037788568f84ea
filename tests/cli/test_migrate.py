from leadkeep.settings import mask_url
from tests.support.command import Command


def test_it_says_what_it_did(bare: Command, database_url: str) -> None:
    shown = mask_url(database_url)
    assert bare("migrate", "--database", database_url).out == f"Made the tables in {shown}\n"
    assert bare("migrate", "--database", database_url).out == f"{shown} is up to date already\n"
