"""POST one lead: every request with a session, name, e-mail and phone of its own."""

from collections.abc import Iterator

from benchmarks.report import Row
from benchmarks.seed import BOT, stored
from benchmarks.stage import Call, Stage

POST = Call(
    "POST",
    "/api/v1/leads",
    "/leads",
    f'{{"chatflowid":"{BOT}","chatId":"visit-{{n}}","name":"Ada Lovelace {{n}}",'
    '"email":"ada.{n}@example.com","phone":"+49151{n}"}',
)
_WORK = "POST one lead"
_RATES = (
    Row(work=_WORK, clients=1, flowise=141, aim=1_100),
    Row(work=_WORK, clients=16, flowise=521, aim=4_000),
    Row(work=_WORK, clients=64, flowise=625, aim=6_000, floor_share=0.6),
)
_P99S = (
    Row(work=f"{_WORK}, p99", clients=1, unit=" ms", flowise=35),
    Row(work=f"{_WORK}, p99", clients=16, unit=" ms", flowise=126),
    Row(work=f"{_WORK}, p99", clients=64, unit=" ms", flowise=268, aim=40),
)


def post_one(stage: Stage, workers: int = 1) -> Iterator[Row]:
    """Raises RuntimeError where a lead was answered for and is not there."""
    suffix = f", {workers} workers" if workers > 1 else ""
    answered = 0
    with stage.writing(workers) as (pair, url):
        for rate, p99 in zip(_RATES, _P99S, strict=True):
            assert rate.clients
            found = pair.compare(POST, rate.clients)
            answered += sum(load.requests for load in found.ours)
            yield stage.row(rate, found.rates, suffix=suffix)
            yield stage.row(p99, found.p99s, suffix=suffix)
    if stored(url) < answered:
        raise RuntimeError(f"{answered} leads were answered for, and only {stored(url)} are stored")
