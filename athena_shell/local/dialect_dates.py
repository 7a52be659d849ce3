# ruff: noqa: E501 - each macro or template is read as one text
"""Functions of dates that depend on a unit, a format or a zone given as text."""

from __future__ import annotations

import re
from typing import Any, Final

from athena_shell.local.date_formats import joda_pattern, mysql_pattern
from athena_shell.local.dialect import Context, Translator
from athena_shell.local.dialect_casts import converted, to_varchar
from athena_shell.local.dialect_intervals import (
    from_local,
    local,
    milliseconds_only,
    shown_at,
    zone_name,
    zone_text,
    zoned,
)
from athena_shell.local.scope import Scope, Typed
from athena_shell.local.types import (
    BIGINT,
    DATE,
    MILLISECONDS,
    TIMESTAMP,
    VARCHAR,
    ZONED,
    local_time_sql,
    text,
)

_UNITS: Final = (
    "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year",
)  # fmt: skip
_DATE_UNITS: Final = _UNITS[4:]


def _arguments(context: Context, node: Any, scope: Scope, *counts: int) -> list[Typed]:
    items = [context.expression(item, scope) for item in node.expressions]
    if len(items) not in counts:
        raise _wrong(context, items, node)
    return items


def _wrong(context: Context, items: list[Typed], node: Any) -> Exception:
    from athena_shell.local.dialect_calls import wrong_arguments

    return wrong_arguments(context, str(node.this).lower(), items, node)


def _unit(context: Context, value: Typed, moment: Typed, node: Any) -> str:
    if value.literal is None:
        raise context.refuse(f"{node.this} with a unit that is not a literal", node)
    unit = value.literal.lower()
    known = _DATE_UNITS if moment.type.name == "DATE" else _UNITS
    if unit not in known:
        kind = "DATE" if moment.type.name == "DATE" else "Timestamp"
        raise context.error(
            "INVALID_FUNCTION_ARGUMENT", f"'{value.literal}' is not a valid {kind} field", node
        )
    return unit


def date_trunc(context: Context, node: Any, scope: Scope) -> Typed:
    """``date_trunc('month', a)``."""
    unit, value = items = _arguments(context, node, scope, 2)
    if not value.type.is_timed:
        raise _wrong(context, items, node)
    sql = f"date_trunc('{_unit(context, unit, value, node)}', {local(value).sql})"
    if value.type.name == "DATE":
        return Typed(f"CAST({sql} AS DATE)", DATE)
    if value.type.name == ZONED.name:
        return Typed(from_local(sql, value.type.zone or "'UTC'"), value.type)
    return Typed(sql, value.type)


def date_add(context: Context, node: Any, scope: Scope) -> Typed:
    """``date_add('day', n, a)``."""
    unit, count, value = items = _arguments(context, node, scope, 3)
    if not value.type.is_timed or not count.type.is_integer:
        raise _wrong(context, items, node)
    name = _unit(context, unit, value, node)
    amount = f"CAST({count.sql} AS BIGINT)"
    step = f"to_{name}s({amount})" if name != "quarter" else f"to_months(3 * {amount})"
    sql = f"({local(value).sql} + {step})"
    if value.type.name == "DATE":
        return Typed(f"CAST({sql} AS DATE)", DATE)
    if value.type.name == ZONED.name:
        return Typed(from_local(sql, value.type.zone or "'UTC'"), value.type)
    return Typed(sql, value.type)


def date_diff(context: Context, node: Any, scope: Scope) -> Typed:
    """``date_diff('day', a, b)``: whole units."""
    unit, start, end = items = _arguments(context, node, scope, 3)
    timed = [item for item in (start, end) if item.type.is_timed]
    if not timed or any(item.type.name != "NULL" for item in (start, end) if item not in timed):
        raise _wrong(context, items, node)
    finer = timed[0] if timed[-1].type.name == "DATE" else timed[-1]
    name = _unit(context, unit, finer, node)
    sides = [f"CAST({local(side).sql} AS TIMESTAMP)" for side in (start, end)]
    return Typed(f"date_sub('{name}', {sides[0]}, {sides[1]})", BIGINT)


def _format(context: Context, value: Typed, node: Any) -> str:
    if value.literal is None:
        raise context.refuse(f"{node.this} with a format that is not a literal", node)
    return value.literal


def date_format(context: Context, node: Any, scope: Scope) -> Typed:
    """``date_format(a, '%Y-%m')`` with MySQL's letters."""
    value, pattern = items = _arguments(context, node, scope, 2)
    if not value.type.is_timed:
        raise _wrong(context, items, node)
    try:
        shape = mysql_pattern(_format(context, pattern, node))
    except ValueError as error:
        raise context.error("INVALID_FUNCTION_ARGUMENT", str(error), node) from error
    # Athena's formats see milliseconds only, also of a timestamp that has more.
    moment = (
        f"date_trunc('milliseconds', {local(value).sql})" if "%f" in shape else local(value).sql
    )
    return Typed(f"strftime({moment}, {text(shape)})", VARCHAR)


def date_parse(context: Context, node: Any, scope: Scope) -> Typed:
    """``date_parse('2020-01', '%Y-%m')``."""
    value, pattern = items = _arguments(context, node, scope, 2)
    if value.type.name not in {"VARCHAR", "NULL"}:
        raise _wrong(context, items, node)
    try:
        shape = mysql_pattern(_format(context, pattern, node))
    except ValueError as error:
        raise context.error("INVALID_FUNCTION_ARGUMENT", str(error), node) from error
    return Typed(context.macro(f"a_date_parse({{0}}, {text(shape)})").format(value.sql), TIMESTAMP)


def format_datetime(context: Context, node: Any, scope: Scope) -> Typed:
    """``format_datetime(a, 'yyyy-MM')`` with Joda's letters."""
    value, pattern = items = _arguments(context, node, scope, 2)
    if not value.type.is_timed:
        raise _wrong(context, items, node)
    written = _format(context, pattern, node)
    shape = joda_pattern(written)
    if shape is None:
        raise context.refuse(f"The date format '{written}'", node)
    zone = (value.type.zone or "'UTC'").strip("'")
    if "Z" in re.sub(r"'[^']*'", "", written) and not re.match(r"UTC$|[+-]\d", zone):
        raise context.refuse(f"The date format '{written}' in a zone with changing offsets", node)
    offset = "+00:00" if zone == "UTC" else zone
    shape = shape.replace("\0ZZZ", zone).replace("\0ZZ", offset)
    shape = shape.replace("\0Z", offset.replace(":", ""))
    return Typed(f"strftime({local(value).sql}, {text(shape)})", VARCHAR)


def parse_datetime(context: Context, node: Any, scope: Scope) -> Typed:
    """``parse_datetime('2020-01', 'yyyy-MM')``: an instant, read in UTC."""
    value, pattern = items = _arguments(context, node, scope, 2)
    if value.type.name not in {"VARCHAR", "NULL"}:
        raise _wrong(context, items, node)
    written = _format(context, pattern, node)
    shape = joda_pattern(written)
    if shape is None or "\0" in shape:
        raise context.refuse(f"The date format '{written}'", node)
    parsed = context.macro(f"a_date_parse({{0}}, {text(shape)})").format(value.sql)
    return Typed(f"timezone('UTC', {parsed})", ZONED)


def at_timezone(context: Context, node: Any, scope: Scope) -> Typed:
    """``at_timezone(a, 'zone')``."""
    value, zone = _arguments(context, node, scope, 2)
    return shown_at(context, value, zone_text(context, zone, node), node)


def with_timezone(context: Context, node: Any, scope: Scope) -> Typed:
    """``with_timezone(timestamp, 'zone')``: the clock of that zone showed the timestamp."""
    value, zone = items = _arguments(context, node, scope, 2)
    if value.type.name != TIMESTAMP.name:
        raise _wrong(context, items, node)
    milliseconds_only(context, value, node)
    name = zone_text(context, zone, node)
    return Typed(from_local(value.sql, name), zoned(name))


def from_unixtime(context: Context, node: Any, scope: Scope) -> Typed:
    """``from_unixtime(n[, zone])``."""
    items = _arguments(context, node, scope, 1, 2, 3)
    if not items[0].type.is_numeric and items[0].type.name != "NULL":
        raise _wrong(context, items, node)
    zone = "'UTC'"
    if len(items) == 2:  # noqa: PLR2004 - with a zone
        zone = zone_text(context, items[1], node)
    elif len(items) > 1:
        raise context.refuse("from_unixtime with an offset", node)
    return Typed(f"a_from_unixtime({items[0].sql})", zoned(zone))


def from_iso8601_timestamp(context: Context, node: Any, scope: Scope) -> Typed:
    """``from_iso8601_timestamp('2020-01-01T00:00:00Z')``."""
    (value,) = items = _arguments(context, node, scope, 1)
    if value.type.name not in {"VARCHAR", "NULL"}:
        raise _wrong(context, items, node)
    if value.literal is not None:
        shape = r"\d{4,}(-\d\d(-\d\d)?)?(T(\d\d(:\d\d(:\d\d([.,]\d+)?)?)?)?(Z|[+-]\d\d(:?\d\d)?)?)?"
        if not re.fullmatch(shape, value.literal):
            message = f'Invalid format: "{value.literal}"'
            raise context.error("INVALID_FUNCTION_ARGUMENT", message, node)
        offset = re.search(r"T.*?([+-]\d\d(:?\d\d)?)$", value.literal)
        zone = zone_name(offset[1]) if offset else "UTC"
        return Typed(f"a_iso_instant({value.sql})", zoned(text(zone)))
    return Typed(context.macro("a_iso_zoned({0})").format(value.sql), ZONED)


def to_iso8601(context: Context, node: Any, scope: Scope) -> Typed:
    """``to_iso8601(a)``."""
    (value,) = items = _arguments(context, node, scope, 1)
    if value.type.name == "DATE":
        return Typed(f"CAST({value.sql} AS VARCHAR)", VARCHAR)
    if not value.type.is_timed:
        raise _wrong(context, items, node)
    shape = "%Y-%m-%dT%H:%M:%S.%g"
    if value.type.name == TIMESTAMP.name:
        if value.type.parameters > (MILLISECONDS,):
            shown = to_varchar(context, value, node).sql
            return Typed(f"replace({shown}, ' ', 'T')", VARCHAR)
        return Typed(f"strftime({value.sql}, '{shape}')", VARCHAR)
    zone = value.type.zone or "'UTC'"
    local_sql = local_time_sql(value.sql, zone)
    if zone == "'UTC'":
        return Typed(f"strftime({local_sql}, '{shape}Z')", VARCHAR)
    if re.fullmatch(r"'[+-]\d\d:\d\d'", zone):
        return Typed(f"strftime({local_sql}, '{shape}') || {zone}", VARCHAR)
    minutes = f"date_diff('minute', timezone('UTC', {value.sql}), {local_sql})"
    return Typed(f"strftime({local_sql}, '{shape}') || a_offset_text({minutes})", VARCHAR)


def date(context: Context, node: Any, scope: Scope) -> Typed:
    """``date(a)``: a cast."""
    (value,) = _arguments(context, node, scope, 1)
    return converted(context, value, DATE, node)


def current_timestamp(context: Context, node: Any, scope: Scope) -> Typed:
    """``current_timestamp(3)``: with a precision."""
    items = _arguments(context, node, scope, 0, 1)
    if items and str(node.expressions[0].this) != str(MILLISECONDS):
        raise context.refuse("A clock with other than milliseconds", node)
    return Typed("a_now()", ZONED)


def sequence(context: Context, node: Any, scope: Scope) -> Typed:
    """``sequence(a, b[, step])`` of integers, dates or timestamps; both ends included."""
    from athena_shell.local.types import list_of, simple

    items = _arguments(context, node, scope, 2, 3)
    start, stop = items[:2]
    if start.type.is_integer and stop.type.is_integer:
        step = f"CAST({items[2].sql} AS BIGINT)" if items[2:] else "NULL"
        template = f"a_sequence(CAST({{0}} AS BIGINT), CAST({{1}} AS BIGINT), {step})"
        sql = context.macro(template).format(start.sql, stop.sql)
        whole = simple("BIGINT" if "BIGINT" in {i.type.name for i in items} else "INTEGER")
        kind = list_of(whole)
        return Typed(sql if whole == BIGINT else f"CAST({sql} AS {kind.sql})", kind)
    if not start.type.is_timed or start.type.name != stop.type.name:
        raise _wrong(context, items, node)
    if len(items) == 2:  # noqa: PLR2004 - without a step
        if start.type.name != "DATE":
            raise _wrong(context, items, node)
        step = f"CASE WHEN {start.sql} <= {stop.sql} THEN INTERVAL 1 DAY ELSE INTERVAL (-1) DAY END"
    else:
        step = items[2].sql
    name = "q"
    sides = [f"CAST({local(side).sql} AS TIMESTAMP)" for side in (start, stop)]
    sql = f"generate_series({sides[0]}, {sides[1]}, {step})"
    if start.type.name == "DATE":
        sql = f"list_transform({sql}, lambda {name}: CAST({name} AS DATE))"
    elif start.type.name == ZONED.name:
        sql = f"list_transform({sql}, lambda {name}: timezone({start.type.zone or text('UTC')}, {name}))"
    return Typed(sql, list_of(start.type))


def timezone_part(context: Context, node: Any, scope: Scope) -> Typed:
    """``timezone_hour(a)`` and ``timezone_minute(a)``."""
    (value,) = items = _arguments(context, node, scope, 1)
    if value.type.name != ZONED.name:
        raise _wrong(context, items, node)
    minutes = f"date_diff('minute', timezone('UTC', {value.sql}), {local(value).sql})"
    part = f"{minutes} // 60" if str(node.this).lower() == "timezone_hour" else f"{minutes} % 60"
    return Typed(f"CAST({part} AS BIGINT)", BIGINT)


SPECIAL: Final[dict[str, Translator]] = {
    "at_timezone": at_timezone,
    "current_timestamp": current_timestamp,
    "date": date,
    "date_add": date_add,
    "date_diff": date_diff,
    "date_format": date_format,
    "date_parse": date_parse,
    "date_trunc": date_trunc,
    "format_datetime": format_datetime,
    "from_iso8601_timestamp": from_iso8601_timestamp,
    "from_unixtime": from_unixtime,
    "parse_datetime": parse_datetime,
    "sequence": sequence,
    "timezone_hour": timezone_part,
    "timezone_minute": timezone_part,
    "to_iso8601": to_iso8601,
    "with_timezone": with_timezone,
}

DATE_MACROS: Final = r"""
a_date_parse(s, p) AS CASE WHEN try_strptime(s, p) IS NOT NULL THEN date_trunc('milliseconds', try_strptime(s, p))
    WHEN s IS NOT NULL THEN a_fail('INVALID_FUNCTION_ARGUMENT|Invalid format: "' || s || '"', TIMESTAMP '2000-01-01 00:00:00') END;
a_offset_text(m) AS CASE WHEN m < 0 THEN '-' ELSE '+' END || lpad(CAST(abs(m) // 60 AS VARCHAR), 2, '0')
    || ':' || lpad(CAST(abs(m) % 60 AS VARCHAR), 2, '0');
a_sequence(a, b, s) AS CASE
    WHEN s = 0 THEN a_fail('INVALID_FUNCTION_ARGUMENT|step must not be zero', [a])
    WHEN s > 0 AND b < a OR s < 0 AND b > a THEN a_fail(
        'INVALID_FUNCTION_ARGUMENT|sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start', [a])
    ELSE generate_series(a, b, coalesce(s, CASE WHEN a <= b THEN 1 ELSE -1 END)) END;
"""
