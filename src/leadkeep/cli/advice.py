"""What to do when a database cannot be used: from the engine's own words, and from how its folder is."""

import os
import pwd
import stat
from pathlib import Path
from shlex import quote

_ON_POSTGRESQL = {
    "Connection refused": "is PostgreSQL running there, and are host and port right?",
    "No such file or directory": "is PostgreSQL running on this machine? Otherwise name its host in the URL",
    "timeout": "are host and port right, and does a firewall let this machine through?",
    "resolve": "is the host spelt right?",
    "translate host name": "is the host spelt right?",
    "password": "are user and password right?",
    "authentication failed": "are user and password right?",
    "role": "is the user spelt right? `createuser` makes one",
    "does not exist": "is its name spelt right? `createdb` makes one",
    "permission denied": "give the user all rights on the database and its schema",
    "read-only": "name the primary server, not a standby",
    "too many": "raise PostgreSQL's max_connections, or run fewer workers",
}
_ON_SQLITE = {
    "not a database": "name another file with --database, or put a copy of the database in its place",
    "malformed": "the file is damaged: stop the server and put a copy of the database in its place",
    "locked": "another program holds it; try again when that is done",
    "full": "make room on the disk",
    "disk I/O": "look into the system's log for what is wrong with the disk",
}


def advice_on(reason: str, file: Path | None) -> str:
    """What to do about an engine's error message; empty where we know no more than it says."""
    if file is None:
        return _first(_ON_POSTGRESQL, reason)
    if "readonly" in reason or "unable to open" in reason:
        return folder_problem(file.parent) or file_problem(file) or ""
    return _first(_ON_SQLITE, reason)


def folder_problem(folder: Path) -> str | None:
    """Why no file can be made in the folder, and what to do; None where it can be."""
    try:
        if not stat.S_ISDIR(folder.stat().st_mode):
            return f"{folder} is no folder; name another place with --database"
    except FileNotFoundError:
        return f"{folder} is not there; make it with mkdir -p {quote(str(folder))}"
    except OSError as error:
        return (
            f"{folder} cannot be reached: {error.strerror}; run this as a user who may, or name another place"
        )
    # SQLite keeps its log beside the file.
    return None if os.access(folder, os.W_OK | os.X_OK) else _forbidden(folder)


def file_problem(file: Path) -> str | None:
    """Why a file that is there cannot be written to, and what to do; None where it can be."""
    if file.is_dir():
        return f"{file} is a folder; name a file in it"
    return None if os.access(file, os.R_OK | os.W_OK) or not file.exists() else _forbidden(file)


def _forbidden(path: Path) -> str:
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return f"{path} is on a disk mounted read-only; mount it to be written, or name another place"
    me, owner, mode, quoted = _me(), _owner(path), stat.filemode(path.stat().st_mode), quote(str(path))
    if me == owner:
        return (
            f"{path} is not yours to write to ({mode}); run chmod u+rw{'x' if path.is_dir() else ''} {quoted}"
        )
    return f"{path} belongs to {owner} ({mode}); run this as {owner}, or chown {me} {quoted}"


def _me() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:
        return str(path.stat().st_uid)


def _first(advice: dict[str, str], reason: str) -> str:
    return next((what for words, what in advice.items() if words in reason), "")
