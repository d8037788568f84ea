"""The benchmarks run, and leave nothing behind. What they find is not for tests to say."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]


def start(temporary: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks", "--quick", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=REPOSITORY,
        env=os.environ | {"TMPDIR": str(temporary)} | environment,
        text=True,
    )


def figures(table: str) -> dict[tuple[str, str], float]:
    """Leadkeep's own, by work and clients."""
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")][2:]
    return {(row[0], row[1]): float(re.sub(r"[^0-9.]", "", row[2])) for row in rows}


def test_deliveries_are_measured_beside_a_bare_loop(tmp_path: Path) -> None:
    out, err = (process := start(tmp_path, "deliveries", "delivery_latency")).communicate(timeout=100)
    assert process.returncode == 0, err
    assert {work for work, _ in figures(out)} == {
        "deliveries to one fast receiver",
        "from a capture's answer to its delivery, median",
        "from a capture's answer to its delivery, p99",
    }


def test_captures_are_measured_for_each_number_of_clients(tmp_path: Path) -> None:
    out, err = (process := start(tmp_path, "post_one")).communicate(timeout=100)
    assert process.returncode == 0, err
    found = figures(out)
    assert {clients for _, clients in found} == {"1", "16", "64"}
    assert all(figure > 0 for figure in found.values())
    assert not list(tmp_path.iterdir())


def test_reads_are_measured_on_a_machine_without_wrk(tmp_path: Path) -> None:
    process = start(tmp_path, "get_10", PATH="")
    out, err = process.communicate(timeout=100)
    assert process.returncode == 0, err
    assert figures(out)["GET 10 leads", "64"] > 0
    assert "load by the generator in Python" in out


def test_growth_is_measured_from_size_to_size(tmp_path: Path) -> None:
    out, err = (process := start(tmp_path, "growth")).communicate(timeout=100)
    assert process.returncode == 0, err
    works = {work: figure for (work, _), figure in figures(out).items()}
    for size in (300, 600):
        assert works[f"first page of 50, {size} leads, p99"] > 0
        assert works[f"messages appended in batches of 100, {size} leads"] > 0
    assert works["counts per day over a year, p50 at 600 by that at 300"] > 0
    assert not list(tmp_path.iterdir())


def test_the_console_is_measured_and_weighed(tmp_path: Path) -> None:
    out, err = (process := start(tmp_path, "console")).communicate(timeout=100)
    assert process.returncode == 0, err
    works = {work: figure for (work, _), figure in figures(out).items()}
    assert works["console, inbox, 20,000 leads, p95"] > 0
    assert works["console, weight of inbox"] > 0


def test_captures_are_measured_against_another_checkout(tmp_path: Path) -> None:
    process = start(tmp_path, "capture", "--against", str(REPOSITORY))
    out, err = process.communicate(timeout=100)
    assert process.returncode == 0, err
    assert figures(out)[f"POST one lead, the floor being {REPOSITORY.name}, SQLite", "64"] > 0


def test_what_is_no_checkout_is_refused(tmp_path: Path) -> None:
    for arguments in (["capture", "--against", str(tmp_path)], ["capture"]):
        _, err = (process := start(tmp_path, *arguments)).communicate(timeout=60)
        assert process.returncode == 2
        assert "--against" in err


def test_an_interrupted_run_leaves_neither_servers_nor_files(tmp_path: Path) -> None:
    process = start(tmp_path, "post_one")
    port = wait_for_server(tmp_path, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGINT, err
    assert not list(tmp_path.iterdir())
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def wait_for_server(temporary: Path, process: subprocess.Popen[str]) -> int:
    """The port of the first server of Leadkeep, once it listens."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        for log in temporary.glob("leadkeep-bench-*/leadkeep-*.log"):
            if '"listening"' in log.read_text():
                return int(log.stem.rpartition("-")[2])
        time.sleep(0.05)
    raise AssertionError("no server came up")
