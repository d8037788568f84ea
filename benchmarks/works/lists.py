"""Reading lists of leads, in each of the three faces."""

from collections.abc import Iterator

from benchmarks.readers import first_byte_ms
from benchmarks.report import Row
from benchmarks.seed import BOT
from benchmarks.stage import Call, Figures, Pair, Stage

_TEN = Row(work="GET 10 leads", clients=64, flowise=659, aim=5_000)
_TEN_AMONG_MANY = Row(work="GET 10 leads beside {crowd:,} of other bots", clients=64, aim=5_000)
_THOUSAND = Row(work="GET 1,000 leads", clients=16, flowise=54, aim=600)
_ALL = Row(work="GET 50,000 leads", clients=1, flowise=1.3, aim=10)
_FIRST_BYTE = Row(work="GET 50,000 leads, first byte", clients=1, unit=" ms", aim=30)
_CHATNODE = Row(work="ChatNode list of 1,000 sessions", clients=16)
_NATIVE = Row(work="native page of 50 leads", clients=64)


def flowise_list(count: int) -> Call:
    return Call("GET", f"/api/v1/leads/{BOT}", f"/leads/{BOT}/{count}")


def get_10(stage: Stage) -> Iterator[Row]:
    yield _list(stage, _TEN, flowise_list(10), 10)


def get_10_beside_a_million(stage: Stage) -> Iterator[Row]:
    crowd = stage.plan.crowd
    work = _TEN_AMONG_MANY.work.format(crowd=crowd)
    aimed = Row(work=work, clients=_TEN_AMONG_MANY.clients, aim=_TEN_AMONG_MANY.aim)
    yield _list(stage, aimed, flowise_list(10), 10, crowd)


def get_1000(stage: Stage) -> Iterator[Row]:
    yield _list(stage, _THOUSAND, flowise_list(1_000), 1_000)


def get_50000(stage: Stage) -> Iterator[Row]:
    call = flowise_list(50_000)
    with stage.reading(50_000) as pair:
        yield stage.row(_ALL, pair.compare(call, 1, least_seconds=5).rates)
        yield stage.row(_FIRST_BYTE, _first_bytes(pair, call))


def chatnode_1000(stage: Stage) -> Iterator[Row]:
    call = Call("POST", f"/v1/get-conversation-ids/{BOT}", f"/sessions/{BOT}/1000")
    yield _list(stage, _CHATNODE, call, 1_000)


def native_50(stage: Stage) -> Iterator[Row]:
    call = Call("GET", f"/api/v2/leads?bot={BOT}&limit=50", f"/leads/{BOT}/50")
    # One lead more than the page holds, so that a cursor to the next is made as well.
    yield _list(stage, _NATIVE, call, 51)


def _list(stage: Stage, aimed: Row, call: Call, count: int, crowd: int = 0) -> Row:
    assert aimed.clients
    with stage.reading(count, crowd) as pair:
        return stage.row(aimed, pair.compare(call, aimed.clients).rates)


def _first_bytes(pair: Pair, call: Call) -> Figures:
    """Milliseconds, ours and the floor's, which has to read everything before it can answer."""
    ours, floor = pair.requests(call)
    waits = [(first_byte_ms(ours), first_byte_ms(floor)) for _ in range(3 * pair.plan.runs)]
    return [wait for wait, _ in waits], [wait for _, wait in waits]
