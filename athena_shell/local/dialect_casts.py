"""CAST and TRY_CAST."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlglot import exp

from athena_shell.local.dialect import Context, trying_names
from athena_shell.local.dialect_intervals import (
    from_local,
    local,
    milliseconds_only,
    zone_name,
    zoned,
)
from athena_shell.local.errors import EngineError
from athena_shell.local.json_values import json_of
from athena_shell.local.render import render
from athena_shell.local.scope import Scope, Typed
from athena_shell.local.types import (
    DATE,
    JSON,
    MILLISECONDS,
    TIMESTAMP,
    VARCHAR,
    ZONED,
    DuckType,
    list_of,
    map_of,
    parse_type,
    row_of,
    simple,
    text,
)

_ZONED_TEXT: Final = re.compile(
    r"\s*(\d{4,}-\d{1,2}-\d{1,2}(?: \d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d+)?)?)?)\s*"
    r"([+-]\d{1,2}:\d{2}|[A-Za-z][\w/+-]*)?\s*"
)
_MICROSECONDS: Final = 6
_REFUSED_TYPES: Final = {
    "CHAR", "NCHAR", "BPCHAR", "TIMETZ", "IPADDRESS", "HLLSKETCH", "INTERVAL",
}  # fmt: skip


@dataclass(frozen=True)
class _Cast:
    context: Context
    node: Any
    attempt: bool

    def plain(self, value: Typed, target: DuckType) -> Typed:
        word = "TRY_CAST" if self.attempt or self.context.trying else "CAST"
        sql = f"{word}({value.sql} AS {target.sql})"
        return Typed(sql, target, constant=value.constant)

    def macro(self, template: str, value: Typed, target: DuckType) -> Typed:
        if self.attempt:
            template = trying_names(template)
        template = self.context.macro(template)
        return Typed(template.format(value.sql), target, constant=value.constant)

    def refuse(self, value: Typed, target: DuckType) -> EngineError:
        shown = f"Cannot cast {value.type.athena} to {target.athena}"
        return self.context.error("TYPE_MISMATCH", shown, self.node)


def cast(context: Context, node: Any, scope: Scope) -> Typed:
    """``CAST(a AS type)``, ``DATE '2020-01-01'``."""
    target = type_of(context, node.args["to"], node)
    if isinstance(node.this, exp.Literal) and node.this.is_string:
        constant = _literal(context, str(node.this.this), target, node)
        if constant is not None:
            return constant
    return converted(context, context.expression(node.this, scope), target, node)


def try_cast(context: Context, node: Any, scope: Scope) -> Typed:
    """``TRY_CAST(a AS type)``: NULL where CAST would fail."""
    target = type_of(context, node.args["to"], node)
    value = context.expression(node.this, scope)
    return converted(context, value, target, node, attempt=True)


def type_of(context: Context, data_type: Any, node: Any) -> DuckType:
    """Return the type that a tree of sqlglot's names."""
    name = data_type.this.name if hasattr(data_type.this, "name") else ""
    if isinstance(data_type.this, exp.Interval) or name in _REFUSED_TYPES:
        raise context.refuse(f"The type {data_type.sql('trino').lower()}", node)
    if name == "USERDEFINED":
        shown = data_type.sql("trino").lower()
        raise context.error("TYPE_NOT_FOUND", f"Unknown type: {shown}", node)
    items = data_type.expressions
    if name in {"STRUCT", "ARRAY", "MAP"}:
        return _nested_type(context, name, items, node)
    try:
        kind = parse_type(data_type.sql("trino"))
    except ValueError:
        shown = data_type.sql("trino")
        raise context.error("TYPE_NOT_FOUND", f"Unknown type: {shown}", node) from None
    if kind.name in {"TIMESTAMP", "TIMESTAMP WITH TIME ZONE"} and items:
        if not str(items[0].this.this).isdigit():
            raise context.error("TYPE_NOT_FOUND", f"Unknown type: {data_type.sql('trino')}", node)
        return replace(kind, parameters=(int(str(items[0].this.this)),))
    return kind


def _nested_type(context: Context, name: str, items: list[Any], node: Any) -> DuckType:
    if name == "STRUCT":
        fields = [
            (item.name, item.args["kind"]) if isinstance(item, exp.ColumnDef) else ("", item)
            for item in items
        ]
        return row_of(*((field, type_of(context, kind, node)) for field, kind in fields))
    kinds = [type_of(context, item, node) for item in items]
    if len(kinds) != {"ARRAY": 1, "MAP": 2}[name]:
        raise context.error("TYPE_NOT_FOUND", f"Unknown type: {name.lower()}", node)
    return list_of(kinds[0]) if name == "ARRAY" else map_of(kinds[0], kinds[1])


def _literal(context: Context, value: str, target: DuckType, node: Any) -> Typed | None:
    if target.name in {TIMESTAMP.name, ZONED.name}:
        return _moment(context, value, target, node)
    if target.name == "DECIMAL" and not node.args["to"].expressions:
        digits = value.strip().lstrip("+-")
        if re.fullmatch(r"\d*\.?\d*", digits) and digits not in {"", "."}:
            whole, _, fraction = digits.partition(".")
            width = max(1, len(whole.lstrip("0")) + len(fraction))
            kind = simple("DECIMAL", width, len(fraction))
            return Typed(f"CAST({text(value)} AS {kind.sql})", kind, constant=True)
    if target.name == "DATE":
        found = re.fullmatch(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*", value)
        if found is None:
            message = f"Value cannot be cast to date: {value}"
            raise context.error("INVALID_CAST_ARGUMENT", message, node)
        return Typed(f"CAST({text(value.strip())} AS DATE)", DATE, constant=True)
    return None


def _moment(context: Context, value: str, target: DuckType, node: Any) -> Typed:
    found = _ZONED_TEXT.fullmatch(value)
    if found is None:
        message = f"Value cannot be cast to {target.athena.split('(')[0]}: {value}"
        raise context.error("INVALID_CAST_ARGUMENT", message, node)
    fraction = found[1].partition(".")[2]
    moment = found[1] if found[1].count(":") != 1 else f"{found[1]}:00"
    plain = f"CAST({text(moment)} AS TIMESTAMP)"
    if max(len(fraction), *target.parameters, 0) > _MICROSECONDS:
        raise context.refuse("A timestamp with more than microseconds", node)
    if found[2] is None and target.name == TIMESTAMP.name:
        explicit = target.parameters or (min(len(fraction), MILLISECONDS),)
        exact = Typed(plain, replace(TIMESTAMP, parameters=explicit), constant=True)
        return _rounded(exact, explicit[0]) if explicit[0] < len(fraction) else exact
    if len(fraction) > MILLISECONDS:
        raise context.refuse("A time zone with more than milliseconds", node)
    zone = text(zone_name(found[2] or "UTC"))
    return Typed(from_local(plain, zone), zoned(zone), constant=True)


def converted(
    context: Context, value: Typed, target: DuckType, node: Any, *, attempt: bool = False
) -> Typed:
    """Return a value cast to a type."""
    return _convert(_Cast(context, node, attempt), value, target)


def _convert(how: _Cast, value: Typed, target: DuckType) -> Typed:
    if value.type.name == "NULL":
        return Typed(f"CAST(NULL AS {target.sql})", target, None, constant=True)
    if value.type.name == "JSON" and target.name != "JSON":
        return _from_json(how, value, target)
    if target.name == "VARCHAR":
        return _limited(how, value, target)
    converter = _CONVERTERS.get(target.name)
    if converter is not None:
        return converter(how, value, target)
    if value.type.name == target.name:
        return value
    if target.name == "UUID" and value.type.name == "VARCHAR":
        return how.plain(value, target)
    raise how.refuse(value, target)


def _limited(how: _Cast, value: Typed, target: DuckType) -> Typed:
    shown = to_varchar(how.context, value, how.node, attempt=how.attempt)
    if not target.parameters:
        return Typed(shown.sql, VARCHAR, shown.literal, shown.constant)
    return Typed(f"left({shown.sql}, {target.parameters[0]})", target, None, shown.constant)


def to_varchar(context: Context, value: Typed, node: Any, *, attempt: bool = False) -> Typed:
    """Return a value as CAST to varchar writes it."""
    how = _Cast(context, node, attempt)
    name = value.type.name
    if name == "VARCHAR":
        return value
    if name == "NULL":
        return Typed("CAST(NULL AS VARCHAR)", VARCHAR, None, constant=True)
    if name == "JSON":
        return how.macro("a_json_text({0})", value, VARCHAR)
    if name in {"LIST", "MAP", "STRUCT", "BLOB"}:
        raise how.refuse(value, VARCHAR)
    if name == "TIMESTAMP" and value.type.parameters:
        digits = value.type.parameters[0]
        shape = "%Y-%m-%d %H:%M:%S" + (".%f" if digits else "")
        shown = f"strftime({value.sql}, '{shape}')"
        return Typed(f"left({shown}, -{6 - digits})" if 0 < digits < 6 else shown, VARCHAR)  # noqa: PLR2004 - digits of a microsecond
    return Typed(render(value.sql, value.type), VARCHAR, None, value.constant)


def _to_integer(how: _Cast, value: Typed, target: DuckType) -> Typed:
    name = value.type.name
    if name == "VARCHAR":
        checked = how.macro(f"a_to_integer({{0}}, '{target.athena}')", value, VARCHAR)
        return how.plain(checked, target)
    if name in {"DOUBLE", "FLOAT"}:
        checked = how.macro(f"a_whole({{0}}, '{target.athena}')", value, simple("DOUBLE"))
        return how.plain(checked, target)
    if value.type.is_numeric or name == "BOOLEAN":
        return how.plain(value, target)
    raise how.refuse(value, target)


def _to_float(how: _Cast, value: Typed, target: DuckType) -> Typed:
    if value.type.is_numeric or value.type.name in {"BOOLEAN", "VARCHAR"}:
        return how.plain(value, target)
    raise how.refuse(value, target)


def _to_boolean(how: _Cast, value: Typed, target: DuckType) -> Typed:
    if value.type.name == "VARCHAR":
        return how.macro("a_to_boolean({0})", value, target)
    if value.type.is_numeric:
        return Typed(f"({value.sql} <> 0)", target)
    if value.type.name == "BOOLEAN":
        return value
    raise how.refuse(value, target)


def _to_date(how: _Cast, value: Typed, target: DuckType) -> Typed:
    if value.type.name == "VARCHAR":
        return how.macro("a_to_date({0})", value, target)
    if value.type.is_timed:
        return how.plain(local(value), target)
    raise how.refuse(value, target)


def _to_timestamp(how: _Cast, value: Typed, target: DuckType) -> Typed:
    digits = (target.parameters or (MILLISECONDS,))[0]
    if digits > _MICROSECONDS:
        raise how.context.refuse("A timestamp with more than microseconds", how.node)
    if value.type.name == "VARCHAR":
        return _rounded(how.macro("a_to_timestamp({0})", value, target), digits)
    if value.type.is_timed:
        known = (value.type.parameters or (MILLISECONDS,))[0] if value.type.name != "DATE" else 0
        result = how.plain(local(value), target)
        return _rounded(result, digits) if known > digits else result
    raise how.refuse(value, target)


def _rounded(value: Typed, digits: int) -> Typed:
    """Return a timestamp with so many digits of a second; halves are rounded up."""
    unit = 10 ** (_MICROSECONDS - digits)
    template = "time_bucket(INTERVAL '{} us', {} + INTERVAL '{} us', TIMESTAMP '1970-01-01')"
    sql = template.format(unit, value.sql, unit // 2)
    return Typed(sql, value.type, constant=value.constant)


def _to_zoned(how: _Cast, value: Typed, _target: DuckType) -> Typed:
    if value.type.name == "VARCHAR":
        clock = how.macro("a_to_timestamp(a_without_utc({0}))", value, TIMESTAMP)
        return Typed(f"timezone('UTC', {_rounded(clock, MILLISECONDS).sql})", ZONED)
    if value.type.name == ZONED.name:
        return value
    if value.type.is_timed:
        if value.type.name == TIMESTAMP.name:
            milliseconds_only(how.context, value, how.node)
        return Typed(f"timezone('UTC', CAST({value.sql} AS TIMESTAMP))", ZONED)
    raise how.refuse(value, ZONED)


def _to_time(how: _Cast, value: Typed, target: DuckType) -> Typed:
    if value.type.name in {"VARCHAR", "TIME", "TIMESTAMP", ZONED.name}:
        return how.plain(local(value), target)
    raise how.refuse(value, target)


def _to_binary(how: _Cast, value: Typed, target: DuckType) -> Typed:
    if value.type.name == "VARCHAR":
        return Typed(f"encode({value.sql})", target, None, value.constant)
    if value.type.name == "BLOB":
        return value
    raise how.refuse(value, target)


def _to_list(how: _Cast, value: Typed, target: DuckType) -> Typed:
    if value.type.name != "LIST":
        raise how.refuse(value, target)
    name = "k"
    inner = _convert(how, Typed(name, value.type.element), target.element)
    if inner.sql == name:
        return value.of(target)
    return Typed(f"list_transform({value.sql}, lambda {name}: {inner.sql})", target)


def _to_map(how: _Cast, value: Typed, target: DuckType) -> Typed:
    if value.type.name != "MAP":
        raise how.refuse(value, target)
    name = "k"
    key = _convert(how, Typed(f"{name}.key", value.type.key), target.key)
    item = _convert(how, Typed(f"{name}.value", value.type.value), target.value)
    entry = f"struct_pack(k := {key.sql}, v := {item.sql})"
    sql = f"map_from_entries(list_transform(map_entries({value.sql}), lambda {name}: {entry}))"
    return Typed(sql, target)


def _to_row(how: _Cast, value: Typed, target: DuckType) -> Typed:
    if value.type.name != "STRUCT" or len(value.type.items) != len(target.items):
        raise how.refuse(value, target)
    fields = []
    for (name, kind), (new_name, new_kind) in zip(value.type.items, target.items, strict=True):
        inner = Typed(f"struct_extract({value.sql}, {text(name)})", kind)
        fields.append(f'"{new_name}" := {_convert(how, inner, new_kind).sql}')
    packed = f"struct_pack({', '.join(fields)})"
    return Typed(f"CASE WHEN {value.sql} IS NOT NULL THEN {packed} END", target)


def _to_json(how: _Cast, value: Typed, _target: DuckType) -> Typed:
    sql = json_of(how.context, how.node, value.sql, value.type)
    return Typed(sql, JSON, None, value.constant)


def _from_json(how: _Cast, value: Typed, target: DuckType) -> Typed:
    if target.name == "VARCHAR":
        return _limited(how, value, target)
    if target.name in {"DATE", "TIMESTAMP", ZONED.name, "TIME", "BLOB", "UUID"}:
        raise how.refuse(value, target)
    return how.plain(value, target)


_Converter = Callable[[_Cast, Typed, DuckType], Typed]


def _to_decimal(how: _Cast, value: Typed, target: DuckType) -> Typed:
    if value.type.is_numeric or value.type.name in {"VARCHAR", "BOOLEAN"}:
        return how.plain(value, target)
    raise how.refuse(value, target)


_CONVERTERS: Final[dict[str, _Converter]] = {
    "TINYINT": _to_integer,
    "SMALLINT": _to_integer,
    "INTEGER": _to_integer,
    "BIGINT": _to_integer,
    "FLOAT": _to_float,
    "DOUBLE": _to_float,
    "DECIMAL": _to_decimal,
    "BOOLEAN": _to_boolean,
    "DATE": _to_date,
    "TIMESTAMP": _to_timestamp,
    "TIMESTAMP WITH TIME ZONE": _to_zoned,
    "TIME": _to_time,
    "BLOB": _to_binary,
    "LIST": _to_list,
    "MAP": _to_map,
    "STRUCT": _to_row,
    "JSON": _to_json,
}
