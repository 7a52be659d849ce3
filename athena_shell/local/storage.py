"""Tables of the lake as DuckDB reads them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from athena_shell.local.catalog import LakeCatalog, PartitionEntry, TableEntry
from athena_shell.local.dialect import Pointer, Relation
from athena_shell.local.duck import Duck
from athena_shell.local.errors import EngineError
from athena_shell.local.file_metrics import file_metrics
from athena_shell.local.iceberg_reading import reading
from athena_shell.local.information_schema import TABLES as INFORMATION_TABLES
from athena_shell.local.information_schema import information_table
from athena_shell.local.lake import SCHEME, Lake
from athena_shell.local.metadata_tables import IcebergTable, metadata_table
from athena_shell.local.scope import OutputColumn
from athena_shell.local.snapshots import History, Snapshot, SnapshotLog
from athena_shell.local.time_travel import chosen_snapshot
from athena_shell.local.transforms import read_transforms
from athena_shell.local.types import DuckType, parse_type, quote, text

NULL_PARTITION: Final = "__HIVE_DEFAULT_PARTITION__"


class Storage:
    """Finds tables in the catalog and makes the queries that read their files."""

    def __init__(self, catalog: LakeCatalog, lake: Lake, duck: Duck) -> None:
        self._catalog = catalog
        self._lake = lake
        self._duck = duck

    def has_database(self, name: str) -> bool:
        """Whether there is a database of that name."""
        return name == "information_schema" or self._catalog.database(name) is not None

    def view_database(self, database: str, name: str) -> str:
        """Return the database that a view's own names are in."""
        entry = self._catalog.table(database, name)
        return (entry.search_database if entry is not None else "") or database

    def open_table(
        self,
        database: str,
        name: str,
        chosen: tuple[str, str] | None = None,
        version: Pointer | None = None,
    ) -> Relation | str | None:
        """Return a table, a view's SQL, or ``None``; ``chosen`` leaves partitions out."""
        if database == "information_schema":
            return information_table(self._catalog, name) if name in INFORMATION_TABLES else None
        entry = self._catalog.table(database, name)
        if entry is None:
            return self._hidden(database, name)
        if version is not None:
            return self._versioned(entry, version)
        if entry.format == "view":
            return entry.text
        if chosen is not None:
            entry = replace(entry, partitions=self._chosen(entry, *chosen))
        return self.read(entry)

    def partition_keys(self, database: str, name: str) -> tuple[OutputColumn, ...]:
        """Return the columns that a table's partitions are told apart by."""
        entry = self._catalog.table(database, name)
        return columns_of(entry.partition_keys) if entry is not None else ()

    def _chosen(self, entry: TableEntry, alias: str, test: str) -> tuple[PartitionEntry, ...]:
        keys = columns_of(entry.partition_keys)
        if not entry.partitions:
            return ()
        rows = ", ".join(
            f"({place}, "
            + ", ".join(constant(v, k.type) for v, k in zip(p.values, keys, strict=True))
            + ")"
            for place, p in enumerate(entry.partitions)
        )
        names = ", ".join(quote(name) for name in ("partition place", *(k.sql_name for k in keys)))
        query = (
            f'SELECT "partition place" FROM (VALUES {rows}) AS {quote(alias)}({names}) WHERE {test}'
        )
        try:
            return tuple(entry.partitions[row[0]] for row in self._duck.run(query))
        except EngineError:
            return entry.partitions

    def _versioned(self, entry: TableEntry, version: Pointer) -> Relation:
        if entry.format != "iceberg":
            message = f"{version.place}This connector does not support versioned tables"
            raise EngineError("NOT_SUPPORTED", message)
        value, now = next(self._duck.run(f"SELECT {version.sql}, epoch_ms(now())"))
        name = f"{entry.database}.{entry.name}"
        return self.read(entry, chosen_snapshot(self.history(entry), version, value, now, name))

    def _hidden(self, database: str, name: str) -> Relation | None:
        base, mark, kind = name.partition("$")
        entry = self._catalog.table(database, base) if mark else None
        if entry is None:
            return None
        if entry.format == "iceberg":
            return metadata_table(self._iceberg_table(entry), kind)
        if kind != "partitions" or not entry.partition_keys:
            return None
        columns = columns_of(entry.partition_keys)
        if not entry.partitions:
            return Relation(empty(columns), columns)
        rows = ", ".join(
            "("
            + ", ".join(constant(v, c.type) for v, c in zip(p.values, columns, strict=True))
            + ")"
            for p in entry.partitions
        )
        return Relation(f"VALUES {rows}", columns)

    def _iceberg_table(self, entry: TableEntry) -> IcebergTable:
        transforms = read_transforms(entry.transforms, entry.columns)
        return IcebergTable(
            entry,
            self.history(entry),
            tuple((transform.name, transform.result) for transform in transforms),
            partial(file_metrics, self._duck, self.folder(entry.location), entry.columns),
        )

    def folder(self, location: str) -> Path:
        """Return the directory behind a table's location."""
        return self._lake.path_of(location) if location.startswith(SCHEME) else Path(location)

    def files(self, location: str) -> list[Path]:
        """Return the data files below a location: those not hidden by ``_`` or ``.``."""
        folder = self.folder(location)
        if folder.is_file():
            return [folder]
        return sorted(
            path
            for path in folder.rglob("*")
            if path.is_file()
            and not any(p.startswith(("_", ".")) for p in path.relative_to(folder).parts)
        )

    def read(self, entry: TableEntry, snapshot: Snapshot | None = None) -> Relation:
        """Return the query that reads a table; an Iceberg table also as an older snapshot."""
        if entry.format == "iceberg":
            return self._read_iceberg(entry, snapshot)
        columns = columns_of(entry.all_columns)
        parts: list[str] = []
        size = 0
        for values, files in self._groups(entry):
            size += sum(file.stat().st_size for file in files)
            if files:
                parts.append(self._part(entry, values, files))
        if not parts:
            return Relation(empty(columns), columns, 0)
        return Relation(" UNION ALL ".join(parts), columns, size)

    def history(self, entry: TableEntry) -> History:
        """Return the snapshots of an Iceberg table."""
        return SnapshotLog(self.folder(entry.location)).read()

    def _read_iceberg(self, entry: TableEntry, snapshot: Snapshot | None) -> Relation:
        entries = snapshot.columns if snapshot is not None else entry.columns
        columns = columns_of(entries)
        columns = tuple(replace(column, type=_exact(column.type)) for column in columns)
        history = self.history(entry)
        read = snapshot or history.current
        files = history.files(read) if read is not None else ()
        if read is None or not files:
            return Relation(empty(columns), columns, 0)
        size = sum(file.size for file in files)
        return Relation(reading(self.folder(entry.location), entries, history, read), columns, size)

    def _groups(self, entry: TableEntry) -> Sequence[tuple[tuple[str, ...], list[Path]]]:
        if entry.partition_keys:
            return [(p.values, self.files(p.location)) for p in entry.partitions]
        return [((), self.files(entry.location))]

    def _part(self, entry: TableEntry, values: tuple[str, ...], files: list[Path]) -> str:
        columns = columns_of(entry.columns)
        listed = "[" + ", ".join(text(str(file)) for file in files) + "]"
        selected = READERS[entry.format](entry, columns, listed)
        keys = columns_of(entry.partition_keys)
        constants = [
            f"{constant(value, key.type)} AS {quote(key.sql_name)}"
            for value, key in zip(values, keys, strict=True)
        ]
        if not constants:
            return selected
        return f"SELECT *, {', '.join(constants)} FROM ({selected}) AS f"


def columns_of(entries: Sequence[object]) -> tuple[OutputColumn, ...]:
    """Return a table's columns with their types; EngineError for a type nobody knows."""
    result = []
    for entry in entries:
        name, kind = str(getattr(entry, "name")), str(getattr(entry, "type"))  # noqa: B009 - any entry with these
        try:
            parsed = parse_type(kind)
        except ValueError:
            raise EngineError("HIVE_INVALID_METADATA", f"Unknown type {kind} of {name}") from None
        result.append(OutputColumn(name, name.lower(), parsed))
    return tuple(result)


def _exact(kind: DuckType) -> DuckType:
    # Iceberg keeps microseconds.
    return replace(kind, parameters=(6,)) if kind.name == "TIMESTAMP" else kind


def empty(columns: Sequence[OutputColumn]) -> str:
    """Return a query without rows."""
    listed = ", ".join(f"CAST(NULL AS {c.type.sql}) AS {quote(c.sql_name)}" for c in columns)
    return f"SELECT {listed} WHERE false"


def constant(value: str, kind: DuckType) -> str:
    """Return a partition value as SQL."""
    if value == NULL_PARTITION:
        return f"CAST(NULL AS {kind.sql})"
    return f"CAST({text(value)} AS {kind.sql})"


def _parquet(_entry: TableEntry, columns: tuple[OutputColumn, ...], files: str) -> str:
    listed = ", ".join(
        f"CAST({quote(c.sql_name)} AS {c.type.sql}) AS {quote(c.sql_name)}" for c in columns
    )
    read = f"SELECT * FROM read_parquet({files}, union_by_name = true, hive_partitioning = false)"
    # A column that old files do not have is missing there, as in Hive.
    return f"SELECT {listed} FROM (({empty(columns)}) UNION ALL BY NAME ({read})) AS p"


def _plain_parquet(entry: TableEntry, columns: tuple[OutputColumn, ...], files: str) -> str:
    if entry.options.get("uniform") != "true":
        return _parquet(entry, columns, files)
    listed = ", ".join(quote(c.sql_name) for c in columns)
    return f"SELECT {listed} FROM read_parquet({files}, hive_partitioning = false)"


def _csv(entry: TableEntry, columns: tuple[OutputColumn, ...], files: str) -> str:
    options = entry.options
    names = ", ".join(f"{text(c.sql_name)}: 'VARCHAR'" for c in columns)
    quoted = options.get("quote", "")
    skip = int(options.get("skip", "0") or 0)
    read = (
        f"read_csv({files}, columns = {{{names}}}, header = false, skip = {skip}, "
        "auto_detect = false, "
        f"delim = {text(options.get('delimiter', ','))}, quote = {text(quoted)}, "
        f"escape = {text(options.get('escape', quoted))}, null_padding = true, "
        f"strict_mode = false, nullstr = {text(options.get('null', chr(92) + 'N'))})"
    )
    listed = ", ".join(f"{_cell(c.sql_name, c.type)} AS {quote(c.sql_name)}" for c in columns)
    return f"SELECT {listed} FROM {read}"


def _cell(name: str, kind: DuckType) -> str:
    # Text that is no value of the column's type is missing, as Hive's SerDes have it.
    shielded = _shielded(quote(name))
    return shielded if kind.name == "VARCHAR" else f"TRY_CAST({shielded} AS {kind.sql})"


def _shielded(sql: str) -> str:
    # DuckDB 2.0 moves TRY_CAST of a CSV column into its reader, where it fails like CAST.
    return f"nullif({sql}, chr(0))"


def _json(_entry: TableEntry, columns: tuple[OutputColumn, ...], files: str) -> str:
    names = ", ".join(f"{text(c.sql_name)}: {text(c.type.sql)}" for c in columns)
    return f"SELECT * FROM read_json({files}, columns = {{{names}}}, format = 'newline_delimited')"


def data_reader(form: str, files: str) -> str:
    """Return the table function that reads a person's own files, finding out their columns."""
    sampled = ", sample_size = 50000" if form == "csv" else ""
    return f"read_{form}({files}, union_by_name = true, hive_partitioning = false{sampled})"


def _found(entry: TableEntry, columns: tuple[OutputColumn, ...], files: str) -> str:
    form = entry.format.removeprefix("data_")
    listed = ", ".join(
        f"{_found_column(form, column)} AS {quote(column.sql_name)}" for column in columns
    )
    names = entry.options.get("names")
    renamed = f" AS d({', '.join(map(quote, json.loads(names)))})" if names else ""
    return f"SELECT {listed} FROM {data_reader(form, files)}{renamed}"


def _found_column(form: str, column: OutputColumn) -> str:
    sql = f"CAST({quote(column.sql_name)} AS {column.type.sql})"
    return _shielded(sql) if form == "csv" and column.type.name == "VARCHAR" else sql


READERS: Final = {
    "parquet": _plain_parquet,
    "csv": _csv,
    "json": _json,
    "data_parquet": _found,
    "data_csv": _found,
    "data_json": _found,
}


def partition_values(partition: PartitionEntry, keys: Sequence[str]) -> str:
    """Return ``day=1/hour=2`` for a partition."""
    return "/".join(f"{key}={value}" for key, value in zip(keys, partition.values, strict=True))
