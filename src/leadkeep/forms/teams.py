"""Messages for the webhooks of Microsoft Teams (Workflows): an Adaptive Card."""

from typing import Any

from leadkeep.forms.facts import Facts

MAX_ROWS = 20


def message(facts: Facts) -> dict[str, Any]:
    """Texts are runs of rich text, which is not read as Markdown."""
    title = {"type": "TextRun", "text": facts.title, "weight": "Bolder", "size": "Medium"}
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [_line(title), *(_row(name, value) for name, value in facts.rows[:MAX_ROWS])],
        "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": facts.link}] if facts.link else [],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _row(name: str, value: str) -> dict[str, Any]:
    return _line(
        {"type": "TextRun", "text": f"{name}: ", "isSubtle": True}, {"type": "TextRun", "text": value}
    )


def _line(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs), "spacing": "Small"}
