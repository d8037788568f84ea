"""Record attempts: write the ledger, and decide what comes next of each delivery."""

from collections.abc import Callable, Sequence
from datetime import datetime
from random import uniform
from typing import NamedTuple

from msgspec.structs import replace

from leadkeep.actions import clock
from leadkeep.actions.tell import tell_disabled
from leadkeep.domain.delivery import GIVE_UP_AFTER, GONE, Attempt, State, next_attempt_after
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.event import EventType
from leadkeep.storage import attempts, deliveries, endpoints, markers
from leadkeep.storage.deliveries import Finished, Postponed
from leadkeep.storage.store import Store


class _Next(NamedTuple):
    delivered: list[Finished]
    dropped: list[Finished]
    postponed: list[Postponed]


def _luck() -> float:
    return uniform(-1, 1)  # noqa: S311 - no secret


def record_attempts(store: Store, made: Sequence[Attempt], luck: Callable[[], float] = _luck) -> None:
    """Of deliveries that are gone by now, with what they told of, nothing is kept."""
    markers.lock(store, markers.DELIVERIES)
    there = deliveries.still_there(store, [attempt.claim.number for attempt in made])
    kept = [attempt for attempt in made if attempt.claim.number in there]
    attempts.add(store, [(clock.new_id(), attempt) for attempt in kept])
    now = clock.now()
    coming = _decided(kept, now, luck)
    deliveries.postpone(store, coming.postponed)
    deliveries.finish(store, coming.delivered, State.DELIVERED, now)
    deliveries.finish(store, coming.dropped, State.DROPPED, now)
    for endpoint_id in dict.fromkeys(attempt.claim.endpoint.id for attempt in kept):
        theirs = [attempt for attempt in kept if attempt.claim.endpoint.id == endpoint_id]
        _judge(store, theirs, now)


def _decided(made: Sequence[Attempt], now: datetime, luck: Callable[[], float]) -> _Next:
    coming = _Next([], [], [])
    for attempt in made:
        claim, result = attempt.claim, attempt.result
        finished = Finished(claim.number, claim.endpoint.id, claim.subject)
        if result.is_ok:
            coming.delivered.append(finished)
            continue
        # Who tests wants to know, not to be told again for two days.
        is_test = claim.event_type is EventType.TEST
        wait = None if is_test else next_attempt_after(claim.attempts + 1, result, luck())
        if wait is None:
            coming.dropped.append(finished)
        else:
            coming.postponed.append(Postponed(claim.number, now + wait))
    return coming


def _judge(store: Store, made: Sequence[Attempt], now: datetime) -> None:
    """Of the attempts at one endpoint: whether it works, and whether it goes on."""
    known = made[-1].claim.endpoint
    works = any(attempt.result.is_ok for attempt in made)
    if works and known.failing_since is None:
        return
    endpoint = endpoints.lock(store, known.id)
    if endpoint is None:
        return
    reason = None if works else _why_not(endpoint, made, now)
    since = None if works else endpoint.failing_since or made[0].at
    if reason is None or not endpoint.enabled:
        if since != endpoint.failing_since:
            endpoints.save(store, replace(endpoint, failing_since=since))
        return
    off = replace(endpoint, enabled=False, failing_since=since, disabled_reason=reason, changed_at=now)
    endpoints.save(store, off)
    tell_disabled(store, off, reason, now)


def _why_not(endpoint: Endpoint, made: Sequence[Attempt], now: datetime) -> str | None:
    """Why it is to be switched off; None where it is not."""
    if any(attempt.result.status == GONE for attempt in made):
        return "It answered 410 Gone"
    if endpoint.failing_since is not None and now - endpoint.failing_since >= GIVE_UP_AFTER:
        return f"Nothing was delivered for {GIVE_UP_AFTER.days} days"
    return None
