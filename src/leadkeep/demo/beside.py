"""The year told by a process of its own: to make it up takes about as long as to store it."""

import gc
import signal
from collections.abc import Generator, Iterable
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection

import msgspec

from leadkeep.demo.visit import Visit
from leadkeep.demo.year import year_of_visits


def batches(leads: int, seed: int, until: datetime, size: int) -> Generator[list[Visit], None, None]:
    """Visits in batches of whole hours with `size` leads or a few more, so that they stay in order.

    Two batches or more are made up in a process beside this one, the next while the last is being used.
    """
    if leads <= size:
        return _in_batches(year_of_visits(leads, seed, until), size)
    return _told_beside(leads, seed, until, size)


def _in_batches(hours: Iterable[list[Visit]], size: int) -> Generator[list[Visit], None, None]:
    batch: list[Visit] = []
    held = 0
    for visits in hours:
        batch += visits
        held += sum(len(visit.leads) for visit in visits)
        if held >= size:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _told_beside(leads: int, seed: int, until: datetime, size: int) -> Generator[list[Visit], None, None]:
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    teller = context.Process(target=_tell, args=(theirs, leads, seed, until, size), daemon=True)
    teller.start()
    theirs.close()
    try:
        yield from _heard(ours)
        teller.join()
        if teller.exitcode:
            raise RuntimeError(f"making up a year failed with exit code {teller.exitcode}")
    finally:
        ours.close()
        teller.terminate()
        teller.join()


def _heard(ours: Connection) -> Generator[list[Visit], None, None]:
    decoder = msgspec.msgpack.Decoder(list[Visit])
    while True:
        try:
            told = ours.recv_bytes()
        except EOFError:
            return
        yield decoder.decode(told)


def _tell(theirs: Connection, leads: int, seed: int, until: datetime, size: int) -> None:
    # Ctrl-C is for the process that stores, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nothing here refers to itself, and this process ends when it is done.
    gc.disable()
    encoder = msgspec.msgpack.Encoder()
    for batch in _in_batches(year_of_visits(leads, seed, until), size):
        theirs.send_bytes(encoder.encode(batch))
    theirs.close()
