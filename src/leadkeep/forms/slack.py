"""Messages for Slack's incoming webhooks (Block Kit)."""

from typing import Any

from leadkeep.forms.facts import Facts

MAX_HEADER = 150
MAX_FIELDS = 10


def message(facts: Facts) -> dict[str, Any]:
    """Texts are plain ones, in which nothing that was typed is markup. The fallback, which is shown in
    notifications, is always markup, and so escaped."""
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(facts.title[:MAX_HEADER])}]
    if facts.rows:
        fields = [_plain(f"{name}\n{value}") for name, value in facts.rows[:MAX_FIELDS]]
        blocks.append({"type": "section", "fields": fields})
    if facts.link:
        button = {"type": "button", "text": _plain("Open"), "url": facts.link}
        blocks.append({"type": "actions", "elements": [button]})
    return {"text": _escaped(facts.title), "blocks": blocks, "unfurl_links": False}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
