"""What the documentation says exists does exist, and the other way round."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from leadkeep.cli import app
from leadkeep.settings import FIELDS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
TEXT = {page.relative_to(ROOT).as_posix(): page.read_text() for page in PAGES}


def commands(group: Any, name: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for word, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*name, word))
        else:
            yield (*name, word), command


COMMANDS = dict(commands(typer.main.get_command(app)))


def shell_lines() -> Iterator[tuple[str, list[str]]]:
    """Each use of `leadkeep` in a shell example, as its words."""
    for page, text in TEXT.items():
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                found = re.search(r"(?:^|\$\(|\s)leadkeep ([^)>|]*)", line.split("    #")[0])
                if found and not line.startswith("alias"):
                    yield page, shlex.split(found[1])


LINES = list(shell_lines())


def test_there_are_examples_to_check() -> None:
    assert len(LINES) > 8


@pytest.mark.parametrize(("page", "words"), LINES, ids=lambda value: str(value))
def test_a_command_in_the_docs_exists_with_its_options(page: str, words: list[str]) -> None:
    name = next(name for name in COMMANDS if tuple(words[: len(name)]) == name)
    known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    known |= {option for parameter in COMMANDS[name].params for option in parameter.secondary_opts}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("name", [" ".join(name) for name in COMMANDS])
def test_a_command_is_in_the_docs(name: str) -> None:
    assert any(f"leadkeep {name}" in text for text in TEXT.values())


def test_the_table_of_settings_is_the_settings() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", TEXT["docs/operating.md"].split("## Keys")[0], re.MULTILINE)
    assert [name for name, _ in rows] == list(FIELDS)
    for name, default in rows:
        value = FIELDS[name].default
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        assert default == (f"`{shown}`" if value not in ((), "") else "none")


def test_variables_in_the_docs_are_settings() -> None:
    named = {word for text in TEXT.values() for word in re.findall(r"\bLEADKEEP_([A-Z_]+[A-Z])\b", text)}
    known = {name.upper() for name in FIELDS} | {"CONFIG", "TOKEN"}
    assert {name.removesuffix("_FILE") for name in named} <= known


def test_links_lead_somewhere() -> None:
    for page, text in TEXT.items():
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", text):
            assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"


def test_make_targets_in_the_docs_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        word
        for text in TEXT.values()
        for word in re.findall(r"`?\bmake (serve|test|lint|bench|lock|clean)\b", text)
    }
    assert {"serve", "test", "bench"} <= named <= targets
