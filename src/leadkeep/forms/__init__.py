"""The forms in which events leave: as they are, or as messages that people like to read."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from leadkeep.domain.endpoint import Form

Event = Mapping[str, Any]
"""An event's payload, decoded."""

JSON = "application/json"


class Message(NamedTuple):
    """The body of a request."""

    body: bytes
    content_type: str


def render(form: Form, template: str | None, payload: str, link: str | None) -> Message:
    """One event in the form of an endpoint that takes requests. `link` leads a person to what it is about.

    Raises InvalidError for a template that fails.
    """
    if form is Form.STANDARD:
        return Message(payload.encode(), JSON)
    # What few use is loaded when it is used.
    import msgspec

    event: Event = msgspec.json.decode(payload)
    if form is Form.TEMPLATE:
        from leadkeep.forms.template import render_template

        return render_template(template or "", event, link)
    from leadkeep.forms import discord, slack, teams
    from leadkeep.forms.facts import facts_of

    makers = {Form.SLACK: slack.message, Form.TEAMS: teams.message, Form.DISCORD: discord.message}
    return Message(msgspec.json.encode(makers[form](facts_of(event, link))), JSON)
