"""Messages on the wire."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from leadkeep.api.native.fields import Cursor, Limit, Moment, Uuid
from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.message import MAX_BATCH, MAX_TEXT, MAX_VENDOR_ID, Role

MessageText = Annotated[str, Meta(max_length=MAX_TEXT, examples=["Do you ship to Norway?"])]
VendorId = Annotated[
    str,
    Meta(max_length=MAX_VENDOR_ID, description="What the caller calls it, in this session", examples=["m-7"]),
]


class NewMessageRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """A message to append. It is of now where it has no time.

    Sent again with the same `vendor_id`, it is the message that is stored already.
    """

    role: Role
    text: Annotated[MessageText, Meta(min_length=1, description=f"At most {MAX_TEXT} bytes of UTF-8")]
    at: Moment | None = None
    vendor_id: VendorId | None = None


class MessagesRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """Messages to append, in their order."""

    messages: Annotated[list[NewMessageRequest], Meta(min_length=1, max_length=MAX_BATCH)]


class AppendedMessage(Struct, kw_only=True):
    id: Uuid
    is_new: Annotated[bool, Meta(description="false: its `vendor_id` was known already")]


class AppendedAnswer(Struct, kw_only=True):
    """What became of each message, in the order they were sent."""

    messages: list[AppendedMessage]


class MessageAnswer(Struct, kw_only=True):
    """A message: one turn of a session."""

    id: Uuid
    role: Role
    text: MessageText
    at: Moment
    vendor_id: VendorId | None


MESSAGE_SHAPE = JsonShape(
    fields=tuple((name, name) for name in MessageAnswer.__struct_fields__), missing="null"
)
"""The same shape again, for the database to write lists in."""


class MessagePage(Struct, kw_only=True):
    """A part of a transcript. `next_cursor` null: this was the last page."""

    items: list[MessageAnswer]
    next_cursor: str | None


class TranscriptQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    order: Annotated[Literal["oldest", "newest"], Meta(description="Which of the messages come first")] = (
        "oldest"
    )
    cursor: Cursor | UnsetType = UNSET
    limit: Limit = 50
