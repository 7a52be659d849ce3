"""Operators, conditions and CASE."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from sqlglot import exp

from athena_shell.local.assignment import may_unify
from athena_shell.local.dialect import Context
from athena_shell.local.dialect_intervals import add_interval, subtract_moments
from athena_shell.local.dialect_values import coerced, unify
from athena_shell.local.errors import EngineError
from athena_shell.local.scope import Scope, Typed
from athena_shell.local.types import BOOLEAN, DOUBLE, FLOATS, VARCHAR, DuckType, list_of, simple

_COMPARISONS: Final = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
}
_WIDEST: Final = 38
_WRITTEN: Final = re.compile(r"[(-]*CAST\([\d.eE+-]+ AS (DOUBLE|FLOAT)\)\)*")


def mismatch(context: Context, operator: str, left: Typed, right: Typed, node: Any) -> EngineError:
    """Return the error for an operator that these types do not have."""
    shown = f"{left.type.athena} {operator} {right.type.athena}"
    return context.error("TYPE_MISMATCH", f"Cannot apply operator: {shown}", node)


def _operands(context: Context, node: Any, scope: Scope) -> tuple[Typed, Typed]:
    return context.expression(node.this, scope), context.expression(node.expression, scope)


def _arithmetic(context: Context, operator: str, pair: tuple[Typed, Typed], node: Any) -> Typed:
    left, right = pair
    for side in pair:
        if not side.type.is_numeric and side.type.name != "NULL":
            raise mismatch(context, operator, left, right, node)
    result = context.typed("({0} " + operator + " {1})", left, right)
    return _narrowed(result, pair)


def _narrowed(result: Typed, pair: tuple[Typed, Typed]) -> Typed:
    # DuckDB gives some sums of narrow integers a wider type than Trino does.
    kinds = [side.type for side in pair if side.type.name != "NULL"]
    order = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
    if kinds and all(kind.is_integer for kind in kinds):
        widest = max((kind.name for kind in kinds), key=order.index)
        if result.type.name != widest:
            return Typed(f"CAST({result.sql} AS {widest})", simple(widest), None, result.constant)
    return result


def add(context: Context, node: Any, scope: Scope) -> Typed:
    """``a + b``, also a moment plus an interval."""
    left, right = _operands(context, node, scope)
    if left.type.is_interval or right.type.is_interval:
        return add_interval(context, (left, right), "+", node)
    return _arithmetic(context, "+", (left, right), node)


def subtract(context: Context, node: Any, scope: Scope) -> Typed:
    """``a - b``, also between moments and intervals."""
    left, right = _operands(context, node, scope)
    if right.type.is_interval:
        return add_interval(context, (left, right), "-", node)
    if left.type.is_timed or right.type.is_timed:
        return subtract_moments(context, left, right, node)
    return _arithmetic(context, "-", (left, right), node)


def multiply(context: Context, node: Any, scope: Scope) -> Typed:
    """``a * b``, also an interval times a number."""
    left, right = _operands(context, node, scope)
    if left.type.is_interval and right.type.is_numeric:
        return Typed(f"({left.sql} * {right.sql})", left.type)
    if right.type.is_interval and left.type.is_numeric:
        return Typed(f"({right.sql} * {left.sql})", right.type)
    return _arithmetic(context, "*", (left, right), node)


def divide(context: Context, node: Any, scope: Scope) -> Typed:
    """``a / b``: whole for integers, exact for decimals."""
    pair = _operands(context, node, scope)
    left, right = pair
    if left.type.is_interval and right.type.is_numeric:
        return Typed(f"({left.sql} / {right.sql})", left.type)
    if not all(side.type.is_numeric or side.type.name == "NULL" for side in pair):
        raise mismatch(context, "/", left, right, node)
    return quotient(context, left, right)


def quotient(context: Context, left: Typed, right: Typed) -> Typed:
    """Return ``left / right`` for numbers."""
    names = {left.type.name, right.type.name}
    if names & {"DOUBLE", "FLOAT"}:
        kind = simple("FLOAT") if "DOUBLE" not in names and names <= {"FLOAT"} else DOUBLE
        sql = context.macro("a_divide_floats({0}, {1})")
        sides = [f"CAST({side.sql} AS DOUBLE)" for side in (left, right)]
        return Typed(f"CAST({sql.format(*sides)} AS {kind.sql})", kind)
    if "DECIMAL" in names:
        return _divide_decimals(context, left, right)
    return _narrowed(context.typed("a_divide_integers({0}, {1})", left, right), (left, right))


def _decimal_shape(kind: DuckType) -> tuple[int, int]:
    if kind.name == "DECIMAL":
        return kind.parameters[0], kind.parameters[1]
    widths = {"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19, "HUGEINT": 19}
    return widths.get(kind.name, 1), 0


def _divide_decimals(context: Context, left: Typed, right: Typed) -> Typed:
    (precision, scale), (_, other) = _decimal_shape(left.type), _decimal_shape(right.type)
    result = max(scale, other)
    width = min(_WIDEST, precision + other + max(0, other - scale))
    factor = f"{10 ** (result + other - scale)}::HUGEINT"
    template = f"a_divide_unscaled(a_unscaled({{0}}), a_unscaled({{1}}), {factor})"
    kind = simple("DECIMAL", max(width, result), result)
    sql = context.macro(f"CAST(a_scaled_text({template}, {result}) AS {kind.sql})")
    return Typed(sql.format(left.sql, right.sql), kind)


def modulo(context: Context, node: Any, scope: Scope) -> Typed:
    """``a % b``."""
    left, right = _operands(context, node, scope)
    return remainder(context, left, right, node)


def remainder(context: Context, left: Typed, right: Typed, node: Any) -> Typed:
    """Return ``left % right`` for numbers."""
    if not all(side.type.is_numeric or side.type.name == "NULL" for side in (left, right)):
        raise mismatch(context, "%", left, right, node)
    if {left.type.name, right.type.name} & {"DOUBLE", "FLOAT"}:
        sides = [f"CAST({side.sql} AS DOUBLE)" for side in (left, right)]
        return Typed(context.macro("a_modulo_floats({0}, {1})").format(*sides), DOUBLE)
    result = _narrowed(context.typed("a_modulo_exact({0}, {1})", left, right), (left, right))
    if result.type.name != "DECIMAL":
        return result
    (one, scale), (two, other) = _decimal_shape(left.type), _decimal_shape(right.type)
    wider = max(scale, other)
    kind = simple("DECIMAL", min(_WIDEST, max(1, min(one - scale, two - other) + wider)), wider)
    return Typed(f"CAST({result.sql} AS {kind.sql})", kind)


def negate(context: Context, node: Any, scope: Scope) -> Typed:
    """``-a``."""
    value = context.expression(node.this, scope)
    if not (value.type.is_numeric or value.type.is_interval or value.type.name == "NULL"):
        raise context.error("TYPE_MISMATCH", f"Cannot apply operator: - {value.type.athena}", node)
    return Typed(f"(-{value.sql})", value.type, constant=value.constant)


def concatenate(context: Context, node: Any, scope: Scope) -> Typed:
    """``a || b`` for strings, arrays and binary values."""
    return joined(context, list(_operands(context, node, scope)), node)


def joined(context: Context, items: list[Typed], node: Any) -> Typed:
    """Return values put one after the other."""
    names = {item.type.name for item in items} - {"NULL"}
    if "LIST" in names:
        return _joined_arrays(context, items, node)
    if len(names) > 1 or not names <= {"VARCHAR", "BLOB"}:
        raise mismatch(context, "||", items[0], items[-1], node)
    kind = next((i.type for i in items if i.type.name == "BLOB"), VARCHAR)
    return Typed("(" + " || ".join(item.sql for item in items) + ")", kind)


def _joined_arrays(context: Context, items: list[Typed], node: Any) -> Typed:
    elements = [
        Typed(i.sql, i.type.element) if i.type.name == "LIST" else i
        for i in items
        if i.type.name != "NULL"
    ]
    kind = list_of(unify(context, elements, node, "Cannot concatenate arrays"))
    parts = [
        coerced(item, kind) if item.type.name in {"LIST", "NULL"} else f"[{item.sql}]"
        for item in items
    ]
    # DuckDB takes a missing array for an empty one; Trino's answer is missing as well.
    known = " AND ".join(f"{part} IS NOT NULL" for part in parts)
    return Typed(f"CASE WHEN {known} THEN list_concat({', '.join(parts)}) END", kind)


def comparable(one: DuckType, other: DuckType) -> bool:
    """Whether Athena compares values of two types."""
    if {one.name, other.name} & {"INTERVAL", "MONTHS"}:
        return one.name == other.name
    return may_unify(one, other)


def compare(context: Context, node: Any, scope: Scope) -> Typed:
    """A comparison, also with ALL, ANY or SOME of a query."""
    operator = _COMPARISONS[type(node)]
    left = context.expression(node.this, scope)
    if (quantified := _quantified(node.expression)) is not None:
        word, inner = quantified
        query = context.query(inner.this if isinstance(inner, exp.Subquery) else inner, scope)
        return Typed(f"({left.sql} {operator} {word} ({query.sql}))", BOOLEAN)
    right = context.expression(node.expression, scope)
    return comparison(context, operator, (left, right), node)


def _quantified(node: Any) -> tuple[str, Any] | None:
    if isinstance(node, exp.All | exp.Any):
        return ("ALL" if isinstance(node, exp.All) else "ANY"), node.this
    # The parser takes ALL (VALUES …) for a call.
    word = {"all": "ALL", "any": "ANY", "some": "ANY"}.get(str(node.this).lower(), "")
    if (
        isinstance(node, exp.Anonymous)
        and word
        and isinstance(node.expressions[0], exp.Query | exp.Values)
    ):
        return word, node.expressions[0]
    return None


def comparison(context: Context, operator: str, pair: tuple[Typed, Typed], node: Any) -> Typed:
    """Return ``left operator right``."""
    left, right = pair
    if not comparable(left.type, right.type):
        raise mismatch(context, operator, left, right, node)
    sql = f"({left.sql} {operator} {right.sql})"
    nans = nans_among(pair)
    if not operator.startswith("IS") and nans:
        # DuckDB takes NaN for equal to itself and greater than all; to Trino it is neither.
        known = f"{left.sql} IS NOT NULL AND {right.sql} IS NOT NULL"
        unequal = "true" if operator == "<>" else "false"
        sql = f"CASE WHEN ({nans}) AND {known} THEN {unequal} ELSE {sql} END"
    if not operator.startswith("IS"):
        sql = without_inner_nans(pair, sql)
    return Typed(sql, BOOLEAN)


def without_inner_nans(sides: Sequence[Typed], sql: str) -> str:
    """Return SQL of a comparison that is refused when NaN is met inside an array, map or row."""
    # DuckDB compares such values whole, and NaN in them as equal to itself.
    inner = [f"a_has_nan({side.sql})" for side in sides if _holds_floats(side.type)]
    return f"a_no_nan({' OR '.join(inner)}, {sql})" if inner else sql


def _holds_floats(kind: DuckType) -> bool:
    return any(item.name in FLOATS or _holds_floats(item) for _, item in kind.items)


def nans_among(sides: Sequence[Typed]) -> str:
    """Return SQL of whether any of some values is NaN; nothing when none can be."""
    floats = [side.sql for side in sides if side.type.name in FLOATS]
    return " OR ".join(f"isnan({sql})" for sql in floats if not _WRITTEN.fullmatch(sql))


def condition(context: Context, node: Any, scope: Scope) -> Typed:
    """Translate what must be a truth value."""
    value = context.expression(node, scope)
    if value.type.name not in {"BOOLEAN", "NULL"}:
        raise context.error(
            "TYPE_MISMATCH",
            f"expression must evaluate to a boolean (actual: {value.type.athena})",
            node,
        )
    return value


def both(context: Context, node: Any, scope: Scope) -> Typed:
    """``a AND b``."""
    return _logical(context, node, scope, "AND")


def either(context: Context, node: Any, scope: Scope) -> Typed:
    """``a OR b``."""
    return _logical(context, node, scope, "OR")


def _logical(context: Context, node: Any, scope: Scope, word: str) -> Typed:
    # A long chain leans to the left; it is walked without recursion.
    parts = []
    kind = type(node)
    while isinstance(node, kind):
        parts.append(node.expression)
        node = node.this
    parts.append(node)
    values = [condition(context, part, scope).sql for part in reversed(parts)]
    return Typed("(" + f" {word} ".join(values) + ")", BOOLEAN)


def negated(context: Context, node: Any, scope: Scope) -> Typed:
    """``NOT a``."""
    return Typed(f"(NOT {condition(context, node.this, scope).sql})", BOOLEAN)


def is_null(context: Context, node: Any, scope: Scope) -> Typed:
    """``a IS NULL``."""
    value = context.expression(node.this, scope)
    if not isinstance(node.expression, exp.Null):
        raise context.error("SYNTAX_ERROR", "mismatched input after IS", node)
    return Typed(f"({value.sql} IS NULL)", BOOLEAN)


def like(context: Context, node: Any, scope: Scope) -> Typed:
    """``a LIKE b``, with or without ESCAPE."""
    inner = node.this if isinstance(node, exp.Escape) else node
    left, right = _operands(context, inner, scope)
    for side in (left, right):
        if side.type.name not in {"VARCHAR", "NULL"}:
            raise context.error(
                "TYPE_MISMATCH",
                f"Left side of LIKE expression must evaluate to a varchar "
                f"(actual: {side.type.athena})",
                node,
            )
    word = "NOT LIKE" if inner.args.get("negate") else "LIKE"
    escape = ""
    if isinstance(node, exp.Escape):
        escape = f" ESCAPE {context.expression(node.expression, scope).sql}"
    return Typed(f"({left.sql} {word} {right.sql}{escape})", BOOLEAN)


def case(context: Context, node: Any, scope: Scope) -> Typed:
    """CASE, with or without an operand."""
    operand = context.expression(node.this, scope) if node.this else None
    tests, values = [], []
    for branch in node.args["ifs"]:
        if operand is None:
            tests.append(condition(context, branch.this, scope).sql)
        else:
            pair = (operand, context.expression(branch.this, scope))
            tests.append(comparison(context, "=", pair, branch).sql)
        values.append(context.expression(branch.args["true"], scope))
    if node.args.get("default") is not None:
        values.append(context.expression(node.args["default"], scope))
    complaint = "All CASE results must be the same type or coercible to a common type"
    kind = unify(context, values, node, complaint)
    sql = " ".join(
        f"WHEN {test} THEN {coerced(value, kind)}"
        for test, value in zip(tests, values, strict=False)
    )
    last = f" ELSE {coerced(values[-1], kind)}" if len(values) > len(tests) else ""
    return Typed(f"CASE {sql}{last} END", kind)


def if_(context: Context, node: Any, scope: Scope) -> Typed:
    """``IF(condition, a, b)``."""
    test = condition(context, node.this, scope)
    values = [context.expression(node.args["true"], scope)]
    if node.args.get("false") is not None:
        values.append(context.expression(node.args["false"], scope))
    complaint = "Result types for IF must be the same"
    kind = unify(context, values, node, complaint)
    last = f" ELSE {coerced(values[1], kind)}" if len(values) > 1 else ""
    return Typed(f"CASE WHEN {test.sql} THEN {coerced(values[0], kind)}{last} END", kind)
