"""Literals, names, rows, arrays and subqueries used as values."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from sqlglot import exp

from athena_shell.local.assignment import assigned, may_unify
from athena_shell.local.dialect import Context, Query
from athena_shell.local.errors import EngineError
from athena_shell.local.scope import Scope, Typed, column_of
from athena_shell.local.types import (
    BIGINT,
    BLOB,
    BOOLEAN,
    INTEGER,
    NULL,
    VARCHAR,
    DuckType,
    finer,
    list_of,
    row_of,
    simple,
    text,
)

_SCHEMA: Final = "current_schema"
_HIDDEN: Final = frozenset({"$path", "$bucket", "$file_size", "$file_modified_time", "$partition"})
_LARGEST_INTEGER: Final = 2**31 - 1
_LARGEST_BIGINT: Final = 2**63 - 1


def literal(context: Context, node: Any, _scope: Scope) -> Typed:
    """A string or a number as it is written."""
    value = str(node.this)
    if node.is_string:
        return Typed(text(value), simple("VARCHAR", len(value)), literal=value, constant=True)
    return number(context, value, node)


def number(context: Context, value: str, node: Any) -> Typed:
    """Return a number: an integer, a decimal with a point, a double with an exponent."""
    value = value.replace("_", "")
    if not re.fullmatch(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", value):
        raise context.error("SYNTAX_ERROR", f"mismatched input '{value}'", node)
    if "e" in value.lower():
        return Typed(f"CAST({value} AS DOUBLE)", simple("DOUBLE"), constant=True)
    if "." in value:
        whole, _, fraction = value.partition(".")
        digits = max(1, len(whole.lstrip("0")) + len(fraction))
        kind = simple("DECIMAL", digits, len(fraction))
        return Typed(f"CAST({text(value)} AS {kind.sql})", kind, constant=True)
    if int(value) > _LARGEST_BIGINT:
        raise context.error("NUMERIC_VALUE_OUT_OF_RANGE", f"Invalid numeric literal: {value}", node)
    kind = INTEGER if int(value) <= _LARGEST_INTEGER else BIGINT
    return Typed(f"CAST({value} AS {kind.sql})", kind, constant=True)


def null(_context: Context, _node: Any, _scope: Scope) -> Typed:
    """NULL, whose type is not known yet."""
    return Typed("NULL", NULL, constant=True)


def boolean(_context: Context, node: Any, _scope: Scope) -> Typed:
    """TRUE or FALSE."""
    return Typed("true" if node.this else "false", BOOLEAN, constant=True)


def hexadecimal(context: Context, node: Any, _scope: Scope) -> Typed:
    """A binary literal: X'6162'."""
    digits = re.sub(r"\s", "", str(node.this))
    if len(digits) % 2 or not re.fullmatch(r"[0-9A-Fa-f]*", digits):
        raise context.error("SYNTAX_ERROR", "Binary literal must be hexadecimal pairs", node)
    return Typed(f"unhex('{digits}')", BLOB, constant=True)


def unicode(context: Context, node: Any, scope: Scope) -> Typed:
    r"""A string with code points: U&'\0041'."""
    escape = str(node.args["escape"].this) if node.args.get("escape") else "\\"
    mark = re.escape(escape)

    def character(found: re.Match[str]) -> str:
        return chr(int(found[1] or found[2], 16)) if found[1] or found[2] else escape

    pattern = rf"{mark}(?:([0-9A-Fa-f]{{4}})|\+([0-9A-Fa-f]{{6}})|{mark})"
    value = re.sub(pattern, character, str(node.this))
    return literal(context, exp.Literal.string(value), scope)


def paren(context: Context, node: Any, scope: Scope) -> Typed:
    """A value in parentheses."""
    inner = context.expression(node.this, scope)
    return Typed(f"({inner.sql})", inner.type, inner.literal, inner.constant)


def aliased(context: Context, node: Any, scope: Scope) -> Typed:
    """A value with a name; the name is its owner's affair."""
    return context.expression(node.this, scope)


def parameter(context: Context, node: Any, scope: Scope) -> Typed:
    """An execution parameter: the next of the literals that came with the statement."""
    from athena_shell.local.syntax import parse

    if context.bound >= len(context.parameters):
        places = sum(1 for _ in node.root().find_all(type(node)))
        raise EngineError(
            "INVALID_PARAMETER_USAGE",
            f"Incorrect number of parameters: expected {places} but found"
            f" {len(context.parameters)}",
        )
    value = parse(f"SELECT {context.parameters[context.bound]}").expressions[0]
    context.bound += 1
    result = context.expression(value, scope)
    return Typed(f"({result.sql})", result.type, result.literal, result.constant)


def identifier(context: Context, node: Any, scope: Scope) -> Typed:
    """A lone name: a lambda's parameter or a column."""
    found = scope.lambdas.get(node.name.lower())
    return found if found is not None else _resolve(context, [node], node, scope)


def is_schema(node: Any) -> bool:
    """Whether a name is ``current_schema``, which is an expression and no column."""
    name = node.this if isinstance(node, exp.Column) and len(node.parts) == 1 else node
    return isinstance(name, exp.Identifier) and not name.quoted and name.name.lower() == _SCHEMA


def column(context: Context, node: Any, scope: Scope) -> Typed:
    """A column, perhaps qualified, perhaps a field of a row."""
    if isinstance(node.this, exp.Star):
        raise context.error("SYNTAX_ERROR", "mismatched input '*'", node)
    if is_schema(node):
        return Typed(text(context.database), VARCHAR, context.database, constant=True)
    return _resolve(context, list(node.parts), node, scope)


def _resolve(context: Context, parts: list[Any], node: Any, scope: Scope) -> Typed:
    names = [part.name for part in parts]
    found = scope.lambdas.get(names[0].lower())
    if found is None or len(names) > 1:
        qualified = _qualified(context, parts, node, scope)
        if qualified is not None:
            return qualified
    if found is not None:
        return _fields(context, found, parts[1:])
    candidates = scope.columns(names[0])
    if len(candidates) > 1:
        raise _ambiguous(context, names[0], node)
    if not candidates:
        shown = ".".join(names)
        if shown.rpartition(".")[2].lower() in _HIDDEN:
            raise context.refuse(f"The column {shown}", node)
        raise context.error("COLUMN_NOT_FOUND", f"Column '{shown}' cannot be resolved", node)
    return _fields(context, candidates[0], parts[1:])


def _qualified(context: Context, parts: list[Any], node: Any, scope: Scope) -> Typed | None:
    names = [part.name for part in parts]
    # First database.table.column, then table.column.
    for place in (2, 1):
        if len(names) <= place:
            continue
        source = scope.source(names[place - 1], names[0] if place > 1 else "")
        columns = source.find(names[place]) if source is not None else []
        if len(columns) > 1:
            raise _ambiguous(context, ".".join(names), node)
        if source is not None and columns:
            return _fields(context, column_of(source, columns[0]), parts[place + 1 :])
    return None


def _ambiguous(context: Context, name: str, node: Any) -> Exception:
    return context.error("AMBIGUOUS_NAME", f"Column '{name}' is ambiguous", node)


def _fields(context: Context, value: Typed, parts: list[Any]) -> Typed:
    for part in parts:
        value = field_of(context, value, part.name, part)
    return value


def field_of(context: Context, value: Typed, name: str, node: Any) -> Typed:
    """Return a row's field."""
    if value.type.name != "STRUCT":
        raise context.error("TYPE_MISMATCH", f"Expression {name} is not of type ROW", node)
    for field, kind in value.type.items:
        if field.lower() == name.lower():
            return Typed(f"struct_extract({value.sql}, {text(field)})", kind)
    raise context.error("COLUMN_NOT_FOUND", f"Column '{name}' cannot be resolved", node)


def dot(context: Context, node: Any, scope: Scope) -> Typed:
    """A field of a row that is not a plain column."""
    value = context.expression(node.this, scope)
    if not isinstance(node.expression, exp.Identifier):
        raise context.refuse("This kind of dereference", node)
    return field_of(context, value, node.expression.name, node.expression)


def row(context: Context, node: Any, scope: Scope) -> Typed:
    """A row without field names."""
    if not node.expressions:
        raise context.error("SYNTAX_ERROR", "mismatched input ')'. Expecting: <expression>", node)
    return make_row([context.expression(item, scope) for item in node.expressions])


def make_row(items: list[Typed]) -> Typed:
    """Return a row of values; its fields are called after their places."""
    kind = row_of(*(("", item.type) for item in items))
    fields = ", ".join(
        f"{name} := {item.sql}" for (name, _), item in zip(kind.items, items, strict=True)
    )
    return Typed(f"struct_pack({fields})", kind, constant=all(item.constant for item in items))


def array(context: Context, node: Any, scope: Scope) -> Typed:
    """ARRAY[...]."""
    items = [context.expression(item, scope) for item in node.expressions]
    if not items:
        return Typed("[]", list_of(NULL), constant=True)
    kind = unify(context, items, node, "All ARRAY elements must be the same type")
    sql = ", ".join(coerced(item, kind) for item in items)
    return Typed(f"[{sql}]", list_of(kind), constant=all(item.constant for item in items))


def coerced(item: Typed, kind: DuckType) -> str:
    """Return the value cast to a type it was unified to, where they differ."""
    same = item.type.sql == kind.sql
    return item.sql if same or item.type == NULL else assigned(item.sql, item.type, kind)


def unify(context: Context, items: list[Typed], node: Any, complaint: str) -> DuckType:
    """Return the type that all values can have; EngineError TYPE_MISMATCH when there is none."""
    kind = NULL
    for item in items:
        if not may_unify(kind, item.type):
            raise context.error(
                "TYPE_MISMATCH", f"{complaint}: {kind.athena} vs {item.type.athena}", node
            )
        kind = _wider(context, kind, item.type, node)
    return kind


def _wider(context: Context, one: DuckType, other: DuckType, node: Any) -> DuckType:
    if NULL in {one, other}:
        return one if other == NULL else other
    if one.items:
        # A row's field keeps its name where both rows have it, else it is called by its place.
        items = (
            (a if a == b else f"field{place}", _wider(context, x, y, node))
            for place, ((a, x), (b, y)) in enumerate(zip(one.items, other.items, strict=True))
        )
        return replace(one, items=tuple(items))
    if one.sql != other.sql:
        pair = (Typed("", one), Typed("", other))
        return context.type_of("CASE WHEN true THEN {0} ELSE {1} END", pair)
    if one.zone != other.zone:
        raise context.refuse("A mix of time zones in one column", node)
    if one.name == "TIMESTAMP":
        return finer(one, other)
    return one if one == other or one.name != "VARCHAR" else VARCHAR


def subscript(context: Context, node: Any, scope: Scope) -> Typed:
    """``x[i]``: an array's element, a map's value or a row's field."""
    value = context.expression(node.this, scope)
    index = context.expression(node.expressions[0], scope)
    if value.type.name == "LIST" and index.type.is_integer:
        return Typed(
            context.macro("a_array_subscript({0}, {1})").format(value.sql, index.sql),
            value.type.element,
        )
    if value.type.name == "MAP":
        key = f"CAST({index.sql} AS {value.type.key.sql})"
        return Typed(
            context.macro("a_map_subscript({0}, {1})").format(value.sql, key), value.type.value
        )
    if value.type.name == "STRUCT" and re.fullmatch(r"\d+", str(node.expressions[0].this)):
        place = int(str(node.expressions[0].this))
        if 1 <= place <= len(value.type.items):
            name, kind = value.type.items[place - 1]
            return Typed(f"struct_extract({value.sql}, {text(name)})", kind)
    raise context.error(
        "TYPE_MISMATCH",
        f"Cannot apply operator: {value.type.athena}[{index.type.athena}]",
        node,
    )


def scalar_query(context: Context, node: Any, scope: Scope) -> Typed:
    """A query that gives one value."""
    inner = node.this if isinstance(node, exp.Subquery) and not node.args.get("with_") else node
    query: Query = context.query(inner, scope)
    if len(query.columns) == 1:
        return Typed(f"({query.sql})", query.columns[0].type)
    kind = row_of(*((c.name or "", c.type) for c in query.columns))
    names = [f"c{i}" for i in range(len(query.columns))]
    fields = ", ".join(f"{n} := q.{c}" for (n, _), c in zip(kind.items, names, strict=True))
    sql = f"(SELECT struct_pack({fields}) FROM ({query.sql}) AS q({', '.join(names)}))"
    return Typed(sql, kind)


def exists(context: Context, node: Any, scope: Scope) -> Typed:
    """EXISTS (query)."""
    return Typed(f"EXISTS ({context.query(node.this, scope).sql})", BOOLEAN)


def current_user(_context: Context, _node: Any, _scope: Scope) -> Typed:
    """The user, who has no name here."""
    return Typed("'local'", VARCHAR, "local", constant=True)


def current_catalog(_context: Context, _node: Any, _scope: Scope) -> Typed:
    """The only catalog."""
    return Typed("'awsdatacatalog'", VARCHAR, "awsdatacatalog", constant=True)
