"""`leadkeep tail`."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from leadkeep.cli.options import ConfigOption, DatabaseOption

TOKEN = "LEADKEEP_TOKEN"  # noqa: S105 - the name of a variable; see settings

if TYPE_CHECKING:
    from types import FrameType

    import httpx

    from leadkeep.actions.read_events import Feed
    from leadkeep.storage.database import Database

_LOOK_EVERY = 0.5
_PAGE = 200
_PATIENCE = 60.0
"""Seconds without a sign of life, of which there is one every 15."""


def tail(
    url: Annotated[
        str | None, typer.Option(metavar="URL", help=f"A server, asked with the token in {TOKEN}.")
    ] = None,
    types: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="Events of this type; several times for several."),
    ] = None,
    bot: Annotated[str | None, typer.Option(metavar="ID", help="Of this bot.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Begin with the oldest that is kept.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Each event as a line of JSON.")] = False,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Show events as they happen, until stopped."""
    # To be stopped is how it ends, whatever it is at.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    write = _as_json if json else _for_people
    if url is not None:
        _tail_server(url, types, bot, everything=everything, write=write)
    from leadkeep.cli.bots import require_bot
    from leadkeep.cli.database import opened
    from leadkeep.cli.terminal import note

    with opened(database, config) as ready:
        require_bot(ready, bot)
        feed = _feed(types, bot)
        after = 0 if everything else _end(ready)
        note("Watching; Ctrl-C ends it.")
        _tail_database(ready, feed, after, write)


def _leave(number: int, frame: "FrameType | None") -> NoReturn:
    try:
        sys.stdout.flush()
    finally:
        os._exit(0)


def _feed(types: list[str] | None, bot: str | None) -> "Feed":
    from leadkeep.actions.read_events import feed_of
    from leadkeep.cli.endpoints import read_types
    from leadkeep.domain.access import OPERATOR

    return feed_of(OPERATOR, bot, read_types(types))


def _end(database: "Database") -> int:
    from leadkeep.actions.read_events import end_of_feed

    with database.snapshot() as store:
        return end_of_feed(store)


def _tail_database(database: "Database", feed: "Feed", after: int, write: Callable[[str], None]) -> NoReturn:
    import time

    from leadkeep.actions.read_events import read_feed

    while True:
        with database.snapshot() as store:
            page = read_feed(store, feed, after, _PAGE)
        for event in page.events:
            write(event.payload)
        after = page.after
        if not page.more:
            time.sleep(_LOOK_EVERY)


def _tail_server(
    url: str, types: list[str] | None, bot: str | None, *, everything: bool, write: Callable[[str], None]
) -> NoReturn:
    """Comes back where the connection is lost, and goes on where it was."""
    import time

    import httpx

    from leadkeep.cli.endpoints import read_types
    from leadkeep.cli.terminal import note

    named = read_types(types)
    params = {**({"types": ",".join(named)} if named else {}), **({"bot": bot} if bot else {})}
    headers = {"Authorization": f"Bearer {_token()}"}
    place = "oldest" if everything else "latest"
    with httpx.Client(timeout=httpx.Timeout(10, read=_PATIENCE)) as client:
        while True:
            try:
                for name, value in _fields(client, url, {**params, "after": place}, headers):
                    if name == "id":
                        place = value
                    elif name == "data":
                        write(value)
            except httpx.TransportError:
                note(f"{url} cannot be reached; trying again.")
            time.sleep(1)


def _fields(
    client: "httpx.Client", url: str, params: dict[str, str], headers: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """Of server-sent events, until the server ends the stream. Raises ForbiddenError where there is none."""
    from leadkeep.cli.terminal import note
    from leadkeep.domain.errors import ForbiddenError

    with client.stream("GET", f"{url.rstrip('/')}/api/v2/stream", params=params, headers=headers) as answer:
        if not answer.is_success:
            said = answer.read().decode(errors="replace")[:500]
            raise ForbiddenError(f"{url} answers {answer.status_code}: {said}")
        note("Watching; Ctrl-C ends it.")
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            yield name, value


def _token() -> str:
    from leadkeep.domain.errors import InvalidError

    token = os.environ.get(TOKEN, "")
    if not token and sys.stdin.isatty():
        token = typer.prompt("Token", hide_input=True, err=True)
    if not token:
        raise InvalidError(TOKEN, f"set {TOKEN} to a token with the permission read")
    return token


def _as_json(payload: str) -> None:
    print(payload, flush=True)


def _for_people(payload: str) -> None:
    import msgspec

    from leadkeep.cli.terminal import printable
    from leadkeep.forms.facts import facts_of

    event = msgspec.json.decode(payload)
    facts = facts_of(event, None)
    rest = ", ".join(value for name, value in facts.rows if name != "Name")
    print(printable(f"{event['timestamp']}  {facts.title}{rest and f'  ({rest})'}"), flush=True)
