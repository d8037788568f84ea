"""The database as commands use it, and what is wrong with it said in the engine's own words."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from leadkeep.actions.upgrade import upgrade
from leadkeep.cli.advice import advice_on
from leadkeep.domain.errors import NotFoundError, UnavailableError
from leadkeep.logs import configure_logs
from leadkeep.settings import Settings, load_settings, mask_url
from leadkeep.storage.database import Database
from leadkeep.storage.dialect import read_url

_OPERATORS_TO_SEE_TO = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.ProgrammingError)


def settings_of(database: str | None, config: Path | None) -> Settings:
    """The settings in force. Unlike a server's, a command's log is silent but for debugging."""
    settings = load_settings({"database_url": database, "config": config})
    configure_logs("debug" if settings.log_level == "debug" else "error")
    return settings


def file_of(url: str) -> Path | None:
    """Where SQLite keeps it all, as an absolute path; None for PostgreSQL. Raises InvalidError."""
    read = read_url(url)
    if read.get_backend_name() != "sqlite" or not read.database or read.database.startswith("file:"):
        return None
    return Path(read.database).absolute()


def shown_url(url: str) -> str:
    """Without its password; a file by its whole path, since it matters where a command was started."""
    file = file_of(url)
    masked = mask_url(url)
    return masked if file is None else masked.replace(f"///{read_url(url).database}", f"///{file}", 1)


@contextmanager
def opened(database: str | None, config: Path | None, *, make: bool = False) -> Iterator[Database]:
    """The open database, at today's schema; a file that is not there is made only on `make`.

    Raises NotFoundError, UnavailableError, ConflictError for a newer schema.
    """
    url = settings_of(database, config).database
    if not make:
        _require_file(url)
    with explained(url), closing(Database(url)) as ready:
        upgrade(ready)
        yield ready


def _require_file(url: str) -> None:
    file = file_of(url)
    if file is not None and not is_there(file):
        raise NotFoundError(
            f"there is no database at {file}: start `leadkeep serve` there, or name another with --database"
        )


def is_there(file: Path) -> bool:
    """One that may not be looked at is there for all we know: opening it will tell."""
    try:
        return file.exists()
    except PermissionError:
        return True


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Say why the database cannot be used; over HTTP that is nobody's business, here it is."""
    try:
        yield
    except UnavailableError as error:
        raise _unusable(url, error.__cause__) from error
    except sa.exc.DBAPIError as error:
        # SQLite's bare DatabaseError is a file that is damaged or no database at all.
        if isinstance(error, _OPERATORS_TO_SEE_TO) or type(error) is sa.exc.DatabaseError:
            raise _unusable(url, error) from error
        raise


def _unusable(url: str, cause: BaseException | None) -> UnavailableError:
    reason = str(cause.orig).splitlines()[0] if isinstance(cause, sa.exc.DBAPIError) else "it does not answer"
    advice = advice_on(reason, file_of(url))
    return UnavailableError(
        f"cannot use the database {shown_url(url)}: {reason}{advice and f'; {advice}'}", 0
    )
