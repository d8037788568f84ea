"""`python -m leadkeep.delivery`: the courier as a process of its own, started by `supervise`.

It reads its settings as a line of JSON, then a line whenever there may be something to do. It ends when there
are no more lines to come, because the server that it belongs to has ended, or on SIGTERM.
"""

import asyncio
import gc
import resource
import signal
import sys
from contextlib import closing, suppress
from functools import partial

import msgspec
import uvloop

from leadkeep.delivery.courier import Courier
from leadkeep.delivery.mailer import Mailer
from leadkeep.delivery.sender import Sender
from leadkeep.domain.addresses import AddressRules
from leadkeep.domain.delivery import Claim
from leadkeep.forms import Message, render
from leadkeep.forms.links import link_to
from leadkeep.logs import configure_logs
from leadkeep.settings import Settings
from leadkeep.storage.database import Database

PATIENCE = 5.0
"""Seconds that attempts under way have at the end."""
_MAX_LINE = 1 << 20


def main() -> None:
    settings = msgspec.json.decode(sys.stdin.buffer.readline(), type=Settings)
    configure_logs(settings.log_level)
    # Ctrl-C is for the server, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _raise_limit()
    uvloop.run(_deliver(settings))


def _raise_limit() -> None:
    """Each attempt takes a connection."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _deliver(settings: Settings) -> None:
    with closing(Database(settings.database)) as database:
        sender = Sender(AddressRules(settings.deliver_to), partial(_message, settings.public_url))
        courier = Courier(database, sender.send, Mailer(settings).send)
        gc.collect()
        gc.freeze()
        running = asyncio.create_task(courier.run())
        await _until_told(courier)
        await courier.stop(PATIENCE)
        await running
        await sender.close()


async def _until_told(courier: Courier) -> None:
    loop = asyncio.get_running_loop()
    lines, stop = asyncio.StreamReader(limit=_MAX_LINE), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)

    async def listen() -> None:
        while await lines.readline():
            courier.told()
        stop.set()

    listening = asyncio.create_task(listen())
    await stop.wait()
    listening.cancel()


def _message(public_url: str, claim: Claim) -> Message:
    """Raises InvalidError for a template that fails."""
    endpoint, link = claim.endpoint, link_to(public_url, claim.event_type, claim.subject)
    return render(endpoint.form, endpoint.template, claim.payload, link)


if __name__ == "__main__":
    main()
