"""Messages for Discord's webhooks: an embed, in which nobody is mentioned.

Limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits.
"""

import re
from typing import Any

from leadkeep.forms.facts import Facts, Row, within
from leadkeep.forms.plain import cut, units

MAX_TITLE = 256
MAX_FIELDS = 25
MAX_SIZE = 5_500
"""Characters of all fields; Discord takes 6,000 with the title."""
# Whatever Markdown could begin with, and mentions.
_MARKUP = re.compile(r"([\\*_~`|>#\[\]()<@:\-])")


def message(facts: Facts) -> dict[str, Any]:
    rows = within(
        [(_escaped(name), _escaped(value)) for name, value in facts.rows], MAX_FIELDS, _size, MAX_SIZE
    )
    fields = [{"name": name, "value": value, "inline": True} for name, value in rows]
    # It may be twice as long once it is escaped.
    title = _escaped(cut(facts.title, MAX_TITLE // 2))
    embed: dict[str, Any] = {"title": title, "fields": fields, "timestamp": facts.at}
    if facts.link:
        embed["url"] = facts.link
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def _size(row: Row) -> int:
    name, value = row
    return units(name) + units(value)


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)
