"""Time that waiting adds to a query, beside PyAthena's and athenacli's own schedules.

All three run on one simulated clock with 40 ms a call; PyAthena waits a fixed second between two
looks and athenacli 0.2 s, as their sources say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import mean
from typing import TYPE_CHECKING

import pytest

from athena_shell.core.model import QueryExecution, QueryState, Statement, Target
from athena_shell.query.runner import QueryRunner
from athena_shell.query.terms import Pace

if TYPE_CHECKING:
    from athena_shell.core.model import Intent

LATENCY = 0.04
LENGTHS = (0.3, 1.0, 5.0, 30.0, 60.0)
SPREAD = [0.8 + 0.02 * step for step in range(21)]


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


class Service:
    """Ends a query after a time and counts the looks at it."""

    def __init__(self, clock: Clock, length: float) -> None:
        self.clock, self.length = clock, length
        self.looks = 0
        self.began = 0.0

    def start(self, _intent: Intent) -> str:
        self.clock.sleep(LATENCY)
        self.began = self.clock.time
        return "q"

    def describe(self, _query_id: str) -> QueryExecution:
        self.looks += 1
        self.clock.sleep(LATENCY / 2)
        over = self.clock.time - self.began >= self.length
        self.clock.sleep(LATENCY / 2)
        return QueryExecution("q", QueryState.SUCCEEDED if over else QueryState.RUNNING)


class Nothing:
    def intended(self, _intent: Intent) -> None: ...
    def started(self, _token: str, _query_id: str) -> None: ...
    def refused(self, _token: str, _reason: str) -> None: ...
    def ended(self, _execution: QueryExecution) -> None: ...


def ours(length: float) -> tuple[float, int]:
    clock = Clock()
    service = Service(clock, length)
    QueryRunner(service, clock, Nothing()).run(Statement("x"), Target())  # type: ignore[arg-type] # as much of each as is used
    return clock.time - service.began - length, service.looks


def fixed(pause: float) -> Callable[[float], tuple[float, int]]:
    def run(length: float) -> tuple[float, int]:
        clock = Clock()
        service = Service(clock, length)
        service.start(None)  # type: ignore[arg-type] # unused
        while service.describe("q").state is QueryState.RUNNING:
            clock.sleep(pause)
        return clock.time - service.began - length, service.looks

    return run


def rows() -> Iterator[tuple[str, list[tuple[float, float]]]]:
    for name, run in (("ours", ours), ("PyAthena", fixed(1.0)), ("athenacli", fixed(0.2))):
        found = []
        for length in LENGTHS:
            runs = [run(length * factor) for factor in SPREAD]
            found.append((mean(added for added, _ in runs), mean(looks for _, looks in runs)))
        yield name, found


@pytest.mark.benchmark
def test_waiting() -> None:
    table = dict(rows())
    for name, cells in table.items():
        print(name, *(f"{added:.2f} s/{looks:.0f}" for added, looks in cells), sep="\t")

    for length, (added, looks), (rival, _) in zip(
        LENGTHS, table["ours"], table["PyAthena"], strict=True
    ):
        own = added - LATENCY  # one reply has to travel whatever the schedule
        assert own <= (0.1 if length < 2 else 0.05 * length)
        assert looks <= 100
        assert added <= rival + 0.05
    assert Pace().pause(60) == 1.0
