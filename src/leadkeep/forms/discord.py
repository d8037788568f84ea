"""Messages for Discord's webhooks: an embed, in which nobody is mentioned."""

import re
from typing import Any

from leadkeep.forms.facts import Facts

MAX_TITLE = 256
MAX_NAME = 256
MAX_VALUE = 1024
MAX_FIELDS = 8
"""Discord takes 25, but 6,000 characters in all."""
# Whatever Markdown could begin with, and mentions.
_MARKUP = re.compile(r"([\\*_~`|>#\[\]()<@:\-])")


def message(facts: Facts) -> dict[str, Any]:
    fields = [
        {"name": _escaped(name, MAX_NAME), "value": _escaped(value, MAX_VALUE), "inline": True}
        for name, value in facts.rows[:MAX_FIELDS]
    ]
    embed = {"title": _escaped(facts.title, MAX_TITLE), "fields": fields, "timestamp": facts.at}
    if facts.link:
        embed["url"] = facts.link
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def _escaped(text: str, limit: int) -> str:
    escaped = _MARKUP.sub(r"\\\1", text)
    # Not in the middle of an escape.
    return escaped if len(escaped) <= limit else escaped[: limit - 2].rstrip("\\") + "…"
