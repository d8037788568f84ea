"""The queue, on both engines: group commit, refusals, idempotency."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from leadkeep.actions import clock
from leadkeep.actions.capture import Capture, new_lead
from leadkeep.actions.capture_queue import MAX_BATCH, PORTION, CaptureQueue
from leadkeep.actions.once import LIFE, Once
from leadkeep.domain.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from leadkeep.domain.lead import Lead, LeadFilter, NewLead
from leadkeep.storage import bots
from leadkeep.storage.database import Database
from leadkeep.storage.schema import idempotency_keys
from tests.support.leads import START, a_lead, ids, listed

Outcomes = list[Lead | BaseException]


@pytest.fixture
def bot(database: Database) -> str:
    with database.transaction() as store:
        bots.add_missing(store, ["bot"], START)
    return "bot"


def capture_all(
    database: Database,
    captures: list[Capture],
    limit: int = 2_000,
    on_batch: Callable[[int], None] = lambda n: None,
) -> Outcomes:
    """Put them into one queue at once, as many requests would."""

    async def run() -> Outcomes:
        queue = CaptureQueue(database, limit, on_batch)
        return await asyncio.gather(*(queue.put(item) for item in captures), return_exceptions=True)

    return asyncio.run(run())


def fresh_lead(bot_id: str, session_id: str = "s", *, after_ms: int = 0) -> Lead:
    """As if it came now, since keys are kept for a day."""
    at = clock.now() + timedelta(milliseconds=after_ms)
    return a_lead(bot_id, session_id, created_at=at, changed_at=at)


def once(key: str, body_hash: str = "body", caller: str = "caller") -> Once:
    return Once((caller, key), body_hash)


def stored(database: Database) -> list[str]:
    return ids(listed(database, LeadFilter()))


def test_captures_that_wait_share_commits_and_each_is_stored_once(database: Database, bot: str) -> None:
    batches: list[int] = []
    captures = [
        Capture(fresh_lead(bot, f"s{number % 50}", after_ms=number)) for number in range(MAX_BATCH + 100)
    ]
    outcomes = capture_all(database, captures, on_batch=batches.append)
    assert outcomes == [item.lead for item in captures]
    assert stored(database) == [item.lead.id for item in captures]
    assert len(batches) <= 12
    assert sum(batches) == len(captures)


def test_an_answer_comes_only_after_the_lead_is_on_disk(database: Database, bot: str) -> None:
    async def run() -> None:
        queue = CaptureQueue(database, 10)
        for number in range(5):
            lead = await queue.put(Capture(fresh_lead(bot, after_ms=number)))
            with closing(Database(database.url.render_as_string(hide_password=False))) as other:
                assert lead.id in stored(other)

    asyncio.run(run())


def test_a_capture_without_its_bot_sinks_none_of_its_neighbours(database: Database, bot: str) -> None:
    captures = [Capture(fresh_lead(bot)), Capture(fresh_lead("gone")), Capture(fresh_lead(bot, "other"))]
    first, second, third = capture_all(database, captures)
    assert (first, third) == (captures[0].lead, captures[2].lead)
    assert isinstance(second, NotFoundError)
    assert sorted(stored(database)) == sorted([captures[0].lead.id, captures[2].lead.id])


def test_a_capture_that_cannot_be_stored_at_all_sinks_none_of_its_neighbours(
    database: Database, bot: str
) -> None:
    twice = fresh_lead(bot)
    captures = [Capture(fresh_lead(bot, "a")), Capture(twice), Capture(twice), Capture(fresh_lead(bot, "b"))]
    outcomes = capture_all(database, captures)
    assert [isinstance(outcome, Lead) for outcome in outcomes] == [True, True, False, True]
    assert len(stored(database)) == 3


def test_a_bot_is_made_where_the_capture_may_make_it(database: Database) -> None:
    captures = [Capture(fresh_lead("new", f"s{number}"), makes_bot=True) for number in range(3)]
    assert capture_all(database, captures) == [item.lead for item in captures]
    with database.snapshot() as store:
        assert bots.get(store, "new") is not None


def test_a_full_queue_sends_captures_away_and_keeps_those_it_took(database: Database, bot: str) -> None:
    captures = [Capture(fresh_lead(bot, f"s{number}")) for number in range(8)]
    outcomes = capture_all(database, captures, limit=5)
    refused = [outcome for outcome in outcomes if isinstance(outcome, UnavailableError)]
    assert len(refused) == 3
    assert all(outcome.retry_after > 0 for outcome in refused)
    taken = [outcome.id for outcome in outcomes if isinstance(outcome, Lead)]
    assert sorted(stored(database)) == sorted(taken)


def test_a_caller_that_goes_away_does_not_stop_the_queue(database: Database, bot: str) -> None:
    async def run() -> None:
        queue = CaptureQueue(database, 10)
        leaving = asyncio.create_task(queue.put(Capture(fresh_lead(bot, "leaving"))))
        await asyncio.sleep(0)
        leaving.cancel()
        await queue.put(Capture(fresh_lead(bot, "staying")))
        await queue.put(Capture(fresh_lead(bot, "later")))

    asyncio.run(run())
    assert {row["session_id"] for row in listed(database, LeadFilter())} == {"leaving", "staying", "later"}


def test_a_figure_that_cannot_be_kept_does_not_stop_the_queue(database: Database, bot: str) -> None:
    def fail(_: int) -> None:
        raise OSError

    async def run() -> None:
        queue = CaptureQueue(database, 10, fail)
        for number in range(3):
            await asyncio.wait_for(queue.put(Capture(fresh_lead(bot, f"s{number}"))), timeout=20)

    asyncio.run(run())
    assert len(stored(database)) == 3


def test_a_dead_database_refuses_every_capture_of_the_batch(database: Database, bot: str) -> None:
    with database.transaction() as store:
        store.execute(sa.text("ALTER TABLE leads RENAME TO away"))
    captures = [Capture(fresh_lead(bot, f"s{number}")) for number in range(3)]
    outcomes = capture_all(database, captures)
    assert all(isinstance(outcome, Exception) for outcome in outcomes)


def test_the_same_key_and_body_is_one_lead_at_once_and_later(database: Database, bot: str) -> None:
    captures = [Capture(fresh_lead(bot, f"s{number}"), once=once("k")) for number in range(4)]
    outcomes = capture_all(database, captures[:3]) + capture_all(database, captures[3:])
    assert outcomes == [captures[0].lead] * 4
    assert stored(database) == [captures[0].lead.id]


def test_the_same_key_with_another_body_is_refused_at_once_and_later(database: Database, bot: str) -> None:
    first = Capture(fresh_lead(bot), once=once("k"))
    other = Capture(fresh_lead(bot), once=once("k", "other body"))
    outcomes = capture_all(database, [first, other]) + capture_all(database, [other])
    assert outcomes[0] == first.lead
    assert all(isinstance(outcome, InvalidError) for outcome in outcomes[1:])
    assert stored(database) == [first.lead.id]


def test_two_callers_may_use_the_same_key(database: Database, bot: str) -> None:
    captures = [Capture(fresh_lead(bot, caller), once=once("k", caller=caller)) for caller in ("one", "two")]
    assert capture_all(database, captures) == [item.lead for item in captures]


def test_a_key_holds_across_processes_that_use_it_at_the_same_moment(database: Database, bot: str) -> None:
    url = database.url.render_as_string(hide_password=False)

    async def run(other: Database) -> Outcomes:
        queues = [CaptureQueue(database, 100), CaptureQueue(other, 100)]
        puts: list[Awaitable[Lead]] = []
        # In opposite orders, which is how two writers come to wait for one another.
        for queue, side in zip(queues, (1, -1), strict=True):
            for number in range(20)[::side]:
                item = Capture(fresh_lead(bot, f"{side}.{number}"), once=once(f"k{number}"))
                puts.append(queue.put(item))
        return await asyncio.gather(*puts, return_exceptions=True)

    with closing(Database(url)) as other:
        outcomes = asyncio.run(run(other))
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert all(isinstance(outcome, ConflictError) for outcome in refused)
    answered = {outcome.id for outcome in outcomes if isinstance(outcome, Lead)}
    assert len(answered) == 20
    assert set(stored(database)) == answered


def test_a_key_is_free_again_after_a_day(database: Database, bot: str) -> None:
    first = Capture(new_lead(NewLead(bot_id=bot, session_id="s", origin="test")), once=once("k"))
    capture_all(database, [first])
    with database.transaction() as store:
        yesterday = clock.now() - LIFE - timedelta(seconds=1)
        store.execute(sa.update(idempotency_keys).values(created_at=yesterday))
    second = Capture(new_lead(NewLead(bot_id=bot, session_id="s", origin="test")), once=once("k", "other"))
    assert [lead.id for lead in capture_all(database, [second]) if isinstance(lead, Lead)] == [second.lead.id]
    assert stored(database) == [first.lead.id, second.lead.id]


def test_a_batch_may_hold_new_and_repeated_and_keyless_captures(database: Database, bot: str) -> None:
    before = Capture(fresh_lead(bot, "before"), once=once("k"))
    capture_all(database, [before])
    again, plain = Capture(fresh_lead(bot, "again"), once=once("k")), Capture(fresh_lead(bot, "plain"))
    assert capture_all(database, [again, plain]) == [before.lead, plain.lead]
    assert sorted(stored(database)) == sorted([before.lead.id, plain.lead.id])


def put_many(database: Database, captures: list[Capture], limit: int = 2_000) -> Sequence[object]:
    return asyncio.run(CaptureQueue(database, limit).put_many(captures))


def test_many_at_once_are_stored_however_small_the_queue_is(database: Database, bot: str) -> None:
    captures = [Capture(fresh_lead(bot, f"s{number}", after_ms=number)) for number in range(2 * PORTION + 1)]
    assert put_many(database, captures, limit=1) == [item.lead for item in captures]
    assert stored(database) == [item.lead.id for item in captures]


def test_many_at_once_leave_the_queue_to_those_that_come_alone(database: Database, bot: str) -> None:
    async def run() -> list[object]:
        queue = CaptureQueue(database, 1)
        many = queue.put_many([Capture(fresh_lead(bot, f"s{number}")) for number in range(PORTION + 1)])
        alone = queue.put(Capture(fresh_lead(bot, "alone")))
        further = queue.put_many([Capture(fresh_lead(bot, "further"))])
        return list(await asyncio.gather(many, alone, further, return_exceptions=True))

    many, alone, further = asyncio.run(run())
    assert isinstance(many, list)
    assert isinstance(alone, Lead)
    assert isinstance(further, UnavailableError)
    assert len(stored(database)) == PORTION + 2


def test_one_of_many_that_cannot_be_stored_sinks_no_other(database: Database, bot: str) -> None:
    captures = [Capture(fresh_lead(bot)), Capture(fresh_lead("gone")), Capture(fresh_lead(bot, "other"))]
    first, second, third = put_many(database, captures)
    assert (first, third) == (captures[0].lead, captures[2].lead)
    assert isinstance(second, NotFoundError)


def test_many_that_no_database_takes_are_refused_together(database: Database, bot: str) -> None:
    gone = Database("postgresql://nobody@127.0.0.1:1/none")
    with closing(gone), pytest.raises(UnavailableError):
        put_many(gone, [Capture(fresh_lead(bot, f"s{number}")) for number in range(3)])


def test_a_new_lead_keeps_what_was_typed_beside_what_it_amounts_to() -> None:
    typed: dict[str, Any] = {"name": " Ada ", "email": "Ada@Example.com", "phone": "call me"}
    lead = new_lead(NewLead(bot_id="b", session_id=None, origin="test", **typed))
    assert {field: getattr(lead, field) for field in typed} == typed
    assert (lead.email_normal, lead.email_problem) == ("ada@example.com", None)
    assert (lead.phone_e164, lead.phone_problem) == (None, "not_a_phone")
    assert lead.session_id


def test_ids_made_later_sort_later() -> None:
    made = [new_lead(NewLead(bot_id="b", session_id="s", origin="test")).id for _ in range(1_000)]
    assert made == sorted(made)
