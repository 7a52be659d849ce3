"""A clock that never waits, and an Athena that fits on a page."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from athena_shell.core.model import (
    Column,
    Intent,
    Page,
    QueryExecution,
    QueryState,
    QueryStatistics,
    ResultSet,
    Statement,
    Target,
)
from athena_shell.query.runner import QueryRunner, Terms


class FakeClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0
        self.at: list[tuple[float, Callable[[], None]]] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=self.time)

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        for when, action in [pair for pair in self.at if pair[0] <= self.time]:
            self.at.remove((when, action))
            action()


@dataclass
class FakeEngine:
    """Runs every statement for ``seconds``; faults are raised before or after the effect.

    ``before`` and ``after`` map a method's name to errors, each used once, in order; ``None`` in a
    list lets one call through.
    """

    clock: FakeClock
    seconds: float = 3.0
    end: QueryState = QueryState.SUCCEEDED
    scanned: int = 100 * 1024**2
    latency: float = 0.0
    before: dict[str, list[Exception | None]] = field(default_factory=dict)
    after: dict[str, list[Exception | None]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    started: dict[str, str] = field(default_factory=dict)
    intents: list[Intent] = field(default_factory=list)
    executions: dict[str, QueryExecution] = field(default_factory=dict)
    begun: dict[str, float] = field(default_factory=dict)

    def _fault(self, where: dict[str, list[Exception | None]], method: str) -> None:
        errors = where.get(method, [])
        error = errors.pop(0) if errors else None
        if error is not None:
            raise error

    def start(self, intent: Intent) -> str:
        self.calls.append("start")
        self._fault(self.before, "start")
        self.intents.append(intent)
        query_id = self.started.setdefault(intent.token, f"q-{len(self.started) + 1}")
        if query_id not in self.executions:
            self.begun[query_id] = self.clock.monotonic()
            self.executions[query_id] = QueryExecution(
                id=query_id,
                state=QueryState.QUEUED,
                text=intent.statement.text,
                statement_type="DML",
                submitted=self.clock.now(),
                workgroup=intent.target.workgroup,
            )
        self._fault(self.after, "start")
        return query_id

    def describe(self, query_id: str) -> QueryExecution:
        self.calls.append("describe")
        self.clock.sleep(self.latency)
        self._fault(self.before, "describe")
        return self._look(query_id)

    def _look(self, query_id: str) -> QueryExecution:
        execution = self.executions[query_id]
        if not execution.state.is_terminal:
            gone = self.clock.monotonic() - self.begun[query_id]
            share = min(gone / self.seconds, 1.0) if self.seconds else 1.0
            execution = replace(
                execution,
                state=self.end if share >= 1 else QueryState.RUNNING,
                statistics=QueryStatistics(scanned_bytes=int(self.scanned * share)),
            )
            self.executions[query_id] = execution
        return execution

    def describe_many(self, query_ids: Sequence[str]) -> Mapping[str, QueryExecution]:
        self.calls.append(f"describe_many {len(query_ids)}")
        self._fault(self.before, "describe_many")
        return {query_id: self._look(query_id) for query_id in query_ids}

    def stop(self, query_id: str) -> None:
        self.calls.append("stop")
        self._fault(self.before, "stop")
        execution = self._look(query_id)
        if not execution.state.is_terminal:
            self.executions[query_id] = replace(execution, state=QueryState.CANCELLED)
        self._fault(self.after, "stop")

    def fetch(self, execution: QueryExecution) -> ResultSet:
        self.calls.append(f"fetch {execution.id}")
        self._fault(self.before, "fetch")
        return ResultSet((Column("x"),), iter([Page((("1",),))]))

    def recent(self, workgroup: str, limit: int) -> Iterable[str]:
        self.calls.append(f"recent {workgroup}")
        yield from itertools.islice(reversed(self.executions), limit)


@dataclass
class Notes:
    """What would be in the journal."""

    lines: list[str] = field(default_factory=list)

    def intended(self, intent: Intent) -> None:
        self.lines.append(f"intended {intent.statement.text}")

    def started(self, token: str, query_id: str) -> None:
        del token
        self.lines.append(f"started {query_id}")

    def refused(self, token: str, reason: str) -> None:
        del token
        self.lines.append(f"refused {reason}")

    def ended(self, execution: QueryExecution) -> None:
        self.lines.append(f"ended {execution.id} {execution.state}")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def engine(clock: FakeClock) -> FakeEngine:
    return FakeEngine(clock)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def terms() -> Terms:
    return Terms()


@pytest.fixture
def runner(engine: FakeEngine, clock: FakeClock, notes: Notes, terms: Terms) -> QueryRunner:
    return QueryRunner(engine, clock, notes, terms)


@pytest.fixture
def statement() -> Statement:
    return Statement("SELECT 1")


@pytest.fixture
def target() -> Target:
    return Target()
