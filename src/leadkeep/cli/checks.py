"""What `leadkeep doctor` looks at. Each finding says how it is, and what to do where it is not well."""

import asyncio
import errno
import os
import platform
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Literal, NamedTuple

from leadkeep.actions.ask import TIMEOUT
from leadkeep.actions.jwks import read_jwks
from leadkeep.actions.jwt_issuer import issuer_from
from leadkeep.cli.advice import file_problem, folder_problem
from leadkeep.cli.bots import every_bot
from leadkeep.cli.database import explained, file_of, is_there, settings_of, shown_url
from leadkeep.domain.errors import LeadkeepError
from leadkeep.settings import Settings
from leadkeep.storage.database import Database
from leadkeep.storage.migrate import NEWER_SCHEMA, SchemaState, schema_state

if TYPE_CHECKING:
    import httpx

MIN_SQLITE = (3, 38, 0)
"""The first with the JSON operators that the queries use."""
MIN_POSTGRESQL = (15,)
LITTLE_SPACE, NO_SPACE = 2**30, 100 * 2**20
"""Bytes free under which we warn, and under which we do not call it well any more."""

State = Literal["ok", "warn", "fail"]


class Finding(NamedTuple):
    state: State
    subject: str
    text: str


def check_all(database: str | None, config: Path | None) -> Iterator[Finding]:
    """One finding after the other, as they are made. Without settings there is nothing more to check."""
    yield _python()
    try:
        settings = settings_of(database, config)
    except LeadkeepError as error:
        yield Finding("fail", "settings", error.message)
        return
    yield Finding("ok", "settings", "all understood; `leadkeep settings` shows them")
    yield _jwt(settings)
    if settings.oidc_issuer:
        yield _oidc(settings)
    file = file_of(settings.database)
    if file is None:
        yield from _database(settings.database)
    else:
        yield from _file_and_database(file, settings.database)


def _file_and_database(file: Path, url: str) -> Iterator[Finding]:
    disk = _disk(file.parent)
    yield disk
    # Opening the database would make the file, and to look at things must change nothing.
    if is_there(file):
        found = list(_database(url))
        yield from found
        if found[0].state == "ok":
            yield from _files(file)
    elif disk.state == "fail":
        yield Finding("fail", "database", f"{file} is not there and cannot be made; see disk")
    else:
        yield Finding("ok", "database", f"{file} is not there yet; `leadkeep serve` makes it")


def _python() -> Finding:
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < MIN_SQLITE:
        needed = ".".join(map(str, MIN_SQLITE))
        return Finding("fail", "versions", f"{versions}; use a Python with SQLite {needed} or newer")
    return Finding("ok", "versions", versions)


def _jwt(settings: Settings) -> Finding:
    try:
        if issuer_from(settings) is None:
            return Finding("ok", "jwt", "not used")
        keys = _public_keys(settings.jwt_jwks) if settings.jwt_jwks else None
    except LeadkeepError as error:
        return Finding("fail", "jwt", error.message)
    except (OSError, ValueError) as error:
        return Finding("fail", "jwt", f"{settings.jwt_jwks} gives no keys: {error}")
    if keys == 0:
        problem = f"{settings.jwt_jwks} has no key for RS256 or ES256; name the JWK Set of the issuer"
        return Finding("fail", "jwt", problem)
    means = "a shared secret" if keys is None else f"keys of their issuer ({keys})"
    return Finding("ok", "jwt", f"JWTs of {settings.jwt_issuer} are verified with {means}")


def _oidc(settings: Settings) -> Finding:
    from leadkeep.actions.oidc import OidcError, provider_from
    from leadkeep.actions.oidc_way import begin_way

    try:
        provider = provider_from(settings)
        if provider is not None:
            asyncio.run(provider.address(begin_way("/")))
    except LeadkeepError as error:
        return Finding("fail", "sign-in", error.message)
    except OidcError:
        place = f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration"
        problem = f"{place} does not answer as a provider does; is oidc_issuer right, and the way there open?"
        return Finding("fail", "sign-in", problem)
    return Finding("ok", "sign-in", f"{settings.oidc_issuer} can be gone to")


def _public_keys(place: str) -> int:
    """How many usable keys there are. Raises OSError, ValueError."""
    import httpx

    if not place.startswith(("http://", "https://")):
        return len(read_jwks(Path(place).read_bytes()))
    try:
        return len(read_jwks(httpx.get(place, timeout=TIMEOUT).raise_for_status().content))
    except httpx.HTTPError as error:
        raise OSError(_unreached(httpx.URL(place), error)) from None


def _unreached(url: "httpx.URL", error: "httpx.HTTPError") -> str:
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return f"it answers {error.response.status_code}; is the path right?"
    if isinstance(error, httpx.TimeoutException):
        return f"{url.netloc.decode()} does not answer within {TIMEOUT:.0f} s; is the way there open?"
    return f"{url.netloc.decode()} cannot be reached ({error}); is the host right, and the way there open?"


def _disk(directory: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=directory) as probe:
            probe.write(b"leadkeep")
            probe.flush()
            os.fsync(probe.fileno())
        free = shutil.disk_usage(directory).free
    except OSError as error:
        problem = (
            folder_problem(directory) or f"cannot write to {directory}: {error.strerror}; {_cure(error)}"
        )
        return Finding("fail", "disk", problem)
    state: State = "fail" if free < NO_SPACE else "warn" if free < LITTLE_SPACE else "ok"
    advice = "" if state == "ok" else "; make room before leads are refused"
    return Finding(state, "disk", f"{directory} can be written, {free / 2**30:.1f} GiB free{advice}")


def _cure(error: OSError) -> str:
    is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return "make room there" if is_full else "name another place with --database"


def _database(url: str) -> Iterator[Finding]:
    try:
        with explained(url), closing(Database(url)) as database:
            with database.snapshot() as store:
                state = schema_state(store)
                version = store.connection.dialect.server_version_info or ()
            yield _engine(database, url, version)
            yield _schema(state)
            with database.transaction():
                writing = _writing(url)
            yield writing
            if state is SchemaState.CURRENT:
                yield _open_bots(database)
    except LeadkeepError as error:
        yield Finding("fail", "database", error.message)


def _engine(database: Database, url: str, version: tuple[object, ...]) -> Finding:
    reached = f"{shown_url(url)} answers, {database.dialect.name} {'.'.join(map(str, version))}"
    if database.dialect.name == "postgresql" and version < MIN_POSTGRESQL:
        return Finding("fail", "database", f"{reached}; upgrade it to {MIN_POSTGRESQL[0]} or newer")
    return Finding("ok", "database", reached)


def _schema(state: SchemaState) -> Finding:
    return {
        SchemaState.CURRENT: Finding("ok", "schema", "up to date"),
        SchemaState.EMPTY: Finding("ok", "schema", "no tables yet; `leadkeep serve` makes them"),
        SchemaState.OLDER: Finding("warn", "schema", "older than this Leadkeep; run `leadkeep migrate`"),
        SchemaState.NEWER: Finding("fail", "schema", NEWER_SCHEMA),
    }[state]


def _writing(url: str) -> Finding:
    """Asked inside a transaction that writes: by then SQLite has made its log beside the file."""
    file = file_of(url)
    # On a file that is read-only SQLite begins such a transaction without a word.
    if file is not None and (problem := file_problem(file)):
        return Finding("fail", "writing", problem)
    if file is not None and not file.with_name(f"{file.name}-wal").exists():
        return Finding("fail", "writing", "SQLite cannot keep a WAL here; put the file on a local disk")
    return Finding("ok", "writing", "can be written to")


def _open_bots(database: Database) -> Finding:
    public = [bot for bot in every_bot(database) if bot.public]
    if not public:
        return Finding("ok", "bots", "no bot is public")
    anywhere = [bot.id for bot in public if not bot.origins]
    if not anywhere:
        return Finding("ok", "bots", "every public bot is held to its sites")
    named = ", ".join(anywhere[:10]) + (" and more" if len(anywhere) > 10 else "")
    return Finding(
        "warn",
        "bots",
        f"any site can leave leads with {named}; hold it to yours with `leadkeep bots set ID --origin URL`",
    )


def _files(file: Path) -> Iterator[Finding]:
    for path in (file, file.with_name(f"{file.name}-wal")):
        if path.exists() and path.stat().st_mode & stat.S_IRWXO:
            yield Finding(
                "warn",
                "files",
                f"everybody on this machine can read {path}; run chmod o-rwx {quote(str(path))}",
            )
            return
    who = "its owner and group" if file.stat().st_mode & stat.S_IRWXG else "its owner"
    yield Finding("ok", "files", f"the database is readable by {who} alone")
