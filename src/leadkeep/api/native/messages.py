"""Messages: append them to a session, read its transcript."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.extract_leads import contacts_in
from leadkeep.actions.read_transcript import read_transcript
from leadkeep.api.native.answers import json_answer, json_page_answer
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.ids import session_id_in
from leadkeep.api.native.reading import read_moment_if_given
from leadkeep.api.native.replies import OF_NOBODY, Reply
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.messages import (
    MESSAGE_SHAPE,
    AppendedAnswer,
    AppendedMessage,
    MessagePage,
    MessagesRequest,
    NewMessageRequest,
    TranscriptQuery,
)
from leadkeep.domain.message import Message, NewMessage
from leadkeep.storage.idempotency import About
from leadkeep.web.cursors import read_cursor

MAX_MESSAGES_BODY = 8 * 1024 * 1024
"""Bytes, after decompression: 1,000 messages of 8 KiB each, far more than a conversation has."""


@post(
    "/bots/{bot_id:str}/sessions/{session_id:str}/messages",
    status_code=200,
    doc=Doc(
        tag="Sessions",
        summary="Append messages",
        description="Needs `capture`. All of them are stored, or none; the body may have 8 MiB. A session "
        "that is not there yet is made. The earliest message of an agent since a hand-over was requested is "
        "its answer.",
        body=MessagesRequest,
        answer=AppendedAnswer,
        problems=(403, 404, 413, 415, 422),
    ),
)
async def append_to_session(request: NativeRequest, bot_id: str, session_id: str) -> Response[bytes]:
    grant = await request.grant()
    wanted = await request.read_json(MessagesRequest, limit=MAX_MESSAGES_BODY)
    new = [_new_message(sent, number) for number, sent in enumerate(wanted.messages)]
    session_id = session_id_in(session_id)
    contacts = await contacts_in(request.desk.directory, grant, bot_id, new)
    return await request.write_once(_appended, append_messages, grant, bot_id, session_id, new, contacts)


@get(
    "/bots/{bot_id:str}/sessions/{session_id:str}/messages",
    doc=Doc(
        tag="Sessions",
        summary="Read a transcript",
        description="Needs `read`. Messages are in the order of their times. The header `Link` leads to the "
        "next page too.",
        query=TranscriptQuery,
        answer=MessagePage,
        problems=(403, 404, 422),
    ),
)
async def read_messages(request: NativeRequest, bot_id: str, session_id: str) -> Response[bytes]:
    grant = await request.grant()
    query = request.read_query(TranscriptQuery)
    asked = {"bot_id": bot_id, "session_id": session_id, "order": query.order}
    after = read_cursor(query.cursor, asked)
    page = await request.desk.database.read(
        read_transcript,
        grant,
        bot_id,
        session_id_in(session_id),
        MESSAGE_SHAPE,
        after,
        query.limit,
        newest_first=query.order == "newest",
    )
    return json_page_answer(request, page, asked)


def _new_message(sent: NewMessageRequest, number: int) -> NewMessage:
    at = read_moment_if_given(sent.at, f"messages[{number}].at")
    return NewMessage(role=sent.role, text=sent.text, at=at, vendor_id=sent.vendor_id)


def _appended(stored: list[tuple[Message, bool]]) -> Reply:
    # What is stored under a known vendor id is not shown: to append is not to read.
    appended = [AppendedMessage(id=message.id, is_new=is_new) for message, is_new in stored]
    of = About(bot_id=stored[0][0].bot_id, session_id=stored[0][0].session_id) if stored else OF_NOBODY
    return Reply(json_answer(AppendedAnswer(messages=appended)), of)


ROUTES: list[HTTPRouteHandler] = [append_to_session, read_messages]
