import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from leadkeep.domain.errors import NotFoundError
from leadkeep.logs import MAX_FRAMES, configure_logs

ADDRESS = "ada@example.org"


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is set up for the whole process is put back."""
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging, "raiseExceptions", True)
    level = logging.root.level
    yield
    logging.root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


class Log(io.StringIO):
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def log() -> Log:
    log = Log()
    configure_logs("info", stream=log)
    return log


def test_a_line_is_one_json_object_with_time_level_and_logger(log: Log) -> None:
    structlog.get_logger("leadkeep.test").info("listening", port=8420)
    (line,) = log.lines()
    assert line.pop("time").endswith("Z")
    assert line == {"level": "info", "logger": "leadkeep.test", "event": "listening", "port": 8420}


def test_what_is_bound_to_the_request_is_on_its_lines(log: Log) -> None:
    structlog.contextvars.bind_contextvars(request_id="r1")
    structlog.get_logger("leadkeep.test").info("x")
    assert log.lines()[0]["request_id"] == "r1"


def test_lines_below_the_level_are_left_out(log: Log) -> None:
    structlog.get_logger("leadkeep.test").debug("x")
    assert log.getvalue() == ""


def test_uvicorns_lines_come_through_the_same(log: Log) -> None:
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
    (line,) = log.lines()
    assert (line["logger"], line["level"], line["event"]) == (
        "uvicorn.error",
        "info",
        "Started server process [7]",
    )


def test_uvicorns_access_log_is_off(log: Log) -> None:
    logging.getLogger("uvicorn.access").error("GET /api/v1/leads?email=%s", ADDRESS)
    assert log.getvalue() == ""


def test_other_libraries_are_heard_only_when_they_warn(log: Log) -> None:
    logging.getLogger("httpx").info("GET https://example.org/%s", ADDRESS)
    logging.getLogger("httpx").warning("odd")
    assert [line["event"] for line in log.lines()] == ["odd"]


def test_a_level_of_a_librarys_own_is_no_stumbling_block(log: Log) -> None:
    logging.getLogger("other").log(35, "between")
    assert log.lines()[0]["level"] == "warning"


def test_a_database_error_is_logged_without_the_row_it_is_about(log: Log) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE TABLE t (email TEXT CHECK (email = ''))"))
        try:
            connection.execute(sa.text("INSERT INTO t VALUES (:email)"), {"email": ADDRESS})
        except sa.exc.IntegrityError:
            structlog.get_logger("leadkeep.test").exception("failed")
    engine.dispose()
    exception = log.lines()[0]["exception"]
    assert exception.startswith("sqlalchemy.exc.IntegrityError\n")
    assert "\nsqlite3.IntegrityError\n" in exception
    assert "test_logs.py:" in exception
    assert ADDRESS not in log.getvalue()
    assert "INSERT" not in log.getvalue()


def test_an_exception_of_a_librarys_line_is_logged_without_its_message(log: Log) -> None:
    try:
        raise ValueError(ADDRESS)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    (line,) = log.lines()
    assert line["event"] == "Exception in ASGI application"
    assert line["exception"].startswith("builtins.ValueError\n")
    assert ADDRESS not in log.getvalue()


def test_what_asyncio_adds_about_a_failed_task_is_left_out(log: Log) -> None:
    logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: <Task {ADDRESS!r}>")
    assert log.lines()[0]["event"] == "Task exception was never retrieved"


def test_our_own_errors_keep_their_message(log: Log) -> None:
    structlog.get_logger("leadkeep.test").error("x", exc_info=NotFoundError("Bot shop not found"))
    assert log.lines()[0]["exception"] == "leadkeep.domain.errors.NotFoundError: Bot shop not found"


def test_every_member_of_a_group_is_named(log: Log) -> None:
    group = ExceptionGroup(ADDRESS, [ValueError(ADDRESS), KeyError(ADDRESS)])
    structlog.get_logger("leadkeep.test").error("x", exc_info=group)
    assert log.lines()[0]["exception"].split("\n") == [
        "builtins.ExceptionGroup",
        "builtins.ValueError",
        "builtins.KeyError",
    ]


def test_an_endless_recursion_makes_no_endless_line(log: Log) -> None:
    def again() -> None:
        again()

    try:
        again()
    except RecursionError:
        structlog.get_logger("leadkeep.test").exception("x")
    assert len(log.lines()[0]["exception"].split("\n")) == MAX_FRAMES + 1


def test_a_value_that_json_cannot_say_does_not_lose_the_line(log: Log) -> None:
    structlog.get_logger("leadkeep.test").info("x", thing=object(), half="\ud800", odd={(1, 2): 3})
    (line,) = log.lines()
    assert (line["thing"], line["half"]) == ("<object>", "\ud800")


def test_a_log_that_cannot_be_written_stops_nothing() -> None:
    closed = io.StringIO()
    configure_logs("info", stream=closed)
    logger = structlog.get_logger("leadkeep.test")
    logger.info("x")
    closed.close()
    logger.info("y")
    assert closed.closed


def test_a_person_at_a_terminal_gets_readable_lines() -> None:
    terminal = Terminal()
    configure_logs("info", stream=terminal)
    try:
        raise ValueError(ADDRESS)
    except ValueError:
        structlog.get_logger("leadkeep.test").exception("failed", port=8420)
    text = terminal.getvalue()
    assert "failed" in text
    assert "builtins.ValueError" in text
    assert not text.startswith("{")
    assert ADDRESS not in text
