"""Looking at a statement without its result: its plan, whether it is valid, its columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from athena_shell.commands.request import Delivery, EndStatement
from athena_shell.core.errors import (
    AthenaShellError,
    AuthError,
    CommandError,
    QueryError,
    ServiceError,
)
from athena_shell.core.model import Column, Row, Statement, Terminator
from athena_shell.output.options import Content
from athena_shell.output.sanitize import sanitize
from athena_shell.query.cost import format_bytes
from athena_shell.query.plan import PlanNode, parse_plan, plan_of_run
from athena_shell.query.progress_text import elapsed_text
from athena_shell.shell.afterword import afterword
from athena_shell.shell.mistakes import drawn
from athena_shell.shell.plans import COLUMNS, plan_lines, plan_rows
from athena_shell.shell.statements import Ran, Statements
from athena_shell.shell.theme import Role
from athena_shell.shell.tools import Tools
from athena_shell.sql.advice import advise
from athena_shell.sql.opinion import opinion_on
from athena_shell.sql.pointing import point
from athena_shell.sql.statement import StatementKind, classify
from athena_shell.sql.variables import substituted

if TYPE_CHECKING:
    from athena_shell.athena.stages import RunStatistics

_PLAN: Final = "EXPLAIN (FORMAT JSON) "
_MEASURED: Final = "EXPLAIN ANALYZE (FORMAT JSON) "
_VALID: Final = "EXPLAIN (TYPE VALIDATE) "
_NO_RIGHT: Final = frozenset({"missing result location", "result bucket"})


def study(
    statements: Statements, tools: Tools, statement: Statement, request: EndStatement
) -> None:
    """Run what tells about the statement instead of the statement itself.

    The prefix stands on the statement's own first line, so a place in an error is off by it; the
    prefix is part of what is drawn, so the mark is right.
    """
    plain = replace(statement, terminator=Terminator.END)
    try:
        _STUDIES[request.delivery](statements, tools, plain)
    finally:
        tools.current.last_statement = plain


def study_run(statements: Statements, tools: Tools, query_id: str) -> None:
    """Show how a finished query ran: its plan with the figures of each stage. Runs nothing.

    Where Athena has not told the stages, which it does some time after the end, the plan alone is
    asked for, which is free.
    """
    if not query_id:
        raise CommandError("No query has run here yet.", "Name one: \\analyze ID")
    statistics, text = tools.run_again_after_login(lambda: _told(tools, query_id))
    plan = plan_of_run(statistics)
    if plan is None:
        tools.console.say("Athena does not tell the stages of this query (yet).", Role.NOTICE)
        if classify(text).kind is not StatementKind.QUERY:
            return
        _show(statements, tools, statements.answer(Statement(_PLAN + text)))
    else:
        _show_plan(statements, tools, plan)
    tools.console.say(_totals(statistics), Role.QUIET)


def _told(tools: Tools, query_id: str) -> tuple[RunStatistics, str]:
    connection = tools.services.connect()
    if connection.statistics is None:
        raise CommandError("The figures of a run cannot be had here.")
    return connection.statistics(query_id), connection.engine.describe(query_id).text


def _totals(statistics: RunStatistics) -> str:
    parts = [f"{name} {elapsed_text(ms / 1000)}" for name, ms in statistics.timeline if ms]
    if statistics.input_bytes is not None:
        parts.append(f"read {format_bytes(statistics.input_bytes)}")
    return " · ".join(parts)


def _explain(statements: Statements, tools: Tools, statement: Statement) -> None:
    ran = statements.answer(statement, _PLAN)
    _show(statements, tools, ran)
    _say_after(tools, ran)


def _analyze(statements: Statements, tools: Tools, statement: Statement) -> None:
    tools.console.say("EXPLAIN ANALYZE runs the statement and is billed like it.", Role.QUIET)
    ran = statements.answer(statement, _MEASURED)
    _show(statements, tools, ran)
    _say_after(tools, ran)


def _show(statements: Statements, tools: Tools, ran: Ran) -> None:
    """Show a plan as a tree; what cannot be read as one is shown as it came."""
    text = "\n".join(cell or "" for row in ran.result.rows() for cell in row[:1])
    plan = parse_plan(text)
    if plan is None:
        safe = sanitize(text, keep_newlines=True, keep_tabs=True)
        tools.renderer.page(iter([safe + "\n"]), tools.current.settings)
    else:
        _show_plan(statements, tools, plan)


def _show_plan(statements: Statements, tools: Tools, plan: PlanNode) -> None:
    settings = tools.current.settings
    if tools.current.diverted is not None or not tools.renderer.formatter(settings).drawn:
        statements.deliveries.show_answer(COLUMNS, plan_rows(plan), Content.RESULT)
        return
    options = tools.renderer.options(settings)
    lines = plan_lines(plan, tools.console.size()[0], color=options.color, unicode=options.unicode)
    tools.renderer.page((line + "\n" for line in lines), settings)


def _say_after(tools: Tools, ran: Ran) -> None:
    if tools.current.settings.timing:
        line = afterword(ran.execution, ran.elapsed, tools.price(), rows="")
        tools.console.say(line, Role.QUIET)


def _check(statements: Statements, tools: Tools, statement: Statement) -> None:
    """Ask Athena; where it cannot be asked, say what can be said of the statement's form."""
    try:
        statements.run(statement, EndStatement(Delivery.SCREEN), behind=_VALID)
    except AthenaShellError as error:
        if not _is_out_of_reach(error) or not _told_form(tools, statement):
            raise
        tools.console.say(f"Athena could not be asked: {error.message}", Role.QUIET)


def _is_out_of_reach(error: AthenaShellError) -> bool:
    """Whether an error says nothing about the statement: no way to Athena, or no right."""
    if isinstance(error, QueryError):
        advice = advise(error.message)
        return advice is not None and advice.key in _NO_RIGHT
    return isinstance(error, (AuthError, ServiceError))


def _told_form(tools: Tools, statement: Statement) -> bool:
    """Say what sqlglot thinks of a statement; false when it has no opinion."""
    filled = substituted(statement, tools.current.variables)
    opinion = opinion_on(filled.text)
    if opinion is None:
        return False
    if not opinion.complaint:
        tools.console.say(
            "By its form the statement is SQL that Athena may know; names and types were not "
            "checked. (sqlglot's advice, not Athena's.)",
            Role.NOTICE,
        )
        return True
    place = f"line {opinion.line}:{opinion.column}"
    pointer = point(place, filled, statement.text, source=statement.source, start=statement.start)
    if pointer is not None and opinion.line:
        width = tools.console.size()[0]
        theme = tools.current.settings.theme
        line = drawn(pointer, width, color=tools.console.talk_colored, theme=theme)
        tools.console.write_talk(line + "\n")
    tools.console.say(
        f"Probably not valid: {opinion.complaint}. (sqlglot's advice, not Athena's.)", Role.ERROR
    )
    return True


def _estimate(statements: Statements, tools: Tools, statement: Statement) -> None:
    estimate = statements.estimate(statement, tools.current.parameters)
    tools.console.say(estimate.text(tools.price()))


def _show_types(statements: Statements, _tools: Tools, statement: Statement) -> None:
    if classify(statement.text).kind is not StatementKind.QUERY:
        raise CommandError("Only a query has columns.")
    wrapped = f"SELECT * FROM (\n{statement.text}\n) LIMIT 0"  # noqa: S608 - the user's own SQL
    columns = statements.columns(replace(statement, text=wrapped))
    rows: list[Row] = [(column.name, column.type) for column in columns]
    heads = (Column("column"), Column("type"))
    statements.deliveries.show_answer(heads, rows)


_STUDIES: Final[dict[Delivery, Callable[[Statements, Tools, Statement], None]]] = {
    Delivery.EXPLAIN: _explain,
    Delivery.ANALYZE: _analyze,
    Delivery.CHECK: _check,
    Delivery.ESTIMATE: _estimate,
    Delivery.TYPES: _show_types,
}
STUDIES: Final = frozenset(_STUDIES)
