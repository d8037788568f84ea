"""What `leadkeep serve` says before it serves; the server itself is tested elsewhere."""

import socket
import subprocess
import sys

from tests.support.command import Command


def test_a_port_in_use_is_one_line(bare: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = bare("serve", "--port", str(port), code=2)
    assert done.err.splitlines()[-1].startswith(f"leadkeep: cannot listen on 127.0.0.1 port {port}: ")
    assert done.err.endswith("; choose another with --port\n")
    assert "Traceback" not in done.err


def test_several_workers_on_sqlite_are_refused(bare: Command) -> None:
    assert bare("serve", "--workers", "2", code=2).err == (
        "leadkeep: --workers must be 1 with SQLite; more need PostgreSQL\n"
    )


def test_a_database_that_does_not_answer_is_said_so_at_the_end(bare: Command) -> None:
    done = bare("serve", "--database", "postgresql://u:hush@127.0.0.1:1/d", code=1)
    assert done.err.splitlines()[-1].startswith("leadkeep: cannot use the database postgresql://u:********@")
    assert "hush" not in done.err


def test_the_command_line_is_light_until_a_command_runs() -> None:
    code = "import leadkeep.cli, sys; print(*sys.modules)"
    loaded = set(subprocess.check_output([sys.executable, "-c", code], text=True).split())
    assert loaded.isdisjoint({"litestar", "uvicorn", "sqlalchemy", "alembic", "rich", "structlog"})
