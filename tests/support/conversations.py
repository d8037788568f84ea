"""Sessions over the native API, in as few words as it takes."""

import uuid
from typing import Any
from urllib.parse import quote

import httpx

from tests.support.server import Server


class Talk:
    """One session of one bot on a server; nothing is sent before it is asked for."""

    def __init__(self, server: Server, bot_id: str | None = None, session_id: str | None = None) -> None:
        self.server = server
        self.bot_id = bot_id or server.bot()
        self.session_id = session_id or f"s-{uuid.uuid4()}"
        self.path = f"/api/v2/bots/{self.bot_id}/sessions/{quote(self.session_id, safe='')}"

    def open(self, permission: str = "capture", **sent: Any) -> httpx.Response:
        body = {"id": self.session_id, **sent}
        return self.server.client.post(
            f"/api/v2/bots/{self.bot_id}/sessions", json=body, headers=self.server.bearer(permission)
        )

    def say(self, *texts: str, role: str = "visitor", **fields: Any) -> httpx.Response:
        return self.append([{"role": role, "text": text, **fields} for text in texts])

    def append(self, messages: list[Any]) -> httpx.Response:
        return self.post("messages", {"messages": messages}, "capture")

    def post(self, step: str, sent: Any = None, permission: str = "write") -> httpx.Response:
        headers = self.server.bearer(permission)
        return self.server.client.post(f"{self.path}/{step}", json=sent, headers=headers)

    def request(self, reason: str | None = None) -> httpx.Response:
        return self.post("handover", {"reason": reason}, "capture")

    def get(self, rest: str = "") -> httpx.Response:
        return self.server.client.get(self.path + rest, headers=self.server.bearer("read"))
