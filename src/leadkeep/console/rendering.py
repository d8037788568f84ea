"""Templates: one environment for each language, in which everything is escaped."""

from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from leadkeep import __version__
from leadkeep.console.assets import address_of
from leadkeep.console.translations import NAMES, Tongue, tongue_of
from leadkeep.console.words import WORDS
from leadkeep.domain.endpoint import host_of
from leadkeep.web.paths import encoded_id

TEMPLATES = Path(str(resources.files("leadkeep.console"))) / "templates"


@cache
def environment_of(language: str) -> Environment:
    """With the project's own functions; what a page is about is given to it by its handler."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    tongue = tongue_of(language)
    environment.install_gettext_callables(tongue.gettext, tongue.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        asset=address_of,
        version=__version__,
        language=language,
        languages=NAMES,
        query_of=query_of,
        host_of=host_of,
        session_path=session_path,
        word=partial(_word, tongue),
    )
    return environment


def _word(tongue: Tongue, name: str, otherwise: str = "") -> str:
    """What is stored under this name. Raises KeyError where nothing is to stand for one that nobody knows."""
    return tongue.gettext(WORDS.get(name) or otherwise or WORDS[name])


def query_of(parameters: dict[str, Any]) -> str:
    """As a query string, without what is empty."""
    given = {name: value for name, value in parameters.items() if value not in (None, "", ())}
    return f"?{urlencode(given, doseq=True)}" if given else ""


def session_path(bot_id: str, session_id: str) -> str:
    """Where a session's page is, whatever characters its id holds."""
    return f"/sessions/{bot_id}/{encoded_id(session_id)}"


def render(language: str, template: str, context: dict[str, Any]) -> str:
    return environment_of(language).get_template(template).render(context)
