"""The database as commands use it, and what is wrong with it said in the engine's own words."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from leadkeep.domain.errors import UnavailableError
from leadkeep.logs import configure_logs
from leadkeep.settings import Settings, load_settings, mask_url
from leadkeep.storage.database import Database
from leadkeep.storage.migrate import bring_up_to_date

_OPERATORS_TO_SEE_TO = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.ProgrammingError)


def settings_of(database: str | None, config: Path | None) -> Settings:
    """The settings in force. Unlike a server's, a command's log is silent but for debugging."""
    settings = load_settings({"database_url": database, "config": config})
    configure_logs("debug" if settings.log_level == "debug" else "error")
    return settings


@contextmanager
def opened(database: str | None, config: Path | None) -> Iterator[Database]:
    """The open database, at today's schema. Raises UnavailableError, ConflictError for a newer schema."""
    url = settings_of(database, config).database
    with explained(url), closing(Database(url)) as ready:
        bring_up_to_date(ready)
        yield ready


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
    reason = str(cause.orig) if isinstance(cause, sa.exc.DBAPIError) else "it does not answer"
    return UnavailableError(f"cannot use the database {mask_url(url)}: {reason.splitlines()[0]}", 0)
