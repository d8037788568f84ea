"""Streams of events, as a client reads them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
import msgspec

PATIENCE = 30.0


class Heard(NamedTuple):
    id: str
    type: str
    event: dict[str, Any]


class Listener:
    """Reads a stream on a thread of its own, until its `with` block ends."""

    def __init__(self, url: str, headers: dict[str, str], **params: str) -> None:
        self.heard: list[Heard] = []
        self.ended = threading.Event()
        self._changed = threading.Condition()
        self._client = httpx.Client(trust_env=False, timeout=httpx.Timeout(PATIENCE, read=PATIENCE))
        self._request = self._client.build_request(
            "GET", f"{url}/api/v2/stream", params=params, headers=headers, timeout=PATIENCE
        )
        self._answer = self._client.send(self._request, stream=True)
        assert self._answer.status_code == 200, self._answer.read()
        self.headers = self._answer.headers
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def wait_for(self, count: int) -> list[Heard]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.heard) >= count, PATIENCE), self.heard
            return list(self.heard)

    def _read(self) -> None:
        fields: dict[str, str] = {}
        try:
            for line in self._answer.iter_lines():
                name, _, value = line.partition(": ")
                if line:
                    fields[name] = value
                    continue
                if "data" in fields:
                    with self._changed:
                        heard = Heard(fields["id"], fields["event"], msgspec.json.decode(fields["data"]))
                        self.heard.append(heard)
                        self._changed.notify_all()
                fields = {}
        except (httpx.HTTPError, httpx.StreamError):
            pass
        finally:
            self.ended.set()

    def close(self) -> None:
        # A read that is under way ends with its socket.
        stream: Any = self._answer.extensions["network_stream"]
        sock = stream.get_extra_info("socket")
        if sock is not None and not self.ended.is_set():
            sock.shutdown(2)
        self._thread.join()
        self._answer.close()
        self._client.close()


@contextmanager
def listening(url: str, headers: dict[str, str], **params: str) -> Iterator[Listener]:
    listener = Listener(url, headers, **params)
    try:
        yield listener
    finally:
        listener.close()
