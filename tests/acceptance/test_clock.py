"""The clock is set while events are on their way: nothing is lost, nothing waits for it, nothing storms."""

from collections import Counter
from pathlib import Path

import pytest

from leadkeep.storage.database import Database
from tests.acceptance.test_deliveries import LOCAL, capture, client_of
from tests.support.endpoints import make_endpoint, states_of
from tests.support.process import StartServer
from tests.support.receiver import Receiver
from tests.support.waiting import wait_until

pytestmark = pytest.mark.faults

# Python imports this by itself in each process that is started: server, writer and courier then take the time
# from a clock that is set by writing into a file.
CLOCK = """
from datetime import timedelta
from pathlib import Path
from leadkeep.actions import clock

real, offset = clock.now, Path({offset!r})
clock.now = lambda: real() + timedelta(seconds=int(offset.read_text() or 0))
"""


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_set_loses_nothing_and_delays_nothing(
    migrated_url: str,
    database: Database,
    start_server: StartServer,
    hooks: Receiver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
) -> None:
    offset = tmp_path / "offset"
    offset.write_text("0")
    (tmp_path / "sitecustomize.py").write_text(CLOCK.format(offset=str(offset)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    endpoint = make_endpoint(database, hooks.url())
    process = start_server(migrated_url, anew=True, deliver_to=LOCAL)
    with client_of(process, database) as client:
        capture(client, 20, "warm")
        hooks.wait_for(lambda arrivals: len(hooks.ids) == 20)
        hooks.answer_with = 500
        capture(client, 20, "failing")
        hooks.wait_for(lambda arrivals: len(hooks.ids) == 40)
        offset.write_text(str(hours * 3_600))
        hooks.answer_with = 200
        capture(client, 20, "later")
        wait_until(lambda: states_of(database, endpoint) == ["delivered"] * 60)
    times = Counter(Counter(arrival.id for arrival in hooks.arrivals).values())
    assert times == {1: 40, 2: 20}
    assert process.terminate() == 0
