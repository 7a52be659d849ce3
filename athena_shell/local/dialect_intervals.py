"""Moments, intervals and time zones."""

from __future__ import annotations

import re
from typing import Any, Final

from sqlglot import exp

from athena_shell.local.dialect import Context
from athena_shell.local.scope import Scope, Typed
from athena_shell.local.types import (
    DATE,
    INTERVAL,
    MILLISECONDS,
    MONTHS,
    TIMESTAMP,
    ZONED,
    DuckType,
    local_time_sql,
    simple,
    text,
)

_UNITS: Final = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
_MONTH_UNITS: Final = {"YEAR", "MONTH"}
_OFFSET: Final = re.compile(r"([+-])(\d{1,2}):?(\d{2})?")


def zoned(zone: str) -> DuckType:
    """Return the type of timestamps shown in a zone, given as SQL."""
    return DuckType(ZONED.name, zone="" if zone == "'UTC'" else zone)


def local(value: Typed) -> Typed:
    """Return a moment as the clock on the wall shows it: without its zone."""
    if value.type.name != ZONED.name:
        return value
    return Typed(local_time_sql(value.sql, value.type.zone or "'UTC'"), TIMESTAMP)


def milliseconds_only(context: Context, value: Typed, node: Any) -> None:
    """Raise EngineError for a timestamp whose digits a time zone here has no room for."""
    if (value.type.parameters or (MILLISECONDS,))[0] > MILLISECONDS:
        raise context.refuse("A time zone with more than milliseconds", node)


def zone_text(context: Context, zone: Typed, node: Any) -> str:
    """Return SQL of a zone that was given as a value."""
    if zone.type.name != "VARCHAR":
        raise context.error(
            "TYPE_MISMATCH", f"Time zone must be a string (actual: {zone.type.athena})", node
        )
    if zone.literal is None:
        raise context.refuse("A time zone that is not a literal", node)
    return text(zone_name(zone.literal))


def zone_name(name: str) -> str:
    """Return a zone's name as Athena shows it."""
    if name.upper() in {"UTC", "Z", "GMT", "UT", "+00:00", "-00:00", "ETC/UTC"}:
        return "UTC"
    if found := _OFFSET.fullmatch(name):
        return f"{found[1]}{int(found[2]):02}:{found[3] or '00'}"
    return name


def from_local(sql: str, zone: str) -> str:
    """Return SQL of the instant at which the clock of a zone showed a timestamp."""
    if found := _OFFSET.fullmatch(zone.strip("'")):
        sign = "-" if found[1] == "+" else "+"
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return f"timezone('UTC', {sql} {sign} INTERVAL {minutes} MINUTE)"
    return f"timezone({zone}, {sql})"


def at_time_zone(context: Context, node: Any, scope: Scope) -> Typed:
    """``a AT TIME ZONE 'zone'``."""
    value = context.expression(node.this, scope)
    zone = context.expression(node.args["zone"], scope)
    return shown_at(context, value, zone_text(context, zone, node), node)


def shown_at(context: Context, value: Typed, zone: str, node: Any) -> Typed:
    """Return an instant, to be shown in another zone."""
    if value.type.name == TIMESTAMP.name:
        milliseconds_only(context, value, node)
        return Typed(f"timezone('UTC', {value.sql})", zoned(zone))
    if value.type.name != ZONED.name:
        raise context.error(
            "TYPE_MISMATCH",
            "Type of value must be a time or timestamp with or without time zone "
            f"(actual {value.type.athena})",
            node,
        )
    return value.of(zoned(zone))


def interval(context: Context, node: Any, _scope: Scope) -> Typed:
    """``INTERVAL '1' DAY``, ``INTERVAL '1 2' DAY TO HOUR``."""
    unit = node.args.get("unit")
    value = node.this
    sign = ""
    if isinstance(value, exp.Neg):
        sign, value = "-", value.this
    if unit is None or not isinstance(value, exp.Literal):
        raise context.refuse("This kind of interval", node)
    if isinstance(unit, exp.IntervalSpan):
        return _span(context, str(value.this), unit, node)
    name = unit.name.upper().removesuffix("S") if unit.name.upper() != "S" else "SECOND"
    if name not in _UNITS or not re.fullmatch(r"[+-]?\d+(\.\d+)?", str(value.this).strip()):
        raise context.error("INVALID_LITERAL", f"Invalid INTERVAL literal: {value.this}", node)
    kind = MONTHS if name in _MONTH_UNITS else INTERVAL
    return Typed(f"INTERVAL {text(sign + str(value.this).strip())} {name}", kind, constant=True)


def _span(context: Context, value: str, unit: Any, node: Any) -> Typed:
    first, last = unit.this.name.upper(), unit.expression.name.upper()
    if first not in _UNITS or last not in _UNITS:
        raise context.error("SYNTAX_ERROR", "Invalid INTERVAL unit", node)
    names = _UNITS[_UNITS.index(first) : _UNITS.index(last) + 1]
    negative = value.strip().startswith("-")
    parts = re.split(r"[ :-]+", value.strip().lstrip("+-"))
    if len(parts) != len(names) or not all(re.fullmatch(r"\d+(\.\d+)?", p) for p in parts):
        raise context.error("INVALID_LITERAL", f"Invalid INTERVAL literal: {value}", node)
    total = " + ".join(f"INTERVAL '{p}' {n}" for p, n in zip(parts, names, strict=True))
    kind = MONTHS if first in _MONTH_UNITS else INTERVAL
    return Typed(f"({'-' if negative else ''}({total}))", kind, constant=True)


def add_interval(context: Context, pair: tuple[Typed, Typed], operator: str, node: Any) -> Typed:
    """Return a moment, or an interval, plus or minus an interval."""
    left, right = pair
    if left.type.is_interval and not right.type.is_interval and operator == "+":
        left, right = right, left
    sql = f"({left.sql} {operator} {right.sql})"
    kind = left.type
    if kind.is_interval and kind.name == right.type.name:
        return Typed(sql, kind)
    if kind.name == "DATE":
        if right.type.name == "INTERVAL" and _has_time(right.sql):
            raise context.error(
                "INVALID_FUNCTION_ARGUMENT",
                "Cannot add hour, minutes or seconds to a date",
                node,
            )
        return Typed(f"CAST({sql} AS DATE)", DATE)
    if kind.name == ZONED.name:
        zone = kind.zone or "'UTC'"
        shifted = f"({local_time_sql(left.sql, zone)} {operator} {right.sql})"
        by_instant = right.type.name == "INTERVAL"
        return Typed(sql if by_instant else from_local(shifted, zone), kind)
    if kind.name in {"TIMESTAMP", "TIME"} or left.type.name == "NULL":
        return Typed(sql, kind)
    from athena_shell.local.dialect_operators import mismatch

    raise mismatch(context, operator, pair[0], pair[1], node)


def _has_time(sql: str) -> bool:
    return re.search(r"' (HOUR|MINUTE|SECOND)", sql) is not None


def subtract_moments(context: Context, left: Typed, right: Typed, node: Any) -> Typed:
    """Return the time between two moments."""
    if left.type.name == right.type.name == "DATE":
        return Typed(f"to_days(CAST({left.sql} - {right.sql} AS INTEGER))", INTERVAL)
    if left.type.is_timed and right.type.is_timed:
        sides = [
            f"CAST({s.sql} AS TIMESTAMP)" if s.type.name == "DATE" else s.sql for s in (left, right)
        ]
        return Typed(f"({sides[0]} - {sides[1]})", INTERVAL)
    if "NULL" in {left.type.name, right.type.name}:
        return Typed("CAST(NULL AS INTERVAL)", INTERVAL)
    from athena_shell.local.dialect_operators import mismatch

    raise mismatch(context, "-", left, right, node)


_FIELDS: Final = {
    "YEAR": "year", "QUARTER": "quarter", "MONTH": "month", "WEEK": "week", "DAY": "day",
    "DAY_OF_MONTH": "day", "DAY_OF_WEEK": "day_of_week", "DOW": "day_of_week",
    "DAY_OF_YEAR": "day_of_year", "DOY": "day_of_year", "YEAR_OF_WEEK": "year_of_week",
    "YOW": "year_of_week", "HOUR": "hour", "MINUTE": "minute", "SECOND": "second",
    "TIMEZONE_HOUR": "timezone_hour", "TIMEZONE_MINUTE": "timezone_minute",
}  # fmt: skip


def extract(context: Context, node: Any, scope: Scope) -> Typed:
    """``extract(year from a)``."""
    name = _FIELDS.get(node.name.upper())
    if name is None:
        raise context.error("SYNTAX_ERROR", f"Invalid EXTRACT field: {node.name}", node)
    if name.startswith("timezone"):
        return context.expression(exp.Anonymous(this=name, expressions=[node.expression]), scope)
    from athena_shell.local.dialect_calls import apply

    return apply(context, name, [context.expression(node.expression, scope)], node)


def _clock_precision(context: Context, node: Any) -> None:
    if node.this is not None and str(node.this.this) != str(MILLISECONDS):
        raise context.refuse("A clock with other than milliseconds", node)


def current_date(_context: Context, _node: Any, _scope: Scope) -> Typed:
    """Today, in UTC."""
    return Typed("CAST(timezone('UTC', now()) AS DATE)", DATE)


def current_timestamp(context: Context, node: Any, _scope: Scope) -> Typed:
    """The statement's instant."""
    _clock_precision(context, node)
    return Typed("a_now()", ZONED)


def local_timestamp(context: Context, node: Any, _scope: Scope) -> Typed:
    """The statement's instant on a clock of UTC."""
    _clock_precision(context, node)
    return Typed("timezone('UTC', a_now())", TIMESTAMP)


def local_time(_context: Context, _node: Any, _scope: Scope) -> Typed:
    """The time of day on a clock of UTC."""
    return Typed("CAST(timezone('UTC', a_now()) AS TIME)", simple("TIME"))
