"""Messages as visitors type them, each with the contacts that a human reader would take from it.

`messages.jsonl` is made up, people and all. Every third message of a language is `held_out`: rules and words
are worked out on the others, and these only say how far that carries.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from leadkeep.domain.extraction import find_contacts


class Message(msgspec.Struct, frozen=True):
    language: str
    region: str | None
    text: str
    contacts: tuple[str, ...]
    """Normal forms, in order of appearance."""
    ignored: tuple[str, ...] = ()
    held_out: bool = False


class Score(NamedTuple):
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)


@cache
def messages() -> tuple[Message, ...]:
    lines = Path(__file__).with_name("messages.jsonl").read_bytes().splitlines()
    return tuple(msgspec.json.decode(line, type=Message) for line in lines)


def find(message: Message) -> set[str]:
    return {found.normal for found in find_contacts(message.text, message.region, message.ignored)}


def score(of: Iterable[Message], among: str = "") -> Score:
    """`among`: a character that all contacts counted have, `@` or `+`."""
    right = wrong = missed = 0
    for message in of:
        meant = {contact for contact in message.contacts if among in contact}
        found = {contact for contact in find(message) if among in contact}
        right, wrong, missed = (
            right + len(found & meant),
            wrong + len(found - meant),
            missed + len(meant - found),
        )
    return Score(right, wrong, missed)
