"""Values as JSON."""

from __future__ import annotations

from typing import Any

from athena_shell.local.dialect import Context
from athena_shell.local.render import render
from athena_shell.local.scope import Typed
from athena_shell.local.types import FLOATS, DuckType, text


def json_of(context: Context, node: Any, sql: str, kind: DuckType) -> str:
    """Return SQL of a value as JSON."""
    if kind.name in {"JSON", "NULL"}:
        return sql
    if kind.name == "DECIMAL":
        return f"CAST(CAST({sql} AS VARCHAR) AS JSON)"
    if kind.name in FLOATS:
        return f"CAST(a_json_double({sql}) AS JSON)"
    if kind.is_timed:
        return f"to_json({render(sql, kind)})"
    if kind.name in {"LIST", "MAP", "STRUCT"}:
        return _nested_json(context, node, sql, kind)
    return f"to_json({sql})"


def _nested_json(context: Context, node: Any, sql: str, kind: DuckType) -> str:
    from athena_shell.local.dialect_casts import to_varchar

    if kind.name == "LIST":
        item = json_of(context, node, "k", kind.element)
        return f"to_json(list_transform({sql}, lambda k: {item}))"
    if kind.name == "MAP":
        name = "k"
        key = to_varchar(context, Typed(f"{name}.key", kind.key), node).sql
        entry = (
            f"struct_pack(k := {key}, v := {json_of(context, node, f'{name}.value', kind.value)})"
        )
        entries = f"list_sort(list_transform(map_entries({sql}), lambda {name}: {entry}))"
        return f"to_json(map_from_entries({entries}))"
    fields = (
        f"{text(name)}, {json_of(context, node, f'struct_extract({sql}, {text(name)})', of)}"
        for name, of in kind.items
    )
    return f"CASE WHEN {sql} IS NOT NULL THEN json_object({', '.join(fields)}) END"
