"""ALTER TABLE where it changes columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from athena_shell.local.catalog import ColumnEntry, TableEntry
from athena_shell.local.errors import EngineError, unsupported
from athena_shell.local.execution import Execution
from athena_shell.local.iceberg import numbered
from athena_shell.local.statements import Reader
from athena_shell.local.table_clauses import read_column, read_columns
from athena_shell.local.transforms import read_transforms
from athena_shell.local.types import DuckType, parse_type


def _changed(entry: TableEntry, columns: tuple[ColumnEntry, ...]) -> TableEntry:
    # Files from before have other columns than the table now.
    options = {key: value for key, value in entry.options.items() if key != "uniform"}
    changed = replace(entry, columns=columns, options=options)
    return numbered(changed) if entry.format == "iceberg" else changed


def _refuse_taken(entry: TableEntry, name: str) -> None:
    if any(column.name == name for column in entry.all_columns):
        raise EngineError("COLUMN_ALREADY_EXISTS", f"Column '{name}' already exists")


def _place(entry: TableEntry, name: str) -> int:
    for place, column in enumerate(entry.columns):
        if column.name == name:
            return place
    raise EngineError("COLUMN_NOT_FOUND", f"Column '{name}' does not exist")


def add_columns(_execution: Execution, reader: Reader, entry: TableEntry) -> TableEntry:
    """ADD COLUMNS (name type, …)."""
    columns = read_columns(reader)
    reader.end()
    for column in columns:
        _refuse_taken(entry, column.name)
    return _changed(entry, (*entry.columns, *columns))


def replace_columns(_execution: Execution, reader: Reader, entry: TableEntry) -> TableEntry:
    """REPLACE COLUMNS (name type, …)."""
    columns = read_columns(reader)
    reader.end()
    if entry.format == "iceberg":
        raise EngineError("NOT_SUPPORTED", "REPLACE COLUMNS is not supported for Iceberg tables")
    return _changed(entry, columns)


def drop_column(_execution: Execution, reader: Reader, entry: TableEntry) -> TableEntry:
    """DROP COLUMN name, for Iceberg tables."""
    name = reader.name()
    reader.end()
    if entry.format != "iceberg":
        raise EngineError("NOT_SUPPORTED", "DROP COLUMN is only supported for Iceberg tables")
    place = _place(entry, name)
    if len(entry.columns) == 1:
        raise EngineError("NOT_SUPPORTED", "Cannot drop the only column in a table")
    if any(t.column == name for t in read_transforms(entry.transforms, entry.columns)):
        raise EngineError("NOT_SUPPORTED", f"Cannot drop partition field: {name}")
    return _changed(entry, (*entry.columns[:place], *entry.columns[place + 1 :]))


def change_column(_execution: Execution, reader: Reader, entry: TableEntry) -> TableEntry:
    """CHANGE [COLUMN] old new type [COMMENT text] [FIRST | AFTER name]."""
    old = reader.name()
    new = read_column(reader, "FIRST", "AFTER")
    place = _place(entry, old)
    known = entry.columns[place]
    if new.name != old:
        _refuse_taken(entry, new.name)
    others = [*entry.columns[:place], *entry.columns[place + 1 :]]
    if reader.accept("FIRST"):
        place = 0
    elif reader.accept("AFTER"):
        place = _place(replace(entry, columns=tuple(others)), reader.name()) + 1
    reader.end()
    column = replace(new, field=known.field, comment=new.comment or known.comment)
    if entry.format == "iceberg":
        _check_promotion(old, parse_type(known.type), parse_type(new.type))
        entry = _with_source(entry, old, new.name)
    return _changed(entry, (*others[:place], column, *others[place:]))


def _with_source(entry: TableEntry, old: str, new: str) -> TableEntry:
    found = read_transforms(entry.transforms, entry.columns)
    renamed = (replace(t, column=new) if t.column == old else t for t in found)
    return replace(entry, transforms=tuple(transform.text for transform in renamed))


def _check_promotion(name: str, old: DuckType, new: DuckType) -> None:
    if old == new or (old.name, new.name) in {("INTEGER", "BIGINT"), ("FLOAT", "DOUBLE")}:
        return
    if old.name == new.name == "DECIMAL":
        if old.parameters[1] == new.parameters[1] and old.parameters[0] <= new.parameters[0]:
            return
    elif old.name in {"LIST", "MAP", "STRUCT"}:
        raise unsupported("A change of a nested column's type")
    message = f"Cannot change column type: {name}: {old.hive} -> {new.hive}"
    raise EngineError("NOT_SUPPORTED", message)


COLUMN_FORMS: Final[dict[str, Callable[[Execution, Reader, TableEntry], TableEntry]]] = {
    "ADD COLUMNS": add_columns,
    "REPLACE COLUMNS": replace_columns,
    "DROP COLUMN": drop_column,
    "CHANGE COLUMN": change_column,
    "CHANGE": change_column,
}
