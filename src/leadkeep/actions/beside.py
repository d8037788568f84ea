"""Work done by a process of its own, so that what it makes and what is made of it share two cores."""

import gc
import signal
from collections.abc import Callable, Generator, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def made_beside(make: Callable[..., Iterator[T]], kind: type[T], *given: Any) -> Generator[T, None, None]:
    """What `make(*given)` yields, always one ahead. `make` stands in a module, and msgspec knows `kind`.

    Raises RuntimeError where it failed; it has said why on stderr.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    maker = context.Process(target=_make, args=(theirs, make, given), daemon=True)
    maker.start()
    theirs.close()
    try:
        yield from _received(ours, kind)
        maker.join()
        if maker.exitcode:
            raise RuntimeError(f"{make.__name__} failed with exit code {maker.exitcode}")
    finally:
        ours.close()
        maker.terminate()
        maker.join()


def _received(ours: Connection, kind: type[T]) -> Iterator[T]:
    decoder = msgspec.msgpack.Decoder(kind)
    while True:
        try:
            sent = ours.recv_bytes()
        except EOFError:
            return
        yield decoder.decode(sent)


def _make(theirs: Connection, make: Callable[..., Iterator[Any]], given: tuple[Any, ...]) -> None:
    # Ctrl-C is for the process that waits for this one, and ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # It ends when it is done: to look for garbage among so much that is in use takes a quarter of its time.
    gc.disable()
    encoder = msgspec.msgpack.Encoder()
    for made in make(*given):
        theirs.send_bytes(encoder.encode(made))
    theirs.close()
