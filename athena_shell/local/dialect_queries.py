"""Queries: SELECT, VALUES, set operations and common table expressions."""

from __future__ import annotations

from typing import Any, Final

from sqlglot import exp

from athena_shell.local.assignment import assignable, may_unify
from athena_shell.local.dialect import Context, Query
from athena_shell.local.dialect_limits import limit_clause, ties, with_ties
from athena_shell.local.dialect_operators import condition
from athena_shell.local.dialect_relations import add_relations
from athena_shell.local.dialect_values import coerced, is_schema, unify
from athena_shell.local.dialect_windows import definition, direction
from athena_shell.local.scope import OutputColumn, Scope, Source, Typed, column_of
from athena_shell.local.types import quote

_SELECT_PARTS: Final = {
    "with_", "expressions", "distinct", "from_", "joins", "laterals", "where", "group", "having",
    "windows", "order", "limit", "offset", "kind", "hint", "operation_modifiers",
}  # fmt: skip


def query(context: Context, node: Any, around: Scope | None) -> Query:
    """Translate any query."""
    scope = Scope(parent=around)
    prefix = _with(context, node, scope)
    if isinstance(node, exp.Subquery):
        inner = query(context, node.this, scope)
        modifiers = _modifiers(context, node, inner, scope)
        return Query(
            f"{prefix}({inner.sql}){modifiers}" if modifiers else f"{prefix}{inner.sql}",
            inner.columns,
        )
    if isinstance(node, exp.SetOperation):
        return _set_operation(context, node, scope, prefix)
    if isinstance(node, exp.Values):
        return _values(context, node, scope, prefix)
    if isinstance(node, exp.Table):
        star = exp.Select(expressions=[exp.Star()], from_=exp.From(this=node.copy()))
        return query(context, star, scope)
    if not isinstance(node, exp.Select):
        raise context.refuse(f"This kind of query ({type(node).__name__})", node)
    return _select(context, node, scope, prefix)


def _with(context: Context, node: Any, scope: Scope) -> str:
    with_ = node.args.get("with_")
    if with_ is None:
        return ""
    recursive = bool(with_.args.get("recursive"))
    parts = []
    for item in with_.expressions:
        name = item.alias
        names = [column.name for column in item.args["alias"].columns]
        sql_name = context.fresh("w")
        inner = (
            _recursive(context, item.this, scope, (name, sql_name), names)
            if recursive and _mentions(item.this, name)
            else context.query(item.this, scope)
        )
        if names and len(names) != len(inner.columns):
            raise context.error(
                "MISMATCHED_COLUMN_ALIASES",
                f"column alias list has {len(names)} entries but relation has "
                f"{len(inner.columns)} columns",
                item,
            )
        columns = renamed(inner.columns, names)
        scope.relations[name.lower()] = (OutputColumn(None, sql_name, columns[0].type), *columns)
        listed = ", ".join(quote(column.sql_name) for column in columns)
        parts.append(
            f"{quote(sql_name)}({listed}) AS NOT MATERIALIZED ({inner.sql})"
            if not (recursive and _mentions(item.this, name))
            else f"{quote(sql_name)}({listed}) AS ({inner.sql})"
        )
    return f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(parts)} "


def _mentions(node: Any, name: str) -> bool:
    return any(t.name.lower() == name.lower() and not t.db for t in node.find_all(exp.Table))


def _recursive(
    context: Context, node: Any, scope: Scope, name: tuple[str, str], names: list[str]
) -> Query:
    if not isinstance(node, exp.Union) or not names:
        raise context.refuse("This form of WITH RECURSIVE", node)
    anchor = context.query(node.left, scope)
    columns = renamed(anchor.columns, names)
    inner = Scope(parent=scope)
    inner.relations[name[0].lower()] = (OutputColumn(None, name[1], columns[0].type), *columns)
    step = context.query(node.right, inner)
    for place, (base, made) in enumerate(zip(columns, step.columns, strict=False), 1):
        if not assignable(made.type, base.type):
            raise context.error(
                "TYPE_MISMATCH",
                f"recursion step relation output type ({made.type.athena}) is not coercible to "
                f"recursion base relation output type ({base.type.athena}) at column {place}",
                node,
            )
    items = ", ".join(
        f"CAST({quote(f'c{i}')} AS {column.type.sql})" for i, column in enumerate(columns)
    )
    listed = ", ".join(quote(f"c{i}") for i in range(len(columns)))
    word = "UNION" if node.args.get("distinct") else "UNION ALL"
    step_sql = f"SELECT {items} FROM ({step.sql}) AS q({listed})"
    return Query(f"{anchor.sql} {word} {step_sql}", columns)


def renamed(columns: tuple[OutputColumn, ...], names: list[str]) -> tuple[OutputColumn, ...]:
    """Return columns under new names, each with a SQL name of its own."""
    result: list[OutputColumn] = []
    taken: set[str] = set()
    for place, column in enumerate(columns):
        name = names[place] if place < len(names) else column.name
        sql_name = (name or f"_col{place}").lower()
        if sql_name in taken:
            sql_name = f"{sql_name}:{place}"
        taken.add(sql_name)
        result.append(OutputColumn(name, sql_name, column.type))
    return tuple(result)


def _set_operation(context: Context, node: Any, scope: Scope, prefix: str) -> Query:
    outer = node
    sides: list[Any] = []
    words: list[str] = []
    while isinstance(node, exp.SetOperation) and not (sides and _is_modified(node)):
        sides.append(node.right)
        words.append(type(node).__name__.upper() + ("" if node.args.get("distinct") else " ALL"))
        node = node.left
    queries = [context.query(side, scope) for side in (node, *reversed(sides))]
    first = queries[0]
    for other in queries[1:]:
        _check_sides(context, first, other, outer)
    columns = tuple(
        OutputColumn(
            column.name,
            column.sql_name,
            unify(context, [Typed("", q.columns[i].type) for q in queries], outer, "UNION"),
        )
        for i, column in enumerate(first.columns)
    )
    sql = f"({_side(first, columns)})"
    for word, other in zip(reversed(words), queries[1:], strict=True):
        sql = f"({sql} {word} ({_side(other, columns)}))"
    result = Query(sql, renamed(columns, []))
    return Query(f"{prefix}{sql}{_modifiers(context, outer, result, scope)}", result.columns)


def _side(side: Query, columns: tuple[OutputColumn, ...]) -> str:
    """Return a side of a set operation with its nested values in the types of the whole."""
    pairs = list(zip(side.columns, columns, strict=True))
    if all(given.type.sql == wanted.type.sql or not wanted.type.items for given, wanted in pairs):
        return side.sql
    names = [quote(f"c{place}") for place in range(len(columns))]
    items = (
        f"{coerced(Typed(name, given.type), wanted.type)} AS {quote(wanted.sql_name)}"
        for name, (given, wanted) in zip(names, pairs, strict=True)
    )
    return f"SELECT {', '.join(items)} FROM ({side.sql}) AS q({', '.join(names)})"


def _is_modified(node: Any) -> bool:
    return any(node.args.get(key) for key in ("order", "limit", "offset", "with_"))


def _check_sides(context: Context, first: Query, other: Query, node: Any) -> None:
    if len(first.columns) != len(other.columns):
        raise context.error(
            "TYPE_MISMATCH",
            f"{type(node).__name__.upper()} query has different number of fields: "
            f"{len(first.columns)}, {len(other.columns)}",
            node,
        )
    for place, (one, two) in enumerate(zip(first.columns, other.columns, strict=True), 1):
        if not may_unify(one.type, two.type):
            raise context.error(
                "TYPE_MISMATCH",
                f"column {place} in {type(node).__name__.upper()} query has incompatible types: "
                f"{one.type.athena}, {two.type.athena}",
                node,
            )


def _values(context: Context, node: Any, scope: Scope, prefix: str) -> Query:
    rows = []
    for item in node.expressions:
        cells = item.expressions if isinstance(item, exp.Tuple) or _is_row(item) else [item]
        if len(cells) == 1 and _is_row(cells[0]):
            cells = cells[0].expressions
        if not cells:
            raise context.error(
                "SYNTAX_ERROR", "mismatched input ')'. Expecting: <expression>", node
            )
        rows.append([context.expression(cell, scope) for cell in cells])
    if len({len(row) for row in rows}) > 1:
        raise context.error("TYPE_MISMATCH", "Values rows have mismatched types", node)
    complaint = "Values rows have mismatched types"
    kinds = [unify(context, list(column), node, complaint) for column in zip(*rows, strict=True)]
    sql = ", ".join(
        "("
        + ", ".join(
            coerced(c, k) if k.items else f"CAST({c.sql} AS {k.sql})"
            for c, k in zip(row, kinds, strict=True)
        )
        + ")"
        for row in rows
    )
    columns = tuple(OutputColumn(None, f"col{i}", kind) for i, kind in enumerate(kinds))
    result = Query("", columns)
    return Query(f"{prefix}VALUES {sql}{_modifiers(context, node, result, scope)}", columns)


def _is_row(node: Any) -> bool:
    return isinstance(node, exp.Anonymous) and str(node.this).lower() == "row"


def _select(context: Context, node: Any, scope: Scope, prefix: str) -> Query:
    extra = {key for key, value in node.args.items() if value} - _SELECT_PARTS
    if extra:
        raise context.refuse(f"{min(extra).upper()} in a query", node)
    if not node.expressions:
        raise context.error("SYNTAX_ERROR", "mismatched input. Expecting: <expression>", node)
    where = node.args.get("where")
    if where is not None and not any(join.side for join in node.args.get("joins") or []):
        scope.filters = list(
            where.this.flatten() if isinstance(where.this, exp.And) else [where.this]
        )
    from_sql = add_relations(context, node, scope)
    where_sql = f" WHERE {condition(context, where.this, scope).sql}" if where else ""
    outputs = [item for part in node.expressions for item in _projected(context, part, scope)]
    columns = renamed(tuple(OutputColumn(name, "", value.type) for name, value in outputs), [])
    group = _group(context, node, scope, outputs)
    having = node.args.get("having")
    having_sql = f" HAVING {condition(context, having.this, scope).sql}" if having else ""
    windows = _named_windows(context, node, scope)
    listed = ", ".join(
        f"{value.sql} AS {quote(column.sql_name)}"
        for (_, value), column in zip(outputs, columns, strict=True)
    )
    distinct = node.args.get("distinct")
    if distinct is not None and distinct.args.get("on") is not None:
        raise context.error("SYNTAX_ERROR", "mismatched input 'on'", node)
    order = _order(context, node, scope, outputs)
    sql = (
        f"{prefix}SELECT {'DISTINCT ' if distinct else ''}{listed}{from_sql}{where_sql}"
        f"{group}{having_sql}{windows}{order}"
    )
    limit = node.args.get("limit")
    if isinstance(limit, exp.Fetch) and with_ties(limit):
        return ties(context, node, scope, (sql, order), columns)
    return Query(sql + limit_clause(context, node, scope), columns)


def _projected(context: Context, node: Any, scope: Scope) -> list[tuple[str | None, Typed]]:
    if isinstance(node, exp.Star):
        if node.args.get("except_") or node.args.get("replace") or node.args.get("rename"):
            raise context.error("SYNTAX_ERROR", "mismatched input after '*'", node)
        return _all_columns(context, scope, node)
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
        return _qualified_star(context, node, scope)
    value = context.expression(node, scope)
    if isinstance(node, exp.Alias):
        return [(node.alias, value)]
    if isinstance(node, exp.Column | exp.Identifier) and not is_schema(node):
        return [(node.name, value)]
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        return [(node.expression.name, value)]
    return [(None, value)]


def _all_columns(context: Context, scope: Scope, node: Any) -> list[tuple[str | None, Typed]]:
    if not scope.sources:
        raise context.error(
            "SYNTAX_ERROR", "SELECT * not allowed in queries without FROM clause", node
        )
    found: list[tuple[str | None, Typed]] = [(name, value) for name, value in scope.merged.items()]
    for source in scope.sources:
        found += [
            (column.name, column_of(source, column))
            for column in source.columns
            if (column.name or "").lower() not in scope.merged
        ]
    return found


def _qualified_star(context: Context, node: Any, scope: Scope) -> list[tuple[str | None, Typed]]:
    source = scope.source(node.table, node.args["db"].name if node.args.get("db") else "")
    if source is None:
        value = context.expression(exp.column(node.args["table"]), scope)
        if value.type.name != "STRUCT":
            raise context.error(
                "TABLE_NOT_FOUND", f"Unable to resolve reference {node.table}", node
            )
        return [
            (name, Typed(f"struct_extract({value.sql}, '{name}')", kind))
            for name, kind in value.type.items
        ]
    return [(column.name, column_of(source, column)) for column in source.columns]


_Outputs = list[tuple[str | None, Typed]]


def _group(context: Context, node: Any, scope: Scope, outputs: _Outputs) -> str:
    group = node.args.get("group")
    if group is None:
        return ""

    parts = list(group.expressions)
    for key in ("grouping_sets", "cube", "rollup"):
        parts += group.args.get(key) or []
    if group.args.get("all") or not parts:
        raise context.refuse("GROUP BY ALL", node)
    items = (_grouped(context, part, scope, outputs) for part in parts)
    return " GROUP BY " + ", ".join(items)


def _grouped(context: Context, part: Any, scope: Scope, outputs: _Outputs) -> str:
    if isinstance(part, exp.Literal) and not part.is_string:
        return str(_ordinal(context, part, outputs))
    if isinstance(part, exp.Paren):
        return f"({_grouped(context, part.this, scope, outputs)})"
    word = {
        exp.Tuple: "",
        exp.Rollup: "ROLLUP",
        exp.Cube: "CUBE",
        exp.GroupingSets: "GROUPING SETS",
    }
    if type(part) in word:
        inner = ", ".join(_grouped(context, item, scope, outputs) for item in part.expressions)
        return f"{word[type(part)]} ({inner})"
    return context.expression(part, scope).sql


def _ordinal(context: Context, node: Any, outputs: _Outputs) -> int:
    place = int(str(node.this)) if str(node.this).isdigit() else 0
    if not 1 <= place <= len(outputs):
        message = f"GROUP BY or ORDER BY position {node.this} is not in select list"
        raise context.error("INVALID_COLUMN_REFERENCE", message, node)
    return place


def _named_windows(context: Context, node: Any, scope: Scope) -> str:
    windows = node.args.get("windows") or []
    parts = (f'"{w.name.lower()}" AS ({definition(context, w, scope)})' for w in windows)
    return f" WINDOW {', '.join(parts)}" if windows else ""


def _order(context: Context, node: Any, scope: Scope, outputs: _Outputs) -> str:
    order = node.args.get("order")
    if order is None:
        return ""
    names: dict[str, list[int]] = {}
    for place, (name, _) in enumerate(outputs, 1):
        names.setdefault((name or "").lower(), []).append(place)
    inner = scope.with_names(
        {name: outputs[places[0] - 1][1] for name, places in names.items() if name}
    )

    def item(part: Any) -> str:
        key = part.this
        if isinstance(key, exp.Literal) and not key.is_string:
            return f"{_ordinal(context, key, outputs)}{direction(part)}"
        plain = isinstance(key, exp.Column) and len(key.parts) == 1
        places = names.get(key.name.lower(), []) if plain else []
        if len({outputs[p - 1][1].sql for p in places}) > 1:
            raise context.error("AMBIGUOUS_NAME", f"Column '{key.name}' is ambiguous", key)
        if places:
            return f"{places[0]}{direction(part)}"
        value = context.expression(key, inner)
        return "" if value.constant else value.sql + direction(part)

    keys = ", ".join(filter(None, map(item, order.expressions)))
    return f" ORDER BY {keys}" if keys else ""


def _modifiers(context: Context, node: Any, result: Query, scope: Scope) -> str:
    outputs = [(c.name, Typed(quote(c.sql_name), c.type)) for c in result.columns]
    source = Scope(parent=scope)
    source.sources.append(Source("", result.columns))
    return _order(context, node, source, outputs) + limit_clause(context, node, scope)
