"""Aggregate and window functions with what stands around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlglot import exp

from athena_shell.local.dialect import Context, stand_ins
from athena_shell.local.dialect_operators import condition, quotient
from athena_shell.local.functions_aggregates import AGGREGATES, WINDOWS
from athena_shell.local.scope import Scope, Typed
from athena_shell.local.types import BIGINT, VARCHAR, DuckType, simple

_SEGMENT: Final = re.compile(r"@(\w+)\((.*?)\)@")


@dataclass(frozen=True)
class Around:
    """What stands around a call: FILTER, OVER, null treatment, DISTINCT, ORDER BY."""

    filter: str = ""
    over: str = ""
    nulls: str = ""
    distinct: bool = False
    order: str = ""

    def call(self, name: str, arguments: str) -> str:
        """Return the call with everything in its place."""
        distinct = self.distinct
        if name == "count_distinct":
            name, distinct = "count", True
        inner = ("DISTINCT " if distinct else "") + arguments
        condition_ = f" FILTER (WHERE {self.filter})" if self.filter else ""
        nulls = f" {self.nulls}" if self.nulls else ""
        return f"{name}({inner}{self.order}{nulls}){condition_}{self.over}"


def window(context: Context, node: Any, scope: Scope) -> Typed:
    """An aggregate or window function, alone or within FILTER and OVER."""
    call, around = _unwrapped(context, node, scope)
    if isinstance(call, exp.GroupConcat):
        return _listagg(context, call, scope, around)
    name = str(call.this).lower()
    if name in WINDOWS and not around.over:
        message = f"Window function {name} requires an OVER clause"
        raise context.error("MISSING_OVER", message, call)
    if name not in WINDOWS and name not in AGGREGATES and name != "avg":
        raise context.error("FUNCTION_NOT_AGGREGATE", f"{name} is not an aggregate", call)
    return _aggregate(context, name, call, scope, around)


def _unwrapped(context: Context, node: Any, scope: Scope) -> tuple[Any, Around]:
    call, around = node, Around()
    while not isinstance(call, exp.Anonymous | exp.GroupConcat):
        if isinstance(call, exp.Window):
            around = replace(around, over=_over(context, call, scope))
        elif isinstance(call, exp.Filter):
            test = condition(context, call.expression.this, scope).sql
            around = replace(around, filter=test)
        elif isinstance(call, exp.IgnoreNulls):
            around = replace(around, nulls="IGNORE NULLS")
        elif not isinstance(call, exp.RespectNulls):
            raise context.refuse("This window expression", node)
        call = call.this
    return call, around


def _aggregate(context: Context, name: str, call: Any, scope: Scope, around: Around) -> Typed:
    from athena_shell.local.dialect_calls import choose, distinct_argument

    distinct, items = distinct_argument(call)
    order = ""
    if items and isinstance(items[-1], exp.Order):
        order = " ORDER BY " + ", ".join(
            ordered(context, item, scope) for item in items[-1].expressions
        )
        items = [*items[:-1], items[-1].this]
        if items and isinstance(items[-1], exp.Distinct):
            distinct, items = True, [*items[:-1], *items[-1].expressions]
    if name == "count" and items and isinstance(items[0], exp.Star):
        items = []
    arguments = [context.expression(item, scope) for item in items if item is not None]
    around = Around(around.filter, around.over, around.nulls, distinct, order)
    if distinct and not arguments:
        raise context.error("SYNTAX_ERROR", "mismatched input ')'. Expecting: <expression>", call)
    if name == "avg":
        return _average(context, arguments, call, around)
    overloads = {**AGGREGATES, **WINDOWS}[name]
    template, prepared = choose(context, name, overloads, arguments, call)
    return fill(context, template, prepared, around)


def fill(context: Context, template: str, arguments: list[Typed], around: Around) -> Typed:
    """Fill a template whose calls stand between ``@`` marks."""
    template = context.macro(template)

    def written(found: re.Match[str]) -> str:
        return around.call(found[1], found[2].format(*(a.sql for a in arguments)))

    names, source = stand_ins(arguments)

    def probed(found: re.Match[str]) -> str:
        bare = Around(over=" OVER ()" if around.over else "")
        return bare.call(found[1], found[2].format(*names))

    kind = context.probe.type_of(_outer(_SEGMENT.sub(probed, template)) + source)
    if kind.name == "TIMESTAMP WITH TIME ZONE":
        zones = {a.type.zone for a in arguments if a.type.name == kind.name}
        kind = DuckType(kind.name, zone=zones.pop() if len(zones) == 1 else "")
    return Typed(_outer(_SEGMENT.sub(written, template)), context.precise(kind, arguments))


def _outer(sql: str) -> str:
    return sql.replace("{{", "{").replace("}}", "}")


def _average(context: Context, arguments: list[Typed], call: Any, around: Around) -> Typed:
    from athena_shell.local.dialect_calls import wrong_arguments

    kinds = [argument.type for argument in arguments]
    if len(kinds) != 1 or not (kinds[0].is_numeric or kinds[0].name == "NULL"):
        raise wrong_arguments(context, "avg", arguments, call)
    kind = kinds[0]
    if kind.name == "DECIMAL":
        total = fill(context, "@sum({0})@", arguments, around)
        count = fill(context, "@count({0})@", arguments, around)
        mean = quotient(context, total, Typed(f"nullif({count.sql}, 0)", BIGINT))
        return Typed(f"CAST({mean.sql} AS {kind.sql})", kind)
    result = fill(context, "@avg({0})@", arguments, around)
    if kind.name == "FLOAT":
        return Typed(f"CAST({result.sql} AS FLOAT)", kind)
    return Typed(result.sql, simple("DOUBLE"))


def ordered(context: Context, node: Any, scope: Scope) -> str:
    """Return one item of an ORDER BY."""
    if not isinstance(node, exp.Ordered):
        return context.expression(node, scope).sql
    return context.expression(node.this, scope).sql + direction(node)


def direction(node: Any) -> str:
    """Return ``DESC NULLS LAST`` or the like for an item of an ORDER BY."""
    word = " DESC" if node.args.get("desc") else " ASC"
    return word + (" NULLS FIRST" if node.args.get("nulls_first") else " NULLS LAST")


def _over(context: Context, node: Any, scope: Scope) -> str:
    alias = node.args.get("alias")
    if alias is not None and not node.args.get("partition_by") and not node.args.get("order"):
        return f' OVER "{alias.name.lower()}"'
    if alias is not None:
        raise context.refuse("A window that refines a named one", node)
    return f" OVER ({definition(context, node, scope)})"


def definition(context: Context, node: Any, scope: Scope) -> str:
    """Return what stands in a window's parentheses."""
    parts = []
    if node.args.get("partition_by"):
        items = (context.expression(item, scope).sql for item in node.args["partition_by"])
        parts.append("PARTITION BY " + ", ".join(items))
    if node.args.get("order"):
        items = (ordered(context, item, scope) for item in node.args["order"].expressions)
        parts.append("ORDER BY " + ", ".join(items))
    if node.args.get("spec"):
        parts.append(_frame(context, node.args["spec"], scope))
    return " ".join(parts)


def _frame(context: Context, spec: Any, scope: Scope) -> str:
    def bound(side: str) -> str:
        value = spec.args.get(side)
        if value is None:
            return "CURRENT ROW"
        shown = value if isinstance(value, str) else context.expression(value, scope).sql
        return f"{shown} {spec.args.get(f'{side}_side') or ''}".strip()

    return f"{spec.args['kind']} BETWEEN {bound('start')} AND {bound('end')}"


def listagg(context: Context, node: Any, scope: Scope) -> Typed:
    """``listagg(a, ',') WITHIN GROUP (ORDER BY b)``."""
    return _listagg(context, node, scope, Around())


def _listagg(context: Context, node: Any, scope: Scope, around: Around) -> Typed:
    if node.args.get("on_overflow"):
        raise context.refuse("listagg with ON OVERFLOW", node)
    value, order, distinct = node.this, "", False
    if isinstance(value, exp.Order):
        items = (ordered(context, item, scope) for item in value.expressions)
        order = " ORDER BY " + ", ".join(items)
        value = value.this
    if isinstance(value, exp.Distinct):
        distinct, value = True, value.expressions[0]
    item = context.expression(value, scope)
    if item.type.name not in {"VARCHAR", "NULL"}:
        from athena_shell.local.dialect_calls import wrong_arguments

        raise wrong_arguments(context, "listagg", [item], node)
    separator = node.args.get("separator")
    between = context.expression(separator, scope).sql if separator is not None else "''"
    around = Around(around.filter, around.over, "", distinct, order)
    return Typed(around.call("string_agg", f"{item.sql}, {between}"), VARCHAR)
