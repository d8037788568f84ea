"""The bots, as `businesses.toml` has them, and what is said at them, as `chats.toml` has it."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from leadkeep.domain.bot import LeadForm


class Business(msgspec.Struct, frozen=True, kw_only=True):
    """One bot. `visitors` are the regions they come from, each as often as its share is."""

    id: str
    name: str
    kind: str
    site: str
    region: str
    languages: tuple[str, ...]
    visitors: tuple[str, ...]
    pages: tuple[str, ...]
    title: str
    success: str
    ask_phone: bool = True

    @property
    def form(self) -> LeadForm:
        return LeadForm(title=self.title, success_message=self.success, ask_phone=self.ask_phone)

    def language_for(self, wanted: str) -> str:
        return wanted if wanted in self.languages else "en"


class Phrases(msgspec.Struct, frozen=True, kw_only=True):
    """What is said in one language around every talk; in `talks`, by kind, questions and answers in turn."""

    hello: str
    ask: str
    give: str
    thanks: str
    human: str
    handing: str
    agent: str
    talks: dict[str, list[str]]


@cache
def businesses() -> tuple[Business, ...]:
    return msgspec.convert(_read("businesses.toml")["bots"], tuple[Business, ...])


@cache
def phrases() -> dict[str, Phrases]:
    """By language."""
    return {language: _phrases(said) for language, said in _read("chats.toml").items()}


def _phrases(said: dict[str, Any]) -> Phrases:
    talks = {kind: lines for kind, lines in said.items() if isinstance(lines, list)}
    return msgspec.convert({**said, "talks": talks}, Phrases)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("leadkeep.demo") / name).read_text(encoding="utf-8"))
