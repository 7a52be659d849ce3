"""JSON: paths, literals and the SQL standard's JSON functions."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from sqlglot import exp

from athena_shell.local.dialect import Context, Translator
from athena_shell.local.dialect_casts import converted, type_of
from athena_shell.local.json_values import json_of
from athena_shell.local.scope import Scope, Typed
from athena_shell.local.types import BIGINT, BOOLEAN, JSON, VARCHAR, text

_STEP: Final = re.compile(
    r"\.(?:\"((?:[^\"\\]|\\.)*)\"|([\w$@-]+))|\[\s*(?:(\d+)|\"((?:[^\"\\]|\\.)*)\"|'([^']*)')\s*\]"
)


def duck_path(context: Context, value: Typed, node: Any) -> str:
    """Return a literal JSON path as DuckDB reads it, as SQL."""
    if value.literal is None:
        raise context.refuse("A JSON path that is not a literal", node)
    path = re.sub(r"^\s*lax\s+", "", value.literal).strip()
    if path.startswith("strict"):
        raise context.refuse("A strict JSON path", node)
    if not path.startswith("$"):
        path = "$." + path if not path.startswith("[") else "$" + path
    result, at = "$", 1
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            if re.match(r"\.\.|\.\*|\[\*\]|\?|\.\w+\(", path[at:]):
                raise context.refuse(f"The JSON path {value.literal}", node)
            message = f"Invalid JSON path: '{value.literal}'"
            raise context.error("INVALID_FUNCTION_ARGUMENT", message, node)
        name = next((part for part in (step[1], step[2], step[4], step[5]) if part is not None), "")
        result += f"[{step[3]}]" if step[3] is not None else '."' + name.replace('"', '\\"') + '"'
        at = step.end()
    return text(result)


def _arguments(context: Context, node: Any, scope: Scope, count: int) -> list[Typed]:
    from athena_shell.local.dialect_calls import wrong_arguments

    items = [context.expression(item, scope) for item in node.expressions]
    name = str(node.this).lower()
    if len(items) != count or items[0].type.name not in {"JSON", "VARCHAR", "NULL"}:
        raise wrong_arguments(context, name, items, node)
    return items


def _unseen(value: Typed) -> str:
    """Return SQL of a value whose names may come in any order."""
    return re.sub(r"^([at])_json_parse\(", r"\1_json_unordered(", value.sql)


def json_extract(context: Context, node: Any, scope: Scope) -> Typed:
    """``json_extract(j, '$.a')``."""
    value, path = _arguments(context, node, scope, 2)
    return Typed(f"a_json_extract({value.sql}, {duck_path(context, path, node)})", JSON)


def json_extract_scalar(context: Context, node: Any, scope: Scope) -> Typed:
    """``json_extract_scalar(j, '$.a')``: NULL for objects and arrays."""
    value, path = _arguments(context, node, scope, 2)
    return Typed(f"a_json_scalar({_unseen(value)}, {duck_path(context, path, node)})", VARCHAR)


def json_size(context: Context, node: Any, scope: Scope) -> Typed:
    """``json_size(j, '$.a')``."""
    value, path = _arguments(context, node, scope, 2)
    return Typed(f"a_json_size({_unseen(value)}, {duck_path(context, path, node)})", BIGINT)


def json_parse(context: Context, node: Any, scope: Scope) -> Typed:
    """``json_parse(text)``."""
    (value,) = _arguments(context, node, scope, 1)
    if value.literal is not None:
        return _constant(context, value.literal, node)
    return Typed(context.macro("a_json_parse({0})").format(value.sql), JSON)


def literal(context: Context, node: Any, _scope: Scope) -> Typed:
    """``JSON '{…}'``."""
    return _constant(context, str(node.this.this), node)


def _constant(context: Context, value: str, node: Any) -> Typed:
    try:
        tree = json.loads(value, parse_float=_Number, parse_int=_Number)
    except ValueError:
        if context.trying:
            return Typed("CAST(NULL AS JSON)", JSON)
        message = f"Cannot convert value to JSON: '{value}'"
        raise context.error("INVALID_FUNCTION_ARGUMENT", message, node) from None
    return Typed(f"CAST(a_json_numbers({text(_written(tree))}) AS JSON)", JSON, constant=True)


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def _written(tree: Any) -> str:
    # Trino writes an object's members in the order of their names.
    if isinstance(tree, _Number):
        return str(tree)
    if isinstance(tree, dict):
        members = (f"{json.dumps(k, ensure_ascii=False)}:{_written(tree[k])}" for k in sorted(tree))
        return "{" + ",".join(members) + "}"
    if isinstance(tree, list):
        return "[" + ",".join(map(_written, tree)) + "]"
    return json.dumps(tree, ensure_ascii=False)


def json_object(context: Context, node: Any, scope: Scope) -> Typed:
    """``json_object('a' value 1)``: a string."""
    if node.args.get("null_handling") or node.args.get("unique_keys"):
        raise context.refuse("JSON_OBJECT with these options", node)
    parts = []
    for member in node.expressions:
        if not isinstance(member, exp.JSONKeyValue):
            raise context.refuse("This form of JSON_OBJECT", node)
        key = context.expression(member.this, scope)
        value = context.expression(member.expression, scope)
        parts += [key.sql, json_of(context, node, value.sql, value.type)]
    return Typed(f"CAST(json_object({', '.join(parts)}) AS VARCHAR)", VARCHAR)


def json_value(context: Context, node: Any, scope: Scope) -> Typed:
    """``json_value(j, 'lax $.a' [RETURNING type])``."""
    if node.args.get("on_condition"):
        raise context.refuse("JSON_VALUE with ON ERROR or ON EMPTY", node)
    value = context.expression(node.this, scope)
    path = duck_path(context, context.expression(node.args["path"], scope), node)
    scalar = Typed(f"a_json_scalar({_unseen(value)}, {path})", VARCHAR)
    returning = node.args.get("returning")
    if not returning:
        return scalar
    return converted(context, scalar, type_of(context, returning, node), node, attempt=True)


def json_query(context: Context, node: Any, scope: Scope) -> Typed:
    """``json_query(j, 'lax $.a')``: a string holding JSON; NULL for a scalar."""
    if not node.args.get("json_query") or node.args.get("option") or node.args.get("quote"):
        raise context.refuse("This JSON expression", node)
    value = context.expression(node.this, scope)
    path = duck_path(context, context.expression(node.expression, scope), node)
    found = f"a_json_extract({value.sql}, {path})"
    return Typed(
        f"CASE WHEN json_type({found}) IN ('OBJECT', 'ARRAY') THEN CAST({found} AS VARCHAR) END",
        VARCHAR,
    )


def json_array(context: Context, node: Any, scope: Scope) -> Typed:
    """``json_array(1, 'a')``: a string; missing values are left out."""
    items = [context.expression(item, scope) for item in node.expressions]
    cells = [f"CAST({json_of(context, node, item.sql, item.type)} AS JSON)" for item in items]
    name = "k"
    kept = f"list_filter([{', '.join(cells)}], lambda {name}: {name} IS NOT NULL)"
    return Typed(f"CAST(to_json({kept}) AS VARCHAR)" if cells else "'[]'", VARCHAR)


def json_exists(context: Context, node: Any, scope: Scope) -> Typed:
    """``json_exists(j, 'lax $.a')``."""
    value, path = _arguments(context, node, scope, 2)
    return Typed(f"a_json_exists({_unseen(value)}, {duck_path(context, path, node)})", BOOLEAN)


SPECIAL: Final[dict[str, Translator]] = {
    "json_array": json_array,
    "json_exists": json_exists,
    "json_extract": json_extract,
    "json_extract_scalar": json_extract_scalar,
    "json_parse": json_parse,
    "json_size": json_size,
}
