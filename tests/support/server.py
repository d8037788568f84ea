"""One running server that many tests share: each makes bots and keys of its own on it."""

import uuid
from collections.abc import Collection
from typing import Any

import httpx

from leadkeep.actions.create_bot import create_bot
from leadkeep.actions.create_key import create_key
from leadkeep.domain.access import OPERATOR, Permission
from leadkeep.domain.bot import BotChange
from leadkeep.domain.key import NewKey
from leadkeep.storage.database import Database
from tests.support.process import ServerProcess


class Server:
    """`database` is open on the very store that the server uses."""

    def __init__(self, process: ServerProcess) -> None:
        self.process = process
        self.url = process.url
        self.database = Database(process.database_url)
        self.client = httpx.Client(base_url=process.url, trust_env=False, timeout=30)
        self._tokens: dict[object, str] = {}

    def bot(self, **settings: Any) -> str:
        """The id of a new bot; settings as in `BotChange`."""
        bot_id = f"bot-{uuid.uuid4()}"
        with self.database.transaction() as store:
            create_bot(store, OPERATOR, bot_id, BotChange(**settings))
        return bot_id

    def token(self, *permissions: str, bots: Collection[str] | None = None) -> str:
        """A token with these permissions, the same one for the same arguments."""
        holds = (frozenset(permissions), None if bots is None else frozenset(bots))
        if holds not in self._tokens:
            self._tokens[holds] = make_token(self.database, *permissions, bots=bots)
        return self._tokens[holds]

    def bearer(self, *permissions: str, bots: Collection[str] | None = None) -> dict[str, str]:
        """The header that carries such a token."""
        return {"Authorization": f"Bearer {self.token(*permissions, bots=bots)}"}

    def close(self) -> None:
        self.client.close()
        self.database.close()


def make_token(database: Database, *permissions: str, bots: Collection[str] | None = None) -> str:
    new = NewKey(
        name="test",
        permissions=frozenset(Permission(permission) for permission in permissions),
        bots=None if bots is None else frozenset(bots),
    )
    with database.transaction() as store:
        return create_key(store, OPERATOR, new)[1]
