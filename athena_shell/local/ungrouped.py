"""Where a column stands that is neither grouped by nor aggregated."""

from __future__ import annotations

import re
from typing import Any, Final

from sqlglot import exp

from athena_shell.local.dialect import Context
from athena_shell.local.errors import EngineError
from athena_shell.local.functions_aggregates import AGGREGATES
from athena_shell.local.syntax import parse, start_of

NAME: Final = "EXPRESSION_NOT_AGGREGATE"


def located(error: EngineError, context: Context) -> EngineError:
    """Return DuckDB's error with the column's place, where the text leaves no doubt of it."""
    column = re.match(r"'(.*?)'", error.message)
    if error.name != NAME or column is None:
        return error
    found = [node for node in parse(context.text).find_all(exp.Column) if _is(node, column[1])]
    selects = {id(node.find_ancestor(exp.Select)) for node in found}
    if len(selects) != 1 or _is_grouped(found[0], column[1]):
        return error
    return context.error(NAME, error.message, min(found, key=lambda node: start_of(node) or 0))


def _is_grouped(node: Any, name: str) -> bool:
    """Whether an expression over the column is grouped by, so that some uses of it are right."""
    group = node.find_ancestor(exp.Select).args.get("group")
    columns = group.find_all(exp.Column) if group is not None else ()
    return any(column.name.lower() == name.lower() for column in columns)


def _is(node: Any, name: str) -> bool:
    """Whether a column of that name stands where a group's one value is wanted."""
    if node.name.lower() != name.lower():
        return False
    parent = node.parent
    while parent is not None and not isinstance(parent, exp.Select):
        if isinstance(parent, exp.From | exp.Join | exp.Where | exp.Group | exp.With):
            return False
        if isinstance(parent, exp.Anonymous) and str(parent.this).lower() in {*AGGREGATES, "avg"}:
            return False
        parent = parent.parent
    return True
