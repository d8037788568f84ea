"""The forms in which events leave: as they are, or as messages that people like to read."""

from typing import NamedTuple


class Message(NamedTuple):
    """The body of a request."""

    body: bytes
    content_type: str
