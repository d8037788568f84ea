"""Messages for Slack's incoming webhooks (Block Kit): https://docs.slack.dev/reference/block-kit/blocks."""

from typing import Any

from leadkeep.forms.facts import Facts
from leadkeep.forms.plain import cut

MAX_HEADER = 150
MAX_FIELDS = 10
"""Of one section; a message may have 50 sections."""


def message(facts: Facts) -> dict[str, Any]:
    """Texts are plain ones, in which nothing that was typed is markup. The fallback, which is shown in
    notifications, could be markup, and so is escaped as well as declared not to be."""
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(cut(facts.title, MAX_HEADER))}]
    for start in range(0, len(facts.rows), MAX_FIELDS):
        rows = facts.rows[start : start + MAX_FIELDS]
        blocks.append({"type": "section", "fields": [_plain(f"{name}\n{value}") for name, value in rows]})
    if facts.link:
        button = {"type": "button", "text": _plain("Open"), "url": facts.link}
        blocks.append({"type": "actions", "elements": [button]})
    return {"text": _escaped(facts.title), "mrkdwn": False, "blocks": blocks, "unfurl_links": False}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
