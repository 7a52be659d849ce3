"""Looking at a statement without its result: its plan, whether it is valid, its columns."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from athena_shell.commands.request import Delivery, EndStatement
from athena_shell.core.errors import CommandError
from athena_shell.core.model import Column, Row, Statement, Terminator
from athena_shell.shell.statements import Statements
from athena_shell.shell.tools import Tools
from athena_shell.sql.statement import StatementKind, classify

_PREFIXES: Final = {
    Delivery.EXPLAIN: "EXPLAIN ",
    Delivery.ANALYZE: "EXPLAIN ANALYZE ",
    Delivery.CHECK: "EXPLAIN (TYPE VALIDATE) ",
}
STUDIES: Final = frozenset({*_PREFIXES, Delivery.TYPES, Delivery.ESTIMATE})


def study(statements: Statements, tools: Tools, statement: Statement, delivery: Delivery) -> None:
    """Run what tells about the statement instead of the statement itself.

    The prefix stands on the statement's own first line, so a place in an error is off by it; the
    prefix is part of what is drawn, so the mark is right.
    """
    plain = replace(statement, terminator=Terminator.END)
    if delivery is Delivery.ESTIMATE:
        tools.console.say(statements.estimate(plain).text(tools.price()))
        tools.current.last_statement = plain
        return
    if delivery is Delivery.TYPES:
        _show_types(statements, tools, plain)
        return
    asked = replace(plain, text=_PREFIXES[delivery] + plain.text)
    statements.run(asked, EndStatement(Delivery.SCREEN))
    tools.current.last_statement = plain


def _show_types(statements: Statements, tools: Tools, statement: Statement) -> None:
    if classify(statement.text).kind is not StatementKind.QUERY:
        raise CommandError("Only a query has columns.")
    wrapped = f"SELECT * FROM (\n{statement.text}\n) LIMIT 0"  # noqa: S608 - the user's own SQL
    asked = replace(statement, text=wrapped)
    columns = statements.columns(asked)
    rows: list[Row] = [(column.name, column.type) for column in columns]
    heads = (Column("column"), Column("type"))
    tools.renderer.show(heads, rows, tools.current.settings)
    tools.current.last_statement = statement
