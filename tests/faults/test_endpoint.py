"""The shell's engine against the embedded endpoint, without faults and with the plain ones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from athena_shell.core.errors import QueryFailed
from athena_shell.core.model import QueryState, Statement, Target
from tests.faults.conftest import numbers

if TYPE_CHECKING:
    from tests.faults.conftest import World


def test_a_statement_becomes_rows(world: World, target: Target) -> None:
    runner = world.runner()

    execution = runner.run(Statement("SELECT rows 2500"), target)
    result = runner.result(execution)

    assert execution.state is QueryState.SUCCEEDED
    assert [column.type for column in result.columns] == ["bigint", "varchar"]
    assert list(result.rows()) == numbers(2500)
    assert len(world.endpoint.ledger.starts) == 1


def test_a_session_that_expires_at_each_step_is_renewed(world: World, target: Target) -> None:
    runner = world.runner()
    execution = runner.run(Statement("SELECT rows 2500"), target)
    world.endpoint.sessions.expire_all()
    result = runner.result(execution)
    rows: list[tuple[str | None, ...]] = []
    for row in result.rows():
        if len(rows) % 1000 == 0:
            world.endpoint.sessions.expire_all()
        rows.append(row)

    assert rows == numbers(2500)


def test_a_session_that_outlives_its_hour_is_renewed_before_its_end(
    world: World, target: Target
) -> None:
    runner = world.runner()
    runner.run(Statement("SELECT 1"), target)
    world.clock.advance(timedelta(hours=2).total_seconds())

    runner.run(Statement("SELECT 2"), target)

    assert world.endpoint.ledger.count("AssumeRoleWithWebIdentity") == 2
    assert not [call for call in world.endpoint.ledger.calls if call.code]


def test_a_syntax_error_is_athenas_own(world: World, target: Target) -> None:
    with pytest.raises(QueryFailed, match="mismatched input 'SELEC'"):
        world.runner().run(Statement("SELEC 1"), target)


def test_a_failure_while_running(world: World, target: Target) -> None:
    with pytest.raises(QueryFailed, match="line 1:8: Division by zero") as caught:
        world.runner().run(Statement("SELECT fails"), target)

    assert caught.value.query_id
