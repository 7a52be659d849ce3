"""UNNEST of arrays, maps and arrays of rows."""

from __future__ import annotations

from typing import Any

from athena_shell.local.dialect import Context
from athena_shell.local.scope import OutputColumn, Scope, Source, Typed
from athena_shell.local.types import BIGINT, DuckType, quote, text


def unnest(context: Context, node: Any, scope: Scope, side: str) -> str:
    """Return a lateral subquery that gives one row for each element."""
    del side
    alias = node.args.get("alias")
    names = [column.name for column in alias.columns] if alias is not None else []
    offset = node.args.get("offset")
    if offset and not isinstance(offset, bool):
        names.append(offset.name)
    arguments = [context.expression(item, scope) for item in node.expressions]
    inner, outer, columns = _spread(context, arguments, node)
    if offset:
        lengths = ", ".join(_length(argument) for argument in arguments)
        longest = f"greatest({lengths})" if len(arguments) > 1 else lengths
        inner.append(f"unnest(range(1, coalesce({longest}, 0) + 1)) AS n")
        outer.append("n")
        columns.append((None, BIGINT))
    if names and len(names) != len(columns):
        raise context.error(
            "MISMATCHED_COLUMN_ALIASES",
            f"Column alias list has {len(names)} entries but '{alias.name}' has "
            f"{len(columns)} columns available",
            node,
        )
    from athena_shell.local.dialect_queries import renamed

    given = tuple(OutputColumn(name, "", kind) for name, kind in columns)
    new = renamed(given, names)
    name = alias.name if alias is not None and alias.name else context.fresh("unnest")
    scope.sources.append(Source(name, new))
    listed = ", ".join(quote(column.sql_name) for column in new)
    word = "LATERAL " if len(scope.sources) > 1 or scope.parent is not None else ""
    sql = f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)}) AS e"
    return f"{word}({sql}) AS {quote(name)}({listed})"


def _length(argument: Typed) -> str:
    if argument.type.name == "MAP":
        return f"CAST(cardinality({argument.sql}) AS BIGINT)"
    return f"len({argument.sql})"


def _spread(
    context: Context, arguments: list[Typed], node: Any
) -> tuple[list[str], list[str], list[tuple[str | None, DuckType]]]:
    inner: list[str] = []
    outer: list[str] = []
    columns: list[tuple[str | None, DuckType]] = []
    for place, argument in enumerate(arguments):
        item = f"e{place}"
        kind = argument.type
        if kind.name == "MAP":
            inner.append(f"unnest(map_entries({argument.sql})) AS {item}")
            outer += [f"{item}.key", f"{item}.value"]
            columns += [(None, kind.key), (None, kind.value)]
        elif kind.name == "LIST" and kind.element.name == "STRUCT":
            inner.append(f"unnest({argument.sql}) AS {item}")
            for name, of in kind.element.items:
                outer.append(f"struct_extract({item}, {text(name)})")
                columns.append((name, of))
        elif kind.name == "LIST":
            inner.append(f"unnest({argument.sql}) AS {item}")
            outer.append(item)
            columns.append((None, kind.element))
        else:
            raise context.error("TYPE_MISMATCH", f"Cannot unnest type: {kind.athena}", node)
    return inner, outer, columns
