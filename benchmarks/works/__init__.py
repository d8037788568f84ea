"""Everything that is measured, by name."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal, NamedTuple

from benchmarks.report import Row
from benchmarks.stage import Stage
from benchmarks.works.against import against
from benchmarks.works.beneath import beneath
from benchmarks.works.capture import post_one
from benchmarks.works.console import console
from benchmarks.works.deliveries import (
    capture_with_endpoints,
    claiming,
    deliveries,
    latency,
    slow_endpoints,
)
from benchmarks.works.extraction import extraction
from benchmarks.works.growth import growth
from benchmarks.works.lists import (
    chatnode_1000,
    get_10,
    get_10_beside_a_million,
    get_1000,
    get_50000,
    native_50,
)
from benchmarks.works.memory import memory
from benchmarks.works.streams import streams


class Work(NamedTuple):
    engine: Literal["SQLite", "PostgreSQL"]
    measure: Callable[[Stage], Iterator[Row]]
    beside_another: bool = False


WORKS: dict[str, Work] = {
    "post_one": Work("SQLite", post_one),
    "get_10": Work("SQLite", get_10),
    "get_10_beside_a_million": Work("SQLite", get_10_beside_a_million),
    "get_1000": Work("SQLite", get_1000),
    "get_50000": Work("SQLite", get_50000),
    "memory": Work("SQLite", memory),
    "chatnode_1000": Work("SQLite", chatnode_1000),
    "native_50": Work("SQLite", native_50),
    "beneath": Work("SQLite", beneath),
    "extraction": Work("SQLite", extraction),
    "deliveries": Work("SQLite", deliveries),
    "delivery_latency": Work("SQLite", latency),
    "capture_with_endpoints": Work("SQLite", capture_with_endpoints),
    "claiming": Work("SQLite", claiming),
    "slow_endpoints": Work("SQLite", slow_endpoints),
    "streams": Work("SQLite", streams),
    "postgresql_post_one": Work("PostgreSQL", post_one),
    "postgresql_post_one_2_workers": Work("PostgreSQL", partial(post_one, workers=2)),
    "postgresql_get_10": Work("PostgreSQL", get_10),
    "postgresql_get_10_beside_a_million": Work("PostgreSQL", get_10_beside_a_million),
    "postgresql_get_1000": Work("PostgreSQL", get_1000),
    "postgresql_get_50000": Work("PostgreSQL", get_50000),
    "postgresql_deliveries": Work("PostgreSQL", deliveries),
    "postgresql_delivery_latency": Work("PostgreSQL", latency),
    "postgresql_capture_with_endpoints": Work("PostgreSQL", capture_with_endpoints),
    "postgresql_claiming": Work("PostgreSQL", claiming),
    "postgresql_streams": Work("PostgreSQL", streams),
    "postgresql_slow_endpoints": Work("PostgreSQL", slow_endpoints),
    "console": Work("SQLite", console),
    "postgresql_console": Work("PostgreSQL", console),
    "growth": Work("SQLite", growth),
    "postgresql_growth": Work("PostgreSQL", growth),
    "capture": Work("SQLite", against, beside_another=True),
    "postgresql_capture": Work("PostgreSQL", against, beside_another=True),
}
