from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from athena_shell.core.errors import ServiceError
from athena_shell.core.model import QueryExecution, QueryFailure, QueryState, Statement, Target
from athena_shell.query.runner import new_intent
from athena_shell.query.watcher import Watched, Watcher

if TYPE_CHECKING:
    from tests.query.conftest import FakeClock, FakeEngine, Notes


@pytest.fixture
def ends() -> list[QueryExecution]:
    return []


@pytest.fixture
def watcher(engine: FakeEngine, notes: Notes, ends: list[QueryExecution]) -> Iterator[Watcher]:
    made = Watcher(lambda: engine, lambda: notes, ends.append)
    yield made
    made.close()


def started(engine: FakeEngine, count: int) -> list[str]:
    return [
        engine.start(new_intent(Statement(f"SELECT {number}"), Target())) for number in range(count)
    ]


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_two_hundred_queries_are_watched_by_four_calls_a_round(
    watcher: Watcher,
    engine: FakeEngine,
    clock: FakeClock,
    ends: list[QueryExecution],
    notes: Notes,
) -> None:
    ids = started(engine, 200)
    for query_id in ids:
        watcher.watch(query_id, "SELECT")
    wait_until(lambda: "describe_many 200" in engine.calls)
    assert len(watcher.running) == 200
    clock.time = 10.0

    wait_until(lambda: len(ends) == 200)

    assert {execution.id for execution in ends} == set(ids)
    assert watcher.running == ()
    assert f"ended {ids[-1]} SUCCEEDED" in notes.lines


def test_a_query_that_ended_is_told_once_and_a_later_one_is_watched_too(
    watcher: Watcher, engine: FakeEngine, clock: FakeClock, ends: list[QueryExecution]
) -> None:
    first, second = started(engine, 2)
    clock.time = 10.0
    watcher.watch(first)
    wait_until(lambda: len(ends) == 1)
    watcher.watch(second)
    wait_until(lambda: len(ends) == 2)

    assert [execution.id for execution in ends] == [first, second]


def test_bad_weather_is_sat_out(
    watcher: Watcher, engine: FakeEngine, clock: FakeClock, ends: list[QueryExecution]
) -> None:
    (query_id,) = started(engine, 1)
    clock.time = 10.0
    engine.before["describe_many"] = [ServiceError("No answer.", transient=True)]
    watcher.watch(query_id)

    wait_until(lambda: len(ends) == 1)


def test_a_failure_that_may_revive_is_looked_at_twice(
    watcher: Watcher, engine: FakeEngine, ends: list[QueryExecution]
) -> None:
    (query_id,) = started(engine, 1)
    engine.executions[query_id] = replace(
        engine.executions[query_id],
        state=QueryState.FAILED,
        failure=QueryFailure(retryable=True),
    )
    watcher.watch(query_id)

    wait_until(lambda: len(ends) == 1)

    assert len([call for call in engine.calls if call.startswith("describe_many")]) == 2


def test_a_query_that_somebody_attaches_to_is_left_to_them(
    watcher: Watcher, engine: FakeEngine, clock: FakeClock, ends: list[QueryExecution]
) -> None:
    first, second = started(engine, 2)
    watcher.watch(first)
    watcher.watch(second)
    watcher.forget(first)
    clock.time = 10.0

    wait_until(lambda: not watcher.running)

    assert [execution.id for execution in ends] == [second]
    assert threading.main_thread().is_alive()


class Ticks:
    """In place of the watcher's own waiting: time passes at once, and new queries come."""

    def __init__(self, clock: FakeClock, begin: Callable[[], None]) -> None:
        self._clock = clock
        self._begin = begin
        self.rounds: list[float] = []

    def wait(self, seconds: float) -> bool:
        self._clock.time += seconds
        self._begin()
        self.rounds.append(self._clock.time)
        return False

    def set(self) -> None: ...


def test_at_most_five_calls_a_second_while_two_hundred_come_and_go(
    engine: FakeEngine, clock: FakeClock, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: list[float] = []
    calls: list[float] = []
    ends: dict[str, float] = {}
    queue = started(engine, 200)
    watcher = Watcher(
        lambda: engine, lambda: notes, lambda ended: late.append(clock.time - ends[ended.id])
    )

    def describe(ids: list[str]) -> dict[str, QueryExecution]:
        calls.extend([clock.time] * -(-len(ids) // 50))
        return {
            each: QueryExecution(
                each,
                QueryState.SUCCEEDED if clock.time >= ends[each] else QueryState.RUNNING,
            )
            for each in ids
        }

    def begin() -> None:
        for query_id in queue[:30]:
            ends[query_id] = clock.time + 3 + len(ends) % 17
            watcher._running[query_id] = Watched(query_id)
        del queue[:30]

    monkeypatch.setattr(engine, "describe_many", describe)
    monkeypatch.setattr(watcher, "_closed", Ticks(clock, begin))
    begin()
    watcher._work()

    assert len(late) == 200
    assert max(late) <= 3.0
    assert max(sum(at <= other < at + 1 for other in calls) for at in calls) <= 5
