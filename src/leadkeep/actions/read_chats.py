"""Read chats: the messages of many of a bot's sessions, as a stream of pages."""

from collections.abc import AsyncGenerator, Collection
from typing import NamedTuple

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.message import Message
from leadkeep.storage import bots, chats
from leadkeep.storage.chats import ChatPage, ChatPosition
from leadkeep.storage.database import Database
from leadkeep.storage.store import Store

PAGE = 250
"""Messages read at once: 8 MiB of text at the very most."""


class MessageStream(NamedTuple):
    """`first` is there, `rest` is None where it is all."""

    first: list[Message]
    rest: AsyncGenerator[list[Message], None] | None


async def stream_chats(
    database: Database, grant: Grant, bot_id: str, only: Collection[str], newest: int | None
) -> MessageStream:
    """The newest session comes first, its oldest message at its head.

    `only` names sessions; where it is empty, all of the bot's are meant, or as many as `newest` says.
    Raises NotFoundError, also for a bot outside the grant.
    """
    grant.require(Permission.READ, bot_id)
    require_bot_id(bot_id)

    def first(store: Store) -> tuple[ChatPosition, ChatPage]:
        oldest = chats.oldest_of_newest(store, bot_id, newest) if newest and not only else chats.OLDEST
        page = chats.page(store, bot_id, only, chats.START, oldest, PAGE)
        if not page.messages and bots.get(store, bot_id) is None:
            raise NotFoundError(f"Bot {bot_id} not found")
        return oldest, page

    async def rest(after: ChatPosition | None) -> AsyncGenerator[list[Message], None]:
        while after is not None:
            page = await database.read(chats.page, bot_id, only, after, oldest, PAGE)
            after = page.next
            yield page.messages

    oldest, page = await database.read(first)
    return MessageStream(page.messages, rest(page.next) if page.next else None)
