"""The tables of information_schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from athena_shell.local.catalog import VIEW, LakeCatalog
from athena_shell.local.dialect import Relation
from athena_shell.local.scope import OutputColumn
from athena_shell.local.types import BIGINT, VARCHAR, parse_type, text

_CATALOG: Final = "awsdatacatalog"
_Row = tuple[str | int | None, ...]


def _schemata(catalog: LakeCatalog) -> list[_Row]:
    names = [d.name for d in catalog.databases()]
    return [(_CATALOG, name) for name in (*names, "information_schema")]


def _tables(catalog: LakeCatalog) -> list[_Row]:
    return [
        (_CATALOG, d.name, t.name, "VIEW" if t.kind == VIEW else "BASE TABLE")
        for d in catalog.databases()
        for t in catalog.tables(d.name)
    ]


def _columns(catalog: LakeCatalog) -> list[_Row]:
    rows: list[_Row] = []
    for database in catalog.databases():
        for table in catalog.tables(database.name):
            keys = {key.name for key in table.partition_keys}
            for place, column in enumerate(table.all_columns, 1):
                try:
                    kind = parse_type(column.type).athena
                except ValueError:
                    kind = column.type
                extra = "partition key" if column.name in keys else None
                rows.append(
                    (_CATALOG, database.name, table.name, column.name, place, None, "YES", kind,
                     column.comment or None, extra)
                )  # fmt: skip
    return rows


def _views(catalog: LakeCatalog) -> list[_Row]:
    return [
        (_CATALOG, d.name, t.name, t.text)
        for d in catalog.databases()
        for t in catalog.tables(d.name)
        if t.kind == VIEW
    ]


_SHAPES: Final[dict[str, tuple[tuple[str, ...], Callable[[LakeCatalog], list[_Row]]]]] = {
    "schemata": (("catalog_name", "schema_name"), _schemata),
    "tables": (("table_catalog", "table_schema", "table_name", "table_type"), _tables),
    "columns": (
        ("table_catalog", "table_schema", "table_name", "column_name", "ordinal_position",
         "column_default", "is_nullable", "data_type", "comment", "extra_info"),
        _columns,
    ),
    "views": (("table_catalog", "table_schema", "table_name", "view_definition"), _views),
}  # fmt: skip
TABLES: Final = frozenset(_SHAPES)


def information_table(catalog: LakeCatalog, name: str) -> Relation:
    """Return one of the tables of information_schema."""
    names, rows_of = _SHAPES[name]
    columns = tuple(
        OutputColumn(n, n, BIGINT if n == "ordinal_position" else VARCHAR) for n in names
    )
    rows = rows_of(catalog)
    if not rows:
        listed = ", ".join(f"CAST(NULL AS {c.type.sql})" for c in columns)
        return Relation(f"SELECT {listed} WHERE false", columns)
    written = ", ".join("(" + ", ".join(_cell(cell) for cell in row) + ")" for row in rows)
    return Relation(f"VALUES {written}", columns)


def _cell(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return f"CAST({value} AS BIGINT)" if isinstance(value, int) else text(value)
