"""Functions that take a lambda."""

from __future__ import annotations

from typing import Any, Final

from sqlglot import exp

from athena_shell.local.dialect import Context, Translator
from athena_shell.local.dialect_values import coerced, unify
from athena_shell.local.scope import Scope, Typed
from athena_shell.local.types import BOOLEAN, INTEGER, NULL, DuckType, list_of, map_of


def _parts(
    context: Context, node: Any, scope: Scope, plain: int, lambdas: int
) -> tuple[list[Typed], list[Any]]:
    from athena_shell.local.dialect_calls import wrong_arguments

    values = [context.expression(item, scope) for item in node.expressions[:plain]]
    functions = node.expressions[plain:]
    if len(functions) != lambdas or not all(isinstance(f, exp.Lambda) for f in functions):
        raise wrong_arguments(context, str(node.this).lower(), values, node)
    return [_with_elements(value) for value in values], functions


def _with_elements(value: Typed) -> Typed:
    # DuckDB cannot bind a lambda to the elements of an array that has no type for them.
    if value.type != list_of(NULL):
        return value
    return Typed(f"CAST({value.sql} AS INTEGER[])", list_of(INTEGER))


def _body(context: Context, function: Any, parameters: list[Typed], scope: Scope) -> Typed:
    names = [parameter.name.lower() for parameter in function.expressions]
    if len(names) != len(parameters):
        raise context.error(
            "TYPE_MISMATCH",
            f"Expected a lambda that takes {len(parameters)} argument(s) but got {len(names)}",
            function,
        )
    inner = scope.within_lambda(dict(zip(names, parameters, strict=True)))
    return context.expression(function.this, inner)


def _need(context: Context, value: Typed, name: str, node: Any) -> None:
    if value.type.name != name:
        from athena_shell.local.dialect_calls import wrong_arguments

        raise wrong_arguments(context, str(node.this).lower(), [value], node)


def transform(context: Context, node: Any, scope: Scope) -> Typed:
    """``transform(a, x -> …)``."""
    (array,), (function,) = _parts(context, node, scope, 1, 1)
    _need(context, array, "LIST", node)
    name = f"l{scope.depth}"
    body = _body(context, function, [Typed(name, array.type.element)], scope)
    return Typed(f"list_transform({array.sql}, lambda {name}: {body.sql})", list_of(body.type))


def filter_(context: Context, node: Any, scope: Scope) -> Typed:
    """``filter(a, x -> …)``."""
    (array,), (function,) = _parts(context, node, scope, 1, 1)
    _need(context, array, "LIST", node)
    name = f"l{scope.depth}"
    body = _body(context, function, [Typed(name, array.type.element)], scope)
    return Typed(f"list_filter({array.sql}, lambda {name}: {body.sql})", array.type)


def match(context: Context, node: Any, scope: Scope) -> Typed:
    """``any_match``, ``all_match`` and ``none_match``."""
    (array,), (function,) = _parts(context, node, scope, 1, 1)
    _need(context, array, "LIST", node)
    name = f"l{scope.depth}"
    body = _body(context, function, [Typed(name, array.type.element)], scope)
    tests = f"list_transform({array.sql}, lambda {name}: {body.sql})"
    return Typed(f"a_{str(node.this).lower()}({tests})", BOOLEAN)


def reduce(context: Context, node: Any, scope: Scope) -> Typed:
    """``reduce(a, start, (s, x) -> …, s -> …)``."""
    (array, start), (step, finish) = _parts(context, node, scope, 2, 2)
    _need(context, array, "LIST", node)
    one, two = f"l{scope.depth}", f"m{scope.depth}"
    kind, element = start.type, array.type.element
    body = _body(context, step, [Typed(f"{one}.s", kind), Typed(f"{two}.x", element)], scope)
    wider = unify(context, [Typed("", kind), body], node, "Lambda and start must agree")
    if wider != kind:
        kind = wider
        body = _body(context, step, [Typed(f"{one}.s", kind), Typed(f"{two}.x", element)], scope)
    items = f"list_transform({array.sql}, lambda {one}: {_state('NULL', kind, one, element)})"
    first = _state(coerced(start, kind), kind, "NULL", element)
    following = _state(coerced(body, kind), kind, f"{two}.x", element)
    folded = f"list_reduce({items}, lambda {one}, {two}: {following}, {first})"
    result = _body(context, finish, [Typed(f"struct_extract({folded}, 's')", kind)], scope)
    return Typed(f"CASE WHEN {array.sql} IS NOT NULL THEN {result.sql} END", result.type)


def _state(value: str, kind: DuckType, item: str, element: DuckType) -> str:
    return f"struct_pack(s := CAST({value} AS {kind.sql}), x := CAST({item} AS {element.sql}))"


def zip_with(context: Context, node: Any, scope: Scope) -> Typed:
    """``zip_with(a, b, (x, y) -> …)``."""
    (left, right), (function,) = _parts(context, node, scope, 2, 1)
    _need(context, left, "LIST", node)
    _need(context, right, "LIST", node)
    index = f"l{scope.depth}"
    items = [Typed(f"({side.sql})[{index}]", side.type.element) for side in (left, right)]
    body = _body(context, function, items, scope)
    longest = f"greatest(len({left.sql}), len({right.sql}))"
    sql = f"list_transform(range(1, {longest} + 1), lambda {index}: {body.sql})"
    known = f"{left.sql} IS NOT NULL AND {right.sql} IS NOT NULL"
    return Typed(f"CASE WHEN {known} THEN {sql} END", list_of(body.type))


def _entries(context: Context, node: Any, scope: Scope) -> tuple[Typed, str, Typed]:
    (value,), (function,) = _parts(context, node, scope, 1, 1)
    _need(context, value, "MAP", node)
    name = f"l{scope.depth}"
    items = [Typed(f"{name}.key", value.type.key), Typed(f"{name}.value", value.type.value)]
    return value, name, _body(context, function, items, scope)


def map_filter(context: Context, node: Any, scope: Scope) -> Typed:
    """``map_filter(m, (k, v) -> …)``."""
    value, name, body = _entries(context, node, scope)
    sql = f"map_from_entries(list_filter(map_entries({value.sql}), lambda {name}: {body.sql}))"
    return Typed(sql, value.type)


def transform_keys(context: Context, node: Any, scope: Scope) -> Typed:
    """``transform_keys(m, (k, v) -> …)``."""
    value, name, body = _entries(context, node, scope)
    entry = f"struct_pack(k := {body.sql}, v := {name}.value)"
    sql = f"map_from_entries(list_transform(map_entries({value.sql}), lambda {name}: {entry}))"
    return Typed(sql, map_of(body.type, value.type.value))


def transform_values(context: Context, node: Any, scope: Scope) -> Typed:
    """``transform_values(m, (k, v) -> …)``."""
    value, name, body = _entries(context, node, scope)
    entry = f"struct_pack(k := {name}.key, v := {body.sql})"
    sql = f"map_from_entries(list_transform(map_entries({value.sql}), lambda {name}: {entry}))"
    return Typed(sql, map_of(value.type.key, body.type))


def map_zip_with(context: Context, node: Any, scope: Scope) -> Typed:
    """``map_zip_with(m, n, (k, v, w) -> …)``."""
    (left, right), (function,) = _parts(context, node, scope, 2, 1)
    _need(context, left, "MAP", node)
    _need(context, right, "MAP", node)
    name = f"l{scope.depth}"
    items = [
        Typed(name, left.type.key),
        Typed(f"({left.sql})[{name}]", left.type.value),
        Typed(f"({right.sql})[{name}]", right.type.value),
    ]
    body = _body(context, function, items, scope)
    keys = f"a_array_distinct(list_concat(map_keys({left.sql}), map_keys({right.sql})))"
    entry = f"struct_pack(k := {name}, v := {body.sql})"
    sql = f"map_from_entries(list_transform({keys}, lambda {name}: {entry}))"
    known = f"{left.sql} IS NOT NULL AND {right.sql} IS NOT NULL"
    return Typed(f"CASE WHEN {known} THEN {sql} END", map_of(left.type.key, body.type))


def array_sort(context: Context, node: Any, scope: Scope) -> Typed:
    """``array_sort(a)``, or ``array_sort(a, (x, y) -> …)`` with a comparator."""
    if len(node.expressions) > 1:
        return _sorted_by(context, node, scope)
    from athena_shell.local.dialect_calls import apply

    items = [context.expression(item, scope) for item in node.expressions]
    return apply(context, "array_sort", items, node)


def _sorted_by(context: Context, node: Any, scope: Scope) -> Typed:
    """Put each element behind the last one that is not greater, as a stable sort does."""
    (array,), (function,) = _parts(context, node, scope, 1, 1)
    _need(context, array, "LIST", node)
    one, two, each = f"l{scope.depth}", f"m{scope.depth}", f"n{scope.depth}"
    element = array.type.element
    sides = [Typed(each, element), Typed(f"{two}[1]", element)]
    body = _body(context, function, sides, scope)
    if not body.type.is_integer:
        raise context.error("TYPE_MISMATCH", "The comparator must return an integer", node)
    before = f"len(list_filter({one}, lambda {each}: {body.sql} <= 0))"
    inserted = f"list_concat({one}[1:{before}], {two}, {one}[{before} + 1:])"
    singles = f"list_transform({array.sql}, lambda {one}: [{one}])"
    folded = f"list_reduce({singles}, lambda {one}, {two}: {inserted})"
    sql = f"CASE WHEN len({array.sql}) > 0 THEN {folded} ELSE {array.sql} END"
    return Typed(sql, array.type)


def reduce_agg(context: Context, node: Any, scope: Scope) -> Typed:
    """``reduce_agg(x, start, (s, x) -> …, (s, t) -> …)``: the rows are folded one by one."""
    if len(node.expressions) != len(("value", "start", "step", "join")):
        raise context.refuse("reduce_agg with these arguments", node)
    value, start, step, _ = node.expressions
    rows = exp.Filter(
        this=exp.Anonymous(this="array_agg", expressions=[value.copy()]),
        expression=exp.Where(this=exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))),
    )
    same = exp.Lambda(this=exp.to_identifier("s"), expressions=[exp.to_identifier("s")])
    call = exp.Anonymous(this="reduce", expressions=[rows, start.copy(), step.copy(), same])
    call.parent = node.parent
    return context.expression(call, scope)


SPECIAL: Final[dict[str, Translator]] = {
    "all_match": match,
    "any_match": match,
    "array_sort": array_sort,
    "filter": filter_,
    "map_filter": map_filter,
    "map_zip_with": map_zip_with,
    "none_match": match,
    "reduce": reduce,
    "reduce_agg": reduce_agg,
    "transform": transform,
    "transform_keys": transform_keys,
    "transform_values": transform_values,
    "zip_with": zip_with,
}

LAMBDA_MACROS: Final = """
a_any_match(t) AS CASE WHEN t IS NULL THEN NULL WHEN list_contains(t, true) THEN true
    WHEN list_count(t) < len(t) THEN NULL ELSE false END;
a_all_match(t) AS CASE WHEN t IS NULL THEN NULL WHEN list_contains(t, false) THEN false
    WHEN list_count(t) < len(t) THEN NULL ELSE true END;
a_none_match(t) AS NOT a_any_match(t);
"""
