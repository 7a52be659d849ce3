"""IN and BETWEEN."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from athena_shell.local.dialect import Context
from athena_shell.local.dialect_operators import (
    comparable,
    comparison,
    nans_among,
    without_inner_nans,
)
from athena_shell.local.scope import Scope, Typed
from athena_shell.local.types import BOOLEAN, FLOATS


def contained(context: Context, node: Any, scope: Scope) -> Typed:
    """``a IN (…)``."""
    left = context.expression(node.this, scope)
    word = "NOT IN" if node.args.get("negate") else "IN"
    inner = node.args.get("query")
    if inner is None and isinstance(node.expressions[0], exp.Values):
        inner = node.expressions[0]
    if inner is not None:
        return _contained_in_query(context, node, (left, word, inner), scope)
    items = [context.expression(item, scope) for item in node.expressions]
    for item in items:
        if not comparable(left.type, item.type):
            raise context.error(
                "TYPE_MISMATCH",
                f"IN value and list items must be the same type or coercible to a common type. "
                f"Cannot find common type between {left.type.athena} and {item.type.athena}",
                node,
            )
    sql = f"({left.sql} {word} ({', '.join(item.sql for item in items)}))"
    if nans := nans_among([left, *items]):
        each = (comparison(context, "=", (left, item), node).sql for item in items)
        equal = f"({' OR '.join(each)})"
        slow = f"(NOT {equal})" if node.args.get("negate") else equal
        sql = f"CASE WHEN {nans} THEN {slow} ELSE {sql} END"
    return Typed(without_inner_nans([left, *items], sql), BOOLEAN)


def _contained_in_query(
    context: Context, node: Any, parts: tuple[Typed, str, Any], scope: Scope
) -> Typed:
    left, word, inner = parts
    query = context.query(inner.this if isinstance(inner, exp.Subquery) else inner, scope)
    if left.type.name == "STRUCT":
        fields = ", ".join(f"struct_extract({left.sql}, '{name}')" for name, _ in left.type.items)
        return Typed(without_inner_nans([left], f"(({fields}) {word} ({query.sql}))"), BOOLEAN)
    if not comparable(left.type, query.columns[0].type):
        shown = query.columns[0].type.athena
        raise context.error(
            "TYPE_MISMATCH",
            f"value and result of subquery must be of the same type for IN expression: "
            f"{left.type.athena} vs {shown}",
            node,
        )
    found = f"({left.sql} {word} ({query.sql}))"
    if left.type.name in FLOATS:
        found = f"a_no_nan(isnan({left.sql}), {found})"
    return Typed(without_inner_nans([left], found), BOOLEAN)


def between(context: Context, node: Any, scope: Scope) -> Typed:
    """``a BETWEEN b AND c``."""
    value = context.expression(node.this, scope)
    low = context.expression(node.args["low"], scope)
    high = context.expression(node.args["high"], scope)
    for bound in (low, high):
        if not comparable(value.type, bound.type):
            raise context.error(
                "TYPE_MISMATCH",
                f"Cannot check if {value.type.athena} is BETWEEN "
                f"{low.type.athena} and {high.type.athena}",
                node,
            )
    word = "NOT BETWEEN" if node.args.get("negate") else "BETWEEN"
    sql = f"({value.sql} {word} {low.sql} AND {high.sql})"
    if nans := nans_among([value, low, high]):
        above = comparison(context, ">=", (value, low), node).sql
        below = comparison(context, "<=", (value, high), node).sql
        within = f"({above} AND {below})"
        slow = f"(NOT {within})" if node.args.get("negate") else within
        sql = f"CASE WHEN {nans} THEN {slow} ELSE {sql} END"
    return Typed(sql, BOOLEAN)
