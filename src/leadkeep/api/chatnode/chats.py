"""`get-chats`: what is asked for, and messages in ChatNode's words."""

import re
from collections.abc import AsyncGenerator, Iterable
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from leadkeep.actions.read_chats import MessageStream
from leadkeep.actions.read_leads import JsonStream
from leadkeep.domain.errors import InvalidError, MalformedError
from leadkeep.domain.lead import MAX_SESSION_ID
from leadkeep.domain.message import Message, Role
from leadkeep.domain.moments import iso_z
from leadkeep.domain.text import as_text

_COUNT = re.compile(r"[1-9][0-9]{0,8}\Z")


def read_session_ids(body: bytes) -> list[str]:
    """A bare array of session ids; no body is an empty one. Raises MalformedError, InvalidError."""
    try:
        sent = msgspec.json.decode(body, type=list[str]) if body else []
    except msgspec.ValidationError:
        raise InvalidError("body", "The body must be an array of session ids") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedError("The body is not valid JSON") from None
    return [as_text(session_id, "session id", MAX_SESSION_ID) for session_id in sent]


def read_count(query: bytes) -> int | None:
    """`k`, how many conversations are wanted; None for all. Raises InvalidError."""
    sent = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)).get("k")
    if sent is None:
        return None
    if not _COUNT.match(sent):
        raise InvalidError("k", "k must be a whole number from 1 to 999999999")
    return int(sent)


def render_chats(stream: MessageStream) -> JsonStream:
    return JsonStream(_render(stream.first), _rendered(stream.rest) if stream.rest else None)


async def _rendered(rest: AsyncGenerator[list[Message], None]) -> AsyncGenerator[str, None]:
    async for page in rest:
        yield _render(page)


def _render(messages: Iterable[Message]) -> str:
    """The members of an array."""
    return msgspec.json.encode([_row(message) for message in messages])[1:-1].decode()


def _row(message: Message) -> dict[str, Any]:
    kind = "human" if message.role is Role.VISITOR else "ai"
    return {
        "id": message.id,
        "message": {"data": {"type": kind, "content": message.text}, "type": kind},
        "session_id": message.session_id,
        "created_at": iso_z(message.at).replace("Z", "+00:00"),
    }
