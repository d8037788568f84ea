"""Messages for the webhooks of Microsoft Teams (Workflows): an Adaptive Card."""

from typing import Any

import msgspec

from leadkeep.forms.facts import Facts, Row, within
from leadkeep.forms.plain import units

MAX_SIZE = 20_000
"""Bytes that rows take. Teams takes 28 KB in all, and does not say of which encoding."""


def message(facts: Facts) -> dict[str, Any]:
    """Texts are runs of rich text, which is not read as Markdown."""
    title = {"type": "TextRun", "text": facts.title, "weight": "Bolder", "size": "Medium"}
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [_line(title), *map(_row, within(facts.rows, len(facts.rows), _size, MAX_SIZE))],
        "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": facts.link}] if facts.link else [],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _size(row: Row) -> int:
    made = msgspec.json.encode(_row(row))
    return max(len(made), 2 * units(made.decode()))


def _row(row: Row) -> dict[str, Any]:
    name, value = row
    return _line(
        {"type": "TextRun", "text": f"{name}: ", "isSubtle": True}, {"type": "TextRun", "text": value}
    )


def _line(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs), "spacing": "Small"}
