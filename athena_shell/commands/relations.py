"""What the catalog tells of tables and views, as rows and as lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from athena_shell.core.model import Row, Table
from athena_shell.query.cost import format_bytes

if TYPE_CHECKING:
    from athena_shell.athena.sizes import TableSize

NUMBERS: Final = frozenset({"columns", "bytes", "rows"})
"""The columns that hold numbers."""
_EXTENDED: Final = ("description", "bytes", "rows", "location")
_BYTES: Final = ("totalSize", "sizeKey")
"""Hive's name for the size of a table's files, and that of Glue's crawlers."""
_ROWS: Final = ("numRows", "recordCount")
"""Likewise the number of its rows."""
_TITLES: Final[Mapping[str, str]] = {
    "comment": "description",
    "location": "location",
    "serde.serialization.lib": "SerDe",
    "inputformat": "input format",
    "outputformat": "output format",
    "classification": "classification",
}
"""Parameters that every table may have, with their titles; the others follow by their names."""


def relations(
    tables: Iterable[Table], *, databases: bool, extended: bool
) -> tuple[Sequence[str], Sequence[Row]]:
    """Return the names and the rows of a list of tables.

    Args:
        tables: from the catalog.
        databases: whether to tell each table's database.
        extended: whether to tell description, size, rows and place, as far as any is known.
    """
    told = [_told(table) for table in tables]
    names = [*(("database",) if databases else ()), "name", "kind", "columns", "partitioned by"]
    if extended:
        names += [name for name in _EXTENDED if any(each[name] for each in told)]
    return names, [tuple(each[name] for name in names) for each in told]


def _told(table: Table) -> Mapping[str, str | None]:
    known = dict(table.parameters)
    return {
        "database": table.database,
        "name": table.name,
        "kind": kind(table),
        "columns": str(len(table.columns)),
        "partitioned by": ", ".join(column.name for column in table.partition_columns),
        "description": known.get("comment", ""),
        "bytes": _number(known, _BYTES),
        "rows": _number(known, _ROWS),
        "location": known.get("location", ""),
    }


def _number(known: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((known[name] for name in names if known.get(name, "").isdecimal()), None)


def kind(table: Table) -> str:
    """Return ``view`` or ``table``."""
    return "view" if table.is_view else "table"


def is_iceberg(table: Table) -> bool | None:
    """Whether a table is an Iceberg table; ``None`` where the catalog tells nothing of it."""
    parameters = {key.lower(): value for key, value in table.parameters}
    if not parameters:
        return None
    return parameters.get("table_type", "").upper() == "ICEBERG"


def properties(table: Table, size: TableSize | None) -> str:
    """Return what is known of a table besides its columns, a line each.

    Args:
        table: from the catalog.
        size: what its files were measured to be.
    """
    known = dict(table.parameters)
    lines = [("kind", table.kind)]
    if table.created is not None:
        lines.append(("created", table.created.isoformat(" ", "seconds")))
    lines += [(title, known.pop(name)) for name, title in _TITLES.items() if name in known]
    keys = ", ".join(f"{column.name} {column.type}" for column in table.partition_columns)
    if keys:
        lines.append(("partitioned by", keys))
    if size is not None and not table.is_view:
        told = "unknown" if size.size is None else format_bytes(size.size)
        lines.append(("size", f"{told} ({size.how})"))
    lines += known.items()
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in lines)
