"""Clients that leave leads without a pause, and remember what they were told."""

import threading
import time
import uuid
from collections import Counter
from typing import Self

import httpx

from leadkeep.storage.database import Database
from tests.support.server import make_token

PATIENCE = 60.0
"""Seconds until a wait is given up; no test depends on how soon it ends."""


class Load:
    """Runs while its `with` block does. No client sends a lead twice, so each may be stored only once."""

    def __init__(self, database: Database, *urls: str, clients: int = 16) -> None:
        self.bot_id = f"load-{uuid.uuid4()}"
        self.statuses: Counter[int] = Counter()
        self.sent: set[str] = set()
        self.acknowledged: dict[str, dict[str, str]] = {}
        self.without_retry_after = 0
        self.acknowledged_by: Counter[str] = Counter()
        self._headers = {"Authorization": f"Bearer {make_token(database, 'capture', 'read')}"}
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(urls[number % len(urls)],)) for number in range(clients)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, more: int, status: int = 200, url: str | None = None) -> None:
        """Until so many more answers of this status came, from that server if one is named."""

        def seen() -> int:
            return self.statuses[status] if url is None else self.acknowledged_by[url]

        with self._changed:
            goal = seen() + more
            assert self._changed.wait_for(lambda: seen() >= goal, PATIENCE), dict(self.statuses)

    def stored(self, url: str) -> list[dict[str, str]]:
        """What a server says is there."""
        answer = httpx.get(
            f"{url}/api/v1/leads/{self.bot_id}", headers=self._headers, trust_env=False, timeout=PATIENCE
        )
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, str]] = answer.json()
        return rows

    def check(self, url: str) -> None:
        """Everything acknowledged until now is there just as it was, and each lead is there once."""
        with self._changed:
            acknowledged = dict(self.acknowledged)
        rows = self.stored(url)
        found = {row["email"]: row for row in rows}
        assert len(found) == len(rows)
        assert found.keys() <= self.sent
        missing = acknowledged.keys() - found.keys()
        assert not missing, f"{len(missing)} of {len(acknowledged)} acknowledged leads are lost"
        for email, answer in acknowledged.items():
            assert found[email] | answer == found[email]

    def _run(self, url: str) -> None:
        # Nothing here speaks TLS, and each client would load every authority that there is.
        with httpx.Client(
            base_url=url, headers=self._headers, trust_env=False, verify=False, timeout=PATIENCE
        ) as client:
            while not self._stop.is_set():
                self._send_one(client, url)

    def _send_one(self, client: httpx.Client, url: str) -> None:
        email = f"{uuid.uuid4().hex}@example.com"
        self.sent.add(email)
        lead = {"chatflowid": self.bot_id, "chatId": email, "name": "Ada", "email": email, "phone": ""}
        try:
            answer = client.post("/api/v1/leads", json=lead)
        except httpx.TransportError:
            # Its server is gone, so this may or may not be stored. The next one needs the processor to start.
            time.sleep(0.2)
            return
        with self._changed:
            self._remember(answer, email, url)
            self._changed.notify_all()
        if answer.status_code != 200:
            time.sleep(0.02)

    def _remember(self, answer: httpx.Response, email: str, url: str) -> None:
        self.statuses[answer.status_code] += 1
        if answer.status_code == 200:
            self.acknowledged[email] = answer.json()
            self.acknowledged_by[url] += 1
        elif not int(answer.headers.get("Retry-After", 0)) > 0:
            self.without_retry_after += 1
