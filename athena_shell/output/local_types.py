"""Athena's column types and DuckDB's, in both directions."""

from __future__ import annotations

import re
from typing import Final

from athena_shell.core.model import Column

TEXT: Final = "VARCHAR"
_WIDEST_DECIMAL: Final = 38
_MICROSECONDS: Final = 6

_TO_DUCKDB: Final = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "real": "FLOAT",
    "double": "DOUBLE",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "timestamp with time zone": "TIMESTAMPTZ",
    "json": "JSON",
    "varbinary": "BLOB",
    "binary": "BLOB",
}
_TO_ATHENA: Final = {
    "BOOLEAN": "boolean",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "FLOAT": "real",
    "DOUBLE": "double",
    "DATE": "date",
    "TIME": "time",
    "JSON": "json",
    "BLOB": "varbinary",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
}
_WIDE_INTEGERS: Final = {
    "UTINYINT": 3, "USMALLINT": 5, "UINTEGER": 10, "UBIGINT": 20, "HUGEINT": 38, "UHUGEINT": 39,
}  # fmt: skip
_TIMESTAMPS: Final = {"TIMESTAMP_S": 3, "TIMESTAMP_MS": 3, "TIMESTAMP": 6, "TIMESTAMP_NS": 9}
_DECIMAL: Final = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_NESTED: Final = re.compile(r"\[\d*\]$|^(?:STRUCT|MAP|UNION|VARIANT)\b")


def duckdb_type(column: Column) -> str:
    """Return the type that holds every value of a column exactly, else ``VARCHAR``.

    Athena tells neither the element types of arrays, maps and rows nor quotes their texts, so
    these stay text; a query may cast them, as in ``tags::VARCHAR[]``.
    """
    if column.type == "decimal" and 0 < column.precision <= _WIDEST_DECIMAL:
        return f"DECIMAL({column.precision},{column.scale})"
    return _TO_DUCKDB.get(column.type, TEXT)


def reading(cell: str, kind: str) -> str:
    """Return the expression that reads Athena's text of a type; NULL where it does not read."""
    if kind == "BLOB":
        digits = f"replace({cell}, ' ', '')"
        return f"CASE WHEN length({digits}) % 2 = 0 THEN try(unhex({digits})) END"
    if kind == "TIMESTAMPTZ":  # Athena parts an offset from the time by a blank, DuckDB does not
        return f"try_cast(regexp_replace({cell}, ' ([+-])', '\\1') AS {kind})"
    return f"try_cast({cell} AS {kind})"


def is_exact(cell: str, kind: str) -> str:
    """Return the condition under which ``reading`` loses nothing of a text that it reads."""
    read = f"{reading(cell, kind)} IS NOT NULL"
    if kind in {"TIME", "TIMESTAMP", "TIMESTAMPTZ"}:
        return f"({read} AND NOT regexp_matches({cell}, '\\.\\d{{{_MICROSECONDS + 1},}}'))"
    return read


def athena_column(name: str, kind: str) -> Column:
    """Return the column that a result of DuckDB becomes."""
    if found := _DECIMAL.fullmatch(kind):
        return Column(name, "decimal", int(found[1]), int(found[2]))
    if kind in _WIDE_INTEGERS:
        return Column(name, "decimal", _WIDE_INTEGERS[kind])
    if kind in _TIMESTAMPS:
        return Column(name, "timestamp", _TIMESTAMPS[kind])
    if _NESTED.search(kind):
        return Column(name, "json")
    return Column(name, _TO_ATHENA.get(kind, "varchar"))


def writing(cell: str, kind: str) -> str:
    """Return the expression that writes a value of DuckDB as Athena would."""
    if _NESTED.search(kind):  # JSON quotes, so it can be read again
        return f"to_json({cell})::{TEXT}"
    if kind == "BLOB":
        return f"trim(regexp_replace(lower(hex({cell})), '(..)', '\\1 ', 'g'))"
    if kind in {"FLOAT", "DOUBLE"}:
        infinite = f"WHEN isinf({cell}) THEN if({cell} > 0, 'Infinity', '-Infinity')"
        return f"CASE WHEN isnan({cell}) THEN 'NaN' {infinite} ELSE {cell}::{TEXT} END"
    if kind in _TIMESTAMPS or kind == "TIME":
        return _three_places(f"{cell}::{TEXT}")
    if kind == "TIMESTAMP WITH TIME ZONE":  # the instant is all that DuckDB keeps
        return _three_places(f"({cell} AT TIME ZONE 'UTC')::{TEXT}") + " || ' UTC'"
    return f"{cell}::{TEXT}"


def _three_places(text: str) -> str:
    """Return the expression that fills a moment's fraction up to the three places it has at least.

    ``10:00:00`` → ``10:00:00.000``, ``10:00:00.5`` → ``10:00:00.500``.
    """
    filled = f"if(contains({text}, '.'), {text}, {text} || '.') || '000'"
    cut = f"regexp_replace({filled}, '(\\.\\d{{3}}\\d*?)0{{1,3}}$', '\\1')"
    return f"if(regexp_matches({text}, ':\\d\\d(\\.\\d+)?$'), {cut}, {text})"
