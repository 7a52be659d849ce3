"""Functions of any types: choices, checks, and text made from a format."""

from __future__ import annotations

import re
from typing import Any, Final

from athena_shell.local.dialect import Context, Translator
from athena_shell.local.dialect_casts import to_varchar
from athena_shell.local.dialect_operators import comparison, condition, joined, remainder
from athena_shell.local.dialect_values import coerced, make_row, unify
from athena_shell.local.scope import Scope, Typed
from athena_shell.local.types import FLOATS, INTEGER, NULL, VARCHAR, list_of, map_of, text


def _arguments(context: Context, node: Any, scope: Scope, least: int, most: int) -> list[Typed]:
    items = [context.expression(item, scope) for item in node.expressions]
    if not least <= len(items) <= most:
        from athena_shell.local.dialect_calls import wrong_arguments

        raise wrong_arguments(context, str(node.this).lower(), items, node)
    return items


def coalesce(context: Context, node: Any, scope: Scope) -> Typed:
    """``coalesce(a, b, …)``."""
    items = _arguments(context, node, scope, 2, 1000)
    kind = unify(context, items, node, "All COALESCE operands must be the same type")
    return Typed(f"coalesce({', '.join(coerced(item, kind) for item in items)})", kind)


def nullif(context: Context, node: Any, scope: Scope) -> Typed:
    """``nullif(a, b)``."""
    left, right = _arguments(context, node, scope, 2, 2)
    test = comparison(context, "=", (left, right), node)
    return Typed(f"CASE WHEN {test.sql} THEN NULL ELSE {left.sql} END", left.type)


def if_(context: Context, node: Any, scope: Scope) -> Typed:
    """``if(condition, a, b)`` where the parser takes it for a call."""
    test = condition(context, node.expressions[0], scope)
    items = [context.expression(item, scope) for item in node.expressions[1:]]
    kind = unify(context, items, node, "Result types for IF must be the same")
    last = f" ELSE {coerced(items[1], kind)}" if len(items) > 1 else ""
    return Typed(f"CASE WHEN {test.sql} THEN {coerced(items[0], kind)}{last} END", kind)


def greatest(context: Context, node: Any, scope: Scope) -> Typed:
    """``greatest(…)`` or ``least(…)``, missing when any argument is."""
    name = str(node.this).lower()
    items = _arguments(context, node, scope, 1, 1000)
    kind = unify(context, items, node, f"All {name} arguments must be the same type")
    sides = [coerced(item, kind) for item in items]
    known = " AND ".join(f"{side} IS NOT NULL" for side in sides)
    sql = f"{name}({', '.join(sides)})"
    if kind.name in FLOATS:
        sql = f"a_no_nan({' OR '.join(f'isnan({side})' for side in sides)}, {sql})"
    return Typed(f"CASE WHEN {known} THEN {sql} END", kind)


def concat(context: Context, node: Any, scope: Scope) -> Typed:
    """``concat(a, b, …)``, missing when any argument is."""
    return joined(context, _arguments(context, node, scope, 2, 1000), node)


def row(context: Context, node: Any, scope: Scope) -> Typed:
    """``ROW(…)``."""
    return make_row(_arguments(context, node, scope, 1, 1000))


def try_(context: Context, node: Any, scope: Scope) -> Typed:
    """``try(a)``."""
    outside, context.trying = context.trying, True
    try:
        (value,) = _arguments(context, node, scope, 1, 1)
    finally:
        context.trying = outside
    return Typed(f"TRY({value.sql})", value.type)


def typeof(context: Context, node: Any, scope: Scope) -> Typed:
    """``typeof(a)``, known before the query runs."""
    (value,) = _arguments(context, node, scope, 1, 1)
    name = value.type.athena
    return Typed(text(name), VARCHAR, name, constant=True)


def map_(context: Context, node: Any, scope: Scope) -> Typed:
    """``map(keys, values)``, ``map()``."""
    items = _arguments(context, node, scope, 0, 2)
    if not items:
        return Typed("map([], [])", map_of(NULL, NULL), constant=True)
    if len(items) == 1 or any(item.type.name != "LIST" for item in items):
        from athena_shell.local.dialect_calls import wrong_arguments

        raise wrong_arguments(context, "map", items, node)
    kind = map_of(items[0].type.element, items[1].type.element)
    return Typed(f"map({items[0].sql}, {items[1].sql})", kind)


def array_join(context: Context, node: Any, scope: Scope) -> Typed:
    """``array_join(a, separator[, instead of NULL])``."""
    items = _arguments(context, node, scope, 2, 3)
    if items[0].type.name != "LIST":
        from athena_shell.local.dialect_calls import wrong_arguments

        raise wrong_arguments(context, "array_join", items, node)
    name = "j"
    shown = to_varchar(context, Typed(name, items[0].type.element), node).sql
    if len(items) > 2:  # noqa: PLR2004 - the third argument
        shown = f"coalesce({shown}, {items[2].sql})"
    inner = f"list_transform({items[0].sql}, lambda {name}: {shown})"
    return Typed(f"array_to_string({inner}, {items[1].sql})", VARCHAR)


def zip_(context: Context, node: Any, scope: Scope) -> Typed:
    """``zip(a, b, …)``: rows, as many as the longest array has elements."""
    items = _arguments(context, node, scope, 2, 5)
    names = [f"field{i}" for i in range(len(items))]
    index = "z"
    longest = f"greatest({', '.join(f'len({item.sql})' for item in items)})"
    fields = ", ".join(f"{n} := ({i.sql})[{index}]" for n, i in zip(names, items, strict=True))
    known = " AND ".join(f"{item.sql} IS NOT NULL" for item in items)
    sql = f"list_transform(range(1, {longest} + 1), lambda {index}: struct_pack({fields}))"
    from athena_shell.local.types import row_of

    kind = row_of(*((n, i.type.element) for n, i in zip(names, items, strict=True)))
    return Typed(f"CASE WHEN {known} THEN {sql} END", list_of(kind))


def grouping(context: Context, node: Any, scope: Scope) -> Typed:
    """``grouping(a, b)``."""
    items = ", ".join(context.expression(item, scope).sql for item in node.expressions)
    return Typed(f"CAST(grouping({items}) AS BIGINT)", INTEGER)


_CONVERSION: Final = re.compile(r"%(?:(\d+)\$)?([-,0+ (]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])")


def format_(context: Context, node: Any, scope: Scope) -> Typed:
    """``format('%s', a)``: the conversions that DuckDB can give alike."""
    items = [context.expression(item, scope) for item in node.expressions]
    if not items or items[0].literal is None:
        raise context.refuse("format with a format that is not a literal", node)
    pieces: list[str] = []
    at, following = 0, 1
    for found in _CONVERSION.finditer(items[0].literal):
        pieces.append(text(items[0].literal[at : found.start()]))
        at = found.end()
        if found[5] in "%n":
            pieces.append("'%'" if found[5] == "%" else "chr(10)")
            continue
        index = int(found[1]) if found[1] else following
        following += not found[1]
        if index >= len(items):
            message = f"Format specifier '{found[0]}'"
            raise context.error("INVALID_FUNCTION_ARGUMENT", message, node)
        pieces.append(_formatted(context, found, items[index], node))
    pieces.append(text(items[0].literal[at:]))
    kept = [piece for piece in pieces if piece != "''"] or ["''"]
    return Typed("(" + " || ".join(kept) + ")", VARCHAR)


def _formatted(context: Context, found: re.Match[str], item: Typed, node: Any) -> str:
    flags, width, digits, letter = found[2] or "", found[3] or "", found[4], found[5]
    if letter == "s" and not set(flags) - {"-"}:
        shown = to_varchar(context, item, node).sql
        shown = f"left({shown}, {digits})" if digits else shown
        return (
            f"printf('%{flags}{width}s', coalesce({shown}, 'null'))"
            if width
            else f"coalesce({shown}, 'null')"
        )
    if letter == "d" and item.type.is_integer and not set(flags) - set("-0+,"):
        return _number(f"CAST({item.sql} AS BIGINT)", flags, width, "d")
    numeric = item.type.name in {"DOUBLE", "FLOAT", "DECIMAL"}
    if letter == "f" and numeric and not set(flags) - set("-0+,"):
        # Java rounds the decimal text half up; DuckDB would round the binary value.
        shape = f"DECIMAL(38,{digits or 6})"
        value = item.sql if item.type.name == "DECIMAL" else f"CAST({item.sql} AS VARCHAR)"
        return _number(
            f"CAST(CAST({value} AS {shape}) AS DOUBLE)", flags, width, f".{digits or 6}f"
        )
    if letter in "xX" and item.type.is_integer and not set(flags) - {"0"}:
        return f"printf('%{flags}{width}{letter}', CAST({item.sql} AS BIGINT))"
    raise context.refuse(f"The format '{found[0]}' for {item.type.athena}", node)


def _number(sql: str, flags: str, width: str, kind: str) -> str:
    if "," not in flags:
        return f"printf('%{flags}{width}{kind}', {sql})"
    align = "<" if "-" in flags else ">"
    sign = "+" if "+" in flags else ""
    return f"format('{{:{align}{sign}{'0' if '0' in flags else ''}{width},{kind}}}', {sql})"


def regexp_replace(context: Context, node: Any, scope: Scope) -> Typed:
    """``regexp_replace(a, pattern[, replacement])`` with Java's ``$1``."""
    from sqlglot import exp

    if any(isinstance(item, exp.Lambda) for item in node.expressions):
        raise context.refuse("regexp_replace with a function", node)
    items = _arguments(context, node, scope, 2, 3)
    if any(item.type.name not in {"VARCHAR", "NULL"} for item in items):
        from athena_shell.local.dialect_calls import wrong_arguments

        raise wrong_arguments(context, "regexp_replace", items, node)
    replacement = "''"
    if len(items) == 3:  # noqa: PLR2004 - with a replacement
        if items[2].literal is None:
            raise context.refuse("regexp_replace with a replacement that is not a literal", node)
        replacement = text(_re2_replacement(items[2].literal))
    return Typed(f"regexp_replace({items[0].sql}, {items[1].sql}, {replacement}, 'g')", VARCHAR)


def _re2_replacement(java: str) -> str:
    def part(found: re.Match[str]) -> str:
        if found[1]:
            return "\\" + found[1]
        return "\\\\" if found[2] == "\\" else found[2]

    return re.sub(r"\$(\d)|\\(.)", part, java)


def mod(context: Context, node: Any, scope: Scope) -> Typed:
    """``mod(a, b)``."""
    left, right = _arguments(context, node, scope, 2, 2)
    return remainder(context, left, right, node)


SPECIAL: Final[dict[str, Translator]] = {
    "array_join": array_join,
    "coalesce": coalesce,
    "concat": concat,
    "format": format_,
    "greatest": greatest,
    "grouping": grouping,
    "if": if_,
    "least": greatest,
    "map": map_,
    "mod": mod,
    "nullif": nullif,
    "regexp_replace": regexp_replace,
    "row": row,
    "try": try_,
    "typeof": typeof,
    "zip": zip_,
}
