"""A reply that ends after any byte: the call is repeated and means the same as a whole reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from athena_shell.athena.patience import Patience
from athena_shell.athena.readers import ResultReader
from athena_shell.athena.s3_object import S3Object
from athena_shell.athena.s3_results import S3Reader
from athena_shell.core.errors import QueryCancelled
from athena_shell.core.model import QueryState, Statement, Target
from athena_shell.local.faults import FaultKind
from athena_shell.local.pace import Pace
from athena_shell.query.control import Control
from tests.faults.conftest import numbers

if TYPE_CHECKING:
    from tests.faults.conftest import Notes, World

STATEMENT = Statement("SELECT rows 2")
EveryByte = Callable[..., None]


@pytest.fixture
def every_byte(world: World) -> EveryByte:
    """Do something once whole, then once for each byte the operation's reply may be cut at."""

    def each(operation: str, step: Callable[[], object], calls: int = 1) -> None:
        before = world.endpoint.ledger.sent(operation)
        count = world.endpoint.ledger.count(operation)
        expected = step()
        assert world.endpoint.ledger.count(operation) - count == calls
        size = world.endpoint.ledger.sent(operation) - before
        for at in range(size):
            world.endpoint.faults.clear()
            world.endpoint.faults.next(operation, FaultKind.CUT, at=at)
            assert step() == expected, f"cut at byte {at} of {size}"
            assert len(world.starts()) <= 1
            world.begin_run()

    return each


def test_start(world: World, target: Target, notes: Notes, every_byte: EveryByte) -> None:
    runner = world.runner(notes)

    def step() -> object:
        world.begin_run()
        execution = runner.run(STATEMENT, target)
        (start,) = world.starts()
        return execution.id == start.query_id

    every_byte("StartQueryExecution", step)


def test_describe(world: World, target: Target, notes: Notes, every_byte: EveryByte) -> None:
    runner = world.runner(notes)
    execution = runner.run(STATEMENT, target)

    every_byte("GetQueryExecution", lambda: runner.attach(execution.id))


def test_results(world: World, target: Target, notes: Notes, every_byte: EveryByte) -> None:
    runner = world.runner(notes)
    execution = runner.run(STATEMENT, target)

    def step() -> object:
        result = runner.result(execution)
        return result.columns, list(result.rows())

    every_byte("GetQueryResults", step)


def test_many_descriptions(
    world: World, target: Target, notes: Notes, every_byte: EveryByte
) -> None:
    runner = world.runner(notes)
    execution = runner.run(STATEMENT, target)
    engine = world.engine()

    def step() -> object:
        return Patience(world.clock).repeat(lambda: engine.describe_many([execution.id]))

    every_byte("BatchGetQueryExecution", step)


def test_stop(world: World, target: Target, notes: Notes) -> None:
    runner = world.runner(notes)
    world.endpoint.athena.executions.pace = Pace(run=100)
    for at in range(3):
        world.begin_run()
        world.endpoint.faults.clear()
        world.endpoint.faults.next("StopQueryExecution", FaultKind.CUT, at=at)
        control = Control()
        world.clock.at.append((world.clock.monotonic() + 1, control.cancel))

        with pytest.raises(QueryCancelled):
            runner.run(STATEMENT, target, control=control)

        (start,) = world.starts()
        state = world.endpoint.athena.executions.get(start.query_id).state(world.clock.monotonic())
        assert state == QueryState.CANCELLED


def test_a_session(world: World, target: Target, notes: Notes, every_byte: EveryByte) -> None:
    runner = world.runner(notes)
    execution = runner.run(STATEMENT, target)

    def step() -> object:
        world.endpoint.sessions.expire_all()
        return runner.attach(execution.id)

    every_byte("AssumeRoleWithWebIdentity", step)


@pytest.mark.parametrize("first_range", [1 << 20, 16])
def test_an_object(
    world: World,
    target: Target,
    notes: Notes,
    monkeypatch: pytest.MonkeyPatch,
    every_byte: EveryByte,
    first_range: int,
) -> None:
    """Cut the object's only range, then, of one in many ranges, the first of them."""
    monkeypatch.setattr(S3Object, "first_range", first_range)
    monkeypatch.setattr(S3Object, "longest_range", 1 << 20)
    execution = world.runner(notes).run(STATEMENT, target)
    columns = world.engine().fetch(execution).columns
    reader = S3Reader(world.caller(), Patience(world.clock), Patience(world.clock))

    def step() -> object:
        return [row for page in reader.pages(execution, columns) for row in page.rows]

    assert step() == numbers(2)
    every_byte("GetObject", step, calls=1 if first_range > 16 else 2)


def test_a_large_object(
    world: World, target: Target, notes: Notes, pytestconfig: pytest.Config
) -> None:
    """Cut a large object at a share of its bytes, with ``--every-byte`` at each of them."""
    execution = world.runner(notes).run(Statement("SELECT rows 1100"), target)
    engine = world.engine(reader=ResultReader.S3)
    size = sum(1 for _ in engine.fetch(execution).rows()) and world.endpoint.ledger.calls[-1].sent
    for at in range(0, size, 1 if pytestconfig.getoption("--every-byte") else 997):
        world.endpoint.faults.clear()
        world.endpoint.faults.next("GetObject", FaultKind.CUT, at=at)

        assert list(engine.fetch(execution).rows()) == numbers(1100), f"cut at {at} of {size}"
