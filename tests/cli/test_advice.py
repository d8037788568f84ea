"""Advice on folders and files, as someone who may not write there gets it."""

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from leadkeep.cli.advice import advice_on, file_problem, folder_problem

NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where anybody may look, and nobody but root may write."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        yield Path(name)
        Path(name).chmod(0o700)


def unprivileged(ask: Callable[[Path], str | None], path: Path) -> str | None:
    """What a process without root's rights is told: as ourselves, or as nobody where we are root."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=answer, args=(ask, path, theirs))
    child.start()
    told: str | None = ours.recv()
    child.join()
    return told


def answer(ask: Callable[[Path], str | None], path: Path, to: Connection) -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    to.send(ask(path))


def cure(path: Path, mode: str, change: str) -> str:
    if os.geteuid() == 0:
        return f"{path} belongs to root ({mode}); run this as root, or chown nobody {path}"
    return f"{path} is not yours to write to ({mode}); run {change} {path}"


def test_a_folder_that_may_not_be_written_to(folder: Path) -> None:
    assert unprivileged(folder_problem, folder) == cure(folder, "dr-xr-xr-x", "chmod u+rwx")


def test_a_file_that_may_not_be_written_to(folder: Path, tmp_path: Path) -> None:
    folder.chmod(0o755)
    file = folder / "leads.db"
    file.touch()
    file.chmod(0o444)
    assert unprivileged(file_problem, file) == cure(file, "-r--r--r--", "chmod u+rw")


def test_what_is_no_folder_or_no_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert (
        folder_problem(tmp_path / "file")
        == f"{tmp_path}/file is no folder; name another place with --database"
    )
    assert file_problem(tmp_path) == f"{tmp_path} is a folder; name a file in it"
    assert (
        folder_problem(tmp_path / "a b")
        == f"{tmp_path}/a b is not there; make it with mkdir -p '{tmp_path}/a b'"
    )


def test_where_all_is_well_there_is_nothing_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert folder_problem(tmp_path) is None
    assert file_problem(tmp_path / "file") is None
    assert advice_on("something new", None) == ""
