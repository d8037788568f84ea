"""Clients of one long answer: when its first byte comes, and many slow ones that read it to the end.

As a program: reads a job from standard input, prints how many bytes each of its clients read.
"""

import asyncio
import http.client
import socket
import sys
from time import perf_counter
from urllib.parse import urlsplit

import msgspec

from benchmarks.load import Job, Request, run_beside

_PIECE = 64 * 1024
_PAUSE = 0.02
"""Seconds between pieces: a client on a line of about 25 Mbit/s."""
_TIME = 300.0


def first_byte_ms(request: Request) -> float:
    """Milliseconds from the request to the first byte of the answer's body, which is then read to its end."""
    address = urlsplit(request.url)
    assert address.hostname
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=_TIME)
    try:
        connection.connect()
        asked = perf_counter()
        connection.request(request.method, request.path, headers={"Authorization": f"Bearer {request.token}"})
        answer = connection.getresponse()
        answer.read(1)
        waited = perf_counter() - asked
        answer.read()
    finally:
        connection.close()
    return waited * 1000


def read_slowly(request: Request, clients: int) -> list[int]:
    """Bytes that each client read, all at the same time. Raises CalledProcessError if one was cut off."""
    command = [sys.executable, "-m", "benchmarks.readers"]
    return msgspec.json.decode(run_beside(command, Job(request, clients, _TIME, 0)), type=list[int])


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    print(msgspec.json.encode(asyncio.run(_read_all(job))).decode())


async def _read_all(job: Job) -> list[int]:
    return await asyncio.gather(*(_read(job.request) for _ in range(job.clients)))


async def _read(request: Request) -> int:
    reader, writer = await _connect(request.url)
    head = f"{request.method} {request.path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    writer.write(f"{head}Authorization: Bearer {request.token}\r\n\r\n".encode())
    size, end, status = 0, b"", await reader.readline()
    while piece := await reader.read(_PIECE):
        size, end = size + len(piece), (end + piece)[-8:]
        await asyncio.sleep(_PAUSE)
    writer.close()
    if not status.startswith(b"HTTP/1.1 200") or not end.endswith(b"]\r\n0\r\n\r\n"):
        raise ConnectionError(f"cut off after {size} bytes: {status!r}")
    return size


async def _connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(url)
    connection = socket.socket()
    # The kernel would take in megabytes for a client that does not read, and hide that it is slow.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _PIECE)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, (address.hostname, address.port))
    return await asyncio.open_connection(sock=connection, limit=_PIECE)


if __name__ == "__main__":
    main()
