"""Looking at a statement without its result: its plan, whether it is valid, its columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from athena_shell.commands.request import Check, Delivery
from athena_shell.core.errors import CommandError
from athena_shell.core.model import Column, Row, Statement, Terminator
from athena_shell.output.crosstab import crosstab
from athena_shell.output.sanitize import sanitize
from athena_shell.query.cost import format_bytes
from athena_shell.query.plan import PlanNode, parse_plan, plan_of_run
from athena_shell.query.plan_text import COLUMNS, plan_lines, plan_rows
from athena_shell.query.progress_text import elapsed_text
from athena_shell.script.delivery import ScreenDelivery, reading
from athena_shell.script.preview import validation
from athena_shell.script.wrapping import wrapped
from athena_shell.sql.statement import StatementKind, classify
from athena_shell.sql.variables import Substitution

if TYPE_CHECKING:
    from athena_shell.athena.stages import RunStatistics
    from athena_shell.commands.request import EndStatement
    from athena_shell.script.execution import Done
    from athena_shell.script.runner import ScriptRunner

_WIDTH: Final = 100
"""Columns of a tree where there is no terminal."""


def study(request: EndStatement, runner: ScriptRunner, statement: Statement) -> None:
    """Run what tells about a statement instead of it; raises what that fails with."""
    plain = replace(statement, terminator=Terminator.END)
    _STUDIES[request.delivery](request, runner, plain)


def study_run(runner: ScriptRunner, query_id: str) -> None:
    """Show how a finished query ran: its plan with the figures of each stage. Runs nothing."""
    if not query_id:
        raise CommandError("No query has run in this script yet.", r"Name one: \analyze ID")
    told = runner.stage.services.connect().statistics
    if told is None:
        raise CommandError("The figures of a run cannot be had here.")
    statistics = told(query_id)
    plan = plan_of_run(statistics)
    if plan is None:
        runner.talk.normal("Athena does not tell the stages of this query (yet).")
    else:
        _show_plan(runner, plan)
    runner.talk.normal(_totals(statistics))


def check(request: Check, runner: ScriptRunner, statement: Statement | None) -> None:
    """Have a statement validated, which is free; raises CommandError without one.

    Args:
        request: the wish.
        runner: the run it is done in.
        statement: the unfinished statement before the command.
    """
    if request.text and statement is not None:
        raise CommandError(
            r"\check got a statement before it and one behind it.", "Give it one or the other."
        )
    wanted = runner.made(request.text) if request.text else statement
    if request.profile or wanted is None:
        raise CommandError(
            "A script does not try its own profile.", "athena-shell --check does, step by step."
        )
    plain = replace(wanted, terminator=Terminator.END)
    done = runner.result_of(plain, shown="", change=validation)
    if done is not None:
        runner.show(done)


def _explain(_request: EndStatement, runner: ScriptRunner, statement: Statement) -> None:
    _plan(runner, runner.result_of(statement, change=_behind("EXPLAIN (FORMAT JSON) ")))


def _analyze(_request: EndStatement, runner: ScriptRunner, statement: Statement) -> None:
    _plan(runner, runner.result_of(statement, change=_behind("EXPLAIN ANALYZE (FORMAT JSON) ")))


def _plan(runner: ScriptRunner, done: Done | None) -> None:
    """Show a plan as a tree or as rows; what cannot be read as one is shown as it came."""
    if done is None:
        return
    with reading():
        text = "\n".join(cell or "" for row in done.result.rows() for cell in row[:1])
    plan = parse_plan(text)
    if plan is None:
        runner.stage.out.write_all([sanitize(text, keep_newlines=True, keep_tabs=True) + "\n"])
    else:
        _show_plan(runner, plan)
    runner.tell(done, None)


def _show_plan(runner: ScriptRunner, plan: PlanNode) -> None:
    stage, settings = runner.stage, runner.state.settings
    delivery = runner.delivery
    drawn = stage.services.formatters.named(settings.format).drawn
    if not (drawn and isinstance(delivery, ScreenDelivery)):
        delivery.deliver(COLUMNS, plan_rows(plan), settings)
        return
    width = (stage.screen.width if stage.screen is not None else 0) or _WIDTH
    unicode = stage.out.encoding.lower().startswith("utf")
    delivery.draw(line + "\n" for line in plan_lines(plan, width, unicode=unicode))


def _totals(statistics: RunStatistics) -> str:
    parts = [f"{name} {elapsed_text(ms / 1000)}" for name, ms in statistics.timeline if ms]
    if statistics.input_bytes is not None:
        parts.append(f"read {format_bytes(statistics.input_bytes)}")
    return " · ".join(parts)


def _types(_request: EndStatement, runner: ScriptRunner, statement: Statement) -> None:
    if classify(statement.text).kind is not StatementKind.QUERY:
        raise CommandError("Only a query has columns.")
    change = _behind("SELECT * FROM (\n", "\n) LIMIT 0")
    done = runner.result_of(statement, change=change)
    if done is not None:
        rows: list[Row] = [(column.name, column.type) for column in done.result.columns]
        runner.delivery.deliver((Column("column"), Column("type")), rows, runner.state.settings)
        runner.tell(done, None)


def _grid(request: EndStatement, runner: ScriptRunner, statement: Statement) -> None:
    done = runner.result_of(statement)
    if done is not None:
        with reading():
            columns, rows = crosstab(done.result.columns, done.result.rows(), request.options)
        runner.delivery.deliver(columns, rows, runner.state.settings)
        runner.tell(done, len(rows))


def _behind(prefix: str, suffix: str = "") -> Callable[[Substitution], Substitution]:
    """Return what wraps a statement and keeps the way back to the typed text."""
    return lambda sent: wrapped(sent, prefix, suffix)


_STUDIES: Final[dict[Delivery, Callable[[EndStatement, ScriptRunner, Statement], None]]] = {
    Delivery.EXPLAIN: _explain,
    Delivery.ANALYZE: _analyze,
    Delivery.TYPES: _types,
    Delivery.CROSSTAB: _grid,
}
