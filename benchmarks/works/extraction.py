"""Finding contacts in what visitors type: how many of them, how many that are none, and how fast."""

import time
from collections.abc import Iterator, Sequence

from benchmarks.extraction import Message, Score, find, messages, score
from benchmarks.report import Row
from benchmarks.stage import Stage

_PRECISION_AIM, _RECALL_AIM = 98, 95


def extraction(stage: Stage) -> Iterator[Row]:
    every = messages()
    count = sum(len(message.contacts) for message in every)
    yield Row(
        work=f"find contacts in {len(every)} messages that hold {count}",
        ours_runs=[_rate(every, stage.plan.seconds) for _ in range(stage.plan.runs)],
    )
    for part, found in _scores(every):
        # The same in every run.
        yield _row(f"precision, {part}", [found.precision * 100] * stage.plan.runs, _PRECISION_AIM)
        yield _row(f"recall, {part}", [found.recall * 100] * stage.plan.runs, _RECALL_AIM)


def _row(work: str, percentages: Sequence[float], aim: float) -> Row:
    return Row(work=work, unit=" %", ours_runs=percentages, aim=aim)


def _scores(every: Sequence[Message]) -> Iterator[tuple[str, Score]]:
    yield "all messages", score(every)
    yield "held-out messages", score(message for message in every if message.held_out)
    yield "e-mail addresses", score(every, "@")
    yield "phone numbers", score(every, "+")
    for language in dict.fromkeys(message.language for message in every):
        yield f"language {language}", score(message for message in every if message.language == language)


def _rate(every: Sequence[Message], seconds: float) -> float:
    """Messages a second."""
    done, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        find(every[done % len(every)])
        done += 1
    return done / passed
