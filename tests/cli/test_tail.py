"""`leadkeep tail`: what happens, line by line, until it is stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from leadkeep.storage.database import Database
from tests.actions.test_deliveries import left
from tests.support.command import Command, on_a_terminal
from tests.support.native import capture
from tests.support.server import Server


@contextmanager
def tailing(directory: Path, *options: str, **environ: str) -> Iterator["subprocess.Popen[str]"]:
    """Once it watches."""
    with subprocess.Popen(
        Command.line("tail", *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=directory,
        env=on_a_terminal() | environ,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            assert line.startswith("Watching"), line + process.stderr.read()
            yield process
        finally:
            process.kill()


def line_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_each_lead_is_a_line_as_it_comes(
    migrated_url: str, database: Database, tmp_path: Path, number: signal.Signals
) -> None:
    with tailing(tmp_path, "--database", migrated_url, "--json") as process:
        leads = [left(database) for _ in range(3)]
        told = [msgspec.json.decode(line_of(process))["data"]["lead"]["id"] for _ in leads]
        assert told == [lead.id for lead in leads]
        process.send_signal(number)
        assert process.wait(10) == 0


def test_people_read_who_came_and_how_to_reach_them(
    migrated_url: str, database: Database, tmp_path: Path
) -> None:
    left(database, "other")
    left(database, name="Bob")
    only = ["--bot", "shop", "--type", "lead.captured", "--all"]
    with tailing(tmp_path, "--database", migrated_url, *only) as process:
        assert "New lead: Bob" in line_of(process)
        left(database, name="Ada \x1b[31m", email="ada@example.com")
        line = line_of(process)
    assert "New lead: Ada" in line
    assert "ada@example.com" in line
    assert "\x1b" not in line


def test_it_ends_well_at_whatever_it_is(migrated_url: str, database: Database, tmp_path: Path) -> None:
    for pause in (0, 0.1, 0.3, 0.5, 0.55, 0.7):
        with tailing(tmp_path, "--database", migrated_url) as process:
            time.sleep(pause)
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
            assert process.stderr is not None
            assert process.stderr.read() == ""


def test_a_server_is_watched_with_a_token(server: Server, tmp_path: Path) -> None:
    bot = server.bot()
    token = server.token("read")
    with tailing(tmp_path, "--url", server.url, "--bot", bot, "--json", LEADKEEP_TOKEN=token) as process:
        lead = capture(server, bot)
        assert msgspec.json.decode(line_of(process))["data"]["lead"]["id"] == lead["id"]
        assert token not in Path(f"/proc/{process.pid}/cmdline").read_text()
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_server_that_refuses_is_said(server: Server, bare: Command) -> None:
    refused = bare("tail", "--url", server.url, code=1, LEADKEEP_TOKEN="lk_wrong")
    assert "answers 401" in refused.err
    assert "set LEADKEEP_TOKEN" in bare("tail", "--url", server.url, code=2).err
