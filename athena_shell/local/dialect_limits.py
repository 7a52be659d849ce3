"""LIMIT, OFFSET and FETCH FIRST."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from athena_shell.local.dialect import Context, Query
from athena_shell.local.scope import OutputColumn, Scope
from athena_shell.local.types import quote


def limit_clause(context: Context, node: Any, scope: Scope) -> str:
    """Return a query's LIMIT and OFFSET."""
    sql = ""
    limit, offset = node.args.get("limit"), node.args.get("offset")
    if isinstance(limit, exp.Fetch):
        count = limit.args.get("count")
        sql += f" LIMIT {_count(context, count, scope) if count is not None else 1}"
    elif limit is not None and limit.expression.name.upper() != "ALL":
        sql += f" LIMIT {_count(context, limit.expression, scope)}"
    if offset is not None:
        sql += f" OFFSET {_count(context, offset.expression, scope)}"
    return sql


def _count(context: Context, node: Any, scope: Scope) -> str:
    value = context.expression(node, scope)
    if not (value.type.is_integer and value.constant) or re.search(r"CAST\(-", value.sql):
        raise context.error("TYPE_MISMATCH", "LIMIT and OFFSET must be whole numbers", node)
    return value.sql


def with_ties(fetch: Any) -> bool:
    """Whether FETCH FIRST takes rows that tie with the last one."""
    options = fetch.args.get("limit_options")
    return bool(options is not None and options.args.get("with_ties"))


def ties(
    context: Context,
    node: Any,
    scope: Scope,
    text: tuple[str, str],
    columns: tuple[OutputColumn, ...],
) -> Query:
    """Return a query that keeps the rows that tie; ``text`` is the query and its ORDER BY."""
    sql, order = text
    if not order:
        raise context.error(
            "MISSING_ORDER_BY", "FETCH FIRST WITH TIES clause requires ORDER BY", node
        )
    if node.args.get("offset") is not None or node.args.get("group") or node.args.get("distinct"):
        raise context.refuse("WITH TIES together with OFFSET, GROUP BY or DISTINCT", node)
    keys = order.removeprefix(" ORDER BY ").split(", ")
    listed = ", ".join(quote(column.sql_name) for column in columns)
    numbered = _by_name(keys, columns)
    count = _count(context, node.args["limit"].args["count"], scope)
    ranked = f"SELECT {listed}, rank() OVER (ORDER BY {numbered}) AS r FROM ({sql}) AS q"
    return Query(f"SELECT {listed} FROM ({ranked}) AS p WHERE r <= {count} ORDER BY r", columns)


def _by_name(keys: list[str], columns: tuple[OutputColumn, ...]) -> str:
    written = []
    for key in keys:
        place, _, rest = key.partition(" ")
        if not place.isdigit():
            from athena_shell.local.errors import unsupported

            raise unsupported("WITH TIES over an expression that is not selected")
        written.append(f"{quote(columns[int(place) - 1].sql_name)} {rest}")
    return ", ".join(written)
