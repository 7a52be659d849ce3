"""Function calls: which overload is meant, and the functions that need more than a template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlglot import exp

from athena_shell.local import (
    dialect_dates,
    dialect_json,
    dialect_lambdas,
    dialect_windows,
    special_functions,
)
from athena_shell.local.dialect import Context, Translator
from athena_shell.local.dialect_intervals import local
from athena_shell.local.errors import EngineError
from athena_shell.local.functions import SCALARS
from athena_shell.local.functions_aggregates import AGGREGATES, WINDOWS
from athena_shell.local.functions_refused import REFUSED
from athena_shell.local.scope import Scope, Typed
from athena_shell.local.types import FLOATS, ZONED, DuckType

SPECIAL: Final[dict[str, Translator]] = {
    **special_functions.SPECIAL,
    **dialect_dates.SPECIAL,
    **dialect_json.SPECIAL,
    **dialect_lambdas.SPECIAL,
}

_LETTERS: Final[dict[str, Callable[[DuckType], bool]]] = {
    "s": lambda kind: kind.name == "VARCHAR",
    "n": lambda kind: kind.is_numeric,
    "i": lambda kind: kind.is_integer,
    "f": lambda kind: kind.is_numeric,
    "D": lambda kind: kind.name == "DECIMAL",
    "F": lambda kind: kind.name == "FLOAT",
    "R": lambda kind: kind.name in FLOATS,
    "A": lambda kind: kind.name == "LIST" and kind.element.name in FLOATS,
    "b": lambda kind: kind.name == "BOOLEAN",
    "a": lambda kind: kind.name == "LIST",
    "m": lambda kind: kind.name == "MAP",
    "r": lambda kind: kind.name == "STRUCT",
    "v": lambda kind: kind.name == "BLOB",
    "d": lambda kind: kind.name == "DATE",
    "t": lambda kind: kind.name == "TIMESTAMP",
    "z": lambda kind: kind.name == ZONED.name,
    "L": lambda kind: kind.is_timed,
    "y": lambda kind: kind.is_interval,
    "T": lambda kind: kind.name == "TIME",
    "j": lambda kind: kind.name in {"JSON", "VARCHAR"},
    "x": lambda kind: True,  # noqa: ARG005 - any type will do
}
_TYPE_OF_NULL: Final = {
    "s": "VARCHAR", "n": "DOUBLE", "i": "BIGINT", "f": "DOUBLE", "b": "BOOLEAN", "v": "BLOB",
    "d": "DATE", "t": "TIMESTAMP", "z": "TIMESTAMPTZ", "L": "TIMESTAMP", "y": "INTERVAL",
    "T": "TIME", "j": "JSON",
}  # fmt: skip


def call(context: Context, node: Any, scope: Scope) -> Typed:
    """Translate a function call."""
    name = str(node.this).lower()
    if name in SPECIAL:
        return SPECIAL[name](context, node, scope)
    if name in AGGREGATES or name in WINDOWS or name == "avg":
        return dialect_windows.window(context, node, scope)
    if name in SCALARS:
        arguments = [context.expression(item, scope) for item in node.expressions]
        return apply(context, name, arguments, node)
    if name in REFUSED or name.startswith("st_"):
        raise context.refuse(f"Function '{name}'", node)
    raise context.error("FUNCTION_NOT_FOUND", f"Function '{name}' not registered", node)


def apply(context: Context, name: str, arguments: list[Typed], node: Any) -> Typed:
    """Return a plain function of arguments that are already translated."""
    template, prepared = choose(context, name, SCALARS[name], arguments, node)
    if "{" not in template and "(" not in template and "'" not in template:
        template = f"{template}({{args}})"
    template = template.replace("{args}", ", ".join(f"{{{i}}}" for i in range(len(prepared))))
    try:
        result = context.typed(template, *prepared)
    except EngineError as error:
        if error.name in {"FUNCTION_NOT_FOUND", "TYPE_MISMATCH"}:
            raise wrong_arguments(context, name, arguments, node) from error
        raise
    return with_zone(context, result, prepared, node)


def choose(
    context: Context,
    name: str,
    overloads: Sequence[tuple[str, str]],
    arguments: list[Typed],
    node: Any,
) -> tuple[str, list[Typed]]:
    """Return the template that takes the arguments, and the arguments as it takes them."""
    for signature, template in overloads:
        letters = spread(signature, len(arguments))
        if letters is not None and all(
            (a.type.name == "NULL" and letter not in "RA") or _LETTERS[letter](a.type)
            for a, letter in zip(arguments, letters, strict=True)
        ):
            prepared = zip(arguments, letters, strict=True)
            return template, [_prepare(a, letter) for a, letter in prepared]
    raise wrong_arguments(context, name, arguments, node)


def wrong_arguments(
    context: Context, name: str, arguments: Sequence[Typed], node: Any
) -> Exception:
    """Return the error for arguments that a function does not take."""
    shown = ", ".join(a.type.athena for a in arguments)
    return context.error(
        "FUNCTION_NOT_FOUND", f"Unexpected parameters ({shown}) for function {name}", node
    )


def spread(signature: str, count: int) -> str | None:
    """Return one letter for each of ``count`` arguments, or ``None`` when they do not fit."""
    if signature.endswith("*"):
        letters = signature[:-2]
        return letters + signature[-2] * (count - len(letters)) if count >= len(letters) else None
    return signature if len(signature) == count else None


def _prepare(argument: Typed, letter: str) -> Typed:
    if argument.type.name == "NULL":
        kind = _TYPE_OF_NULL.get(letter)
        if kind is None:
            return argument
        from athena_shell.local.types import parse_type

        return Typed(f"CAST(NULL AS {kind})", parse_type(kind), None, constant=True)
    if letter == "f" and argument.type.name != "DOUBLE":
        from athena_shell.local.types import DOUBLE

        return Typed(f"CAST({argument.sql} AS DOUBLE)", DOUBLE, None, argument.constant)
    if letter == "L":
        return local(argument)
    return argument


def with_zone(context: Context, result: Typed, arguments: Sequence[Typed], node: Any) -> Typed:
    """Return a result with the time zone that its arguments agree on."""
    if result.type.name != ZONED.name:
        return result
    zones = {a.type.zone for a in arguments if a.type.name == ZONED.name}
    if len(zones) > 1:
        raise context.refuse("A mix of time zones in one value", node)
    zone = zones.pop() if zones else ""
    return result.of(DuckType(ZONED.name, zone=zone))


def trim(context: Context, node: Any, scope: Scope) -> Typed:
    """``trim(both 'x' from y)``, ``trim(y)``."""
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position") or ""), "")
    value = context.expression(node.this, scope)
    if node.expression is None:
        return apply(context, name or "trim", [value], node)
    characters = context.expression(node.expression, scope)
    if not name:
        value = apply(context, "ltrim", [value, characters], node)
    return apply(context, name or "rtrim", [value, characters], node)


def position(context: Context, node: Any, scope: Scope) -> Typed:
    """``position('a' in b)``."""
    whole = context.expression(node.this, scope)
    part = context.expression(node.args["substr"], scope)
    return apply(context, "strpos", [whole, part], node)


def substring(context: Context, node: Any, scope: Scope) -> Typed:
    """``substring(a, 1, 2)``, ``substring(a from 1 for 2)``."""
    items = [node.this, node.args.get("start"), node.args.get("length")]
    arguments = [context.expression(item, scope) for item in items if item is not None]
    return apply(context, "substring", arguments, node)


def normalize(context: Context, node: Any, scope: Scope) -> Typed:
    """``normalize(a)``: only the form that DuckDB has."""
    form = node.args.get("form")
    if form and form.name.upper() != "NFC":
        raise context.refuse(f"normalize with the form {form.name}", node)
    value = context.expression(node.this, scope)
    if value.type.name != "VARCHAR":
        raise wrong_arguments(context, "normalize", [value], node)
    return context.typed("nfc_normalize({0})", value)


def distinct_argument(node: Any) -> tuple[bool, list[Any]]:
    """Return whether an argument list begins with DISTINCT, and its plain items."""
    items = list(node.expressions)
    if len(items) == 1 and isinstance(items[0], exp.Distinct):
        return True, list(items[0].expressions)
    return False, items
