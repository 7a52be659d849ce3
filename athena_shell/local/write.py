"""Statements that write new files: CREATE TABLE AS, INSERT, UNLOAD."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote
from uuid import uuid4

from athena_shell.local.assignment import assignable, assigned
from athena_shell.local.catalog import PartitionEntry, TableEntry
from athena_shell.local.ddl import column_entries, new_table, text_options
from athena_shell.local.dialect import Query
from athena_shell.local.errors import EngineError, unsupported
from athena_shell.local.execution import Execution, no_result
from athena_shell.local.iceberg import commit, numbered
from athena_shell.local.lake import DATA_BUCKET
from athena_shell.local.result import LocalResult
from athena_shell.local.scope import OutputColumn
from athena_shell.local.statements import Reader
from athena_shell.local.storage import columns_of
from athena_shell.local.transforms import read_transforms
from athena_shell.local.types import DuckType, quote, text

_FORMATS: Final = {"PARQUET": "parquet", "JSON": "json", "TEXTFILE": "csv", "CSV": "csv"}
_SUFFIXES: Final = {"parquet": "parquet", "csv": "csv", "json": "json"}
_KEPT: Final = ("vacuum_", "optimize_", "write_")
_ICEBERG_DIGITS: Final = 6


def copy_options(form: str, options: dict[str, str]) -> str:
    """Return COPY's options for a format."""
    if form == "parquet":
        return "FORMAT parquet, COMPRESSION snappy"
    if form == "json":
        return "FORMAT json"
    null = text(options.get("null", "\\N"))
    quoting = text(options.get("quote", ""))
    return (
        f"FORMAT csv, HEADER false, DELIMITER {text(options.get('delimiter', chr(1)))}, "
        f"QUOTE {quoting}, ESCAPE {text(options.get('escape', ''))}, NULLSTR {null}"
    )


def stored(query: str, columns: Sequence[OutputColumn], kinds: Sequence[DuckType]) -> str:
    """Return a query whose columns have the names and types of a table's."""
    listed = ", ".join(
        f"CAST({quote(f'c{i}')} AS {kind.sql}) AS {quote(column.sql_name)}"
        for i, (column, kind) in enumerate(zip(columns, kinds, strict=True))
    )
    names = ", ".join(quote(f"c{i}") for i in range(len(columns)))
    return f"SELECT {listed} FROM ({query}) AS q({names})"


def write_files(
    execution: Execution, query: str, folder: Path, entry: TableEntry
) -> tuple[int, tuple[Path, ...]]:
    """Write a query's rows into a directory; returns the row count and the new files.

    The files appear whole, under names nobody has seen before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    suffix = _SUFFIXES[entry.format]
    temporary = folder / f".{uuid4().hex}"
    options = copy_options(entry.format, entry.options)
    keys = ", ".join(quote(key.name) for key in entry.partition_keys)
    try:
        if keys:
            options += f", PARTITION_BY ({keys})"
            count = _count(execution, f"COPY ({query}) TO {text(str(temporary))} ({options})")
            return count, _move(temporary, folder, suffix)
        count = _count(execution, f"COPY ({query}) TO {text(str(temporary))} ({options})")
        final = folder / f"{uuid4().hex}.{suffix}"
        temporary.replace(final)
        return count, (final,)
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary, ignore_errors=True)
        else:
            temporary.unlink(missing_ok=True)


def _count(execution: Execution, sql: str) -> int:
    return int(next(iter(execution.run(sql)))[0])


def _move(temporary: Path, folder: Path, suffix: str) -> tuple[Path, ...]:
    moved = []
    for path in sorted(temporary.rglob("*")) if temporary.is_dir() else ():
        if path.is_file():
            final = folder / path.relative_to(temporary).parent / f"{uuid4().hex}.{suffix}"
            final.parent.mkdir(parents=True, exist_ok=True)
            path.replace(final)
            moved.append(final)
    return tuple(moved)


def with_partitions(execution: Execution, entry: TableEntry, files: Sequence[Path]) -> TableEntry:
    """Return a table that knows the partitions of newly written files."""
    if not entry.partition_keys:
        return entry
    known = {partition.values: partition for partition in entry.partitions}
    base = execution.storage.folder(entry.location)
    for file in files:
        parts = file.parent.relative_to(base).parts
        values = tuple(unquote(part.partition("=")[2]) for part in parts)
        location = entry.location.rstrip("/") + "/" + "/".join(parts) + "/"
        known.setdefault(values, PartitionEntry(values, location))
    return replace(entry, partitions=tuple(known[values] for values in sorted(known)))


def create_table_as(execution: Execution, reader: Reader) -> LocalResult:
    """CREATE TABLE … AS."""
    reader.expect("CREATE", "TABLE")
    absent = reader.accept("IF", "NOT", "EXISTS")
    database, name = reader.table_name(execution.database)
    properties = _with_properties(reader) if reader.accept("WITH") else {}
    reader.expect("AS")
    if new_table(execution, database, name, replacing=absent) is not None:
        return no_result(0)
    content, with_data = _data_option(reader.rest())
    query, context = execution.translate(content)
    scanned = execution.scanned(context)
    entry = _ctas_entry(execution, (database, name), properties, query)
    kinds = [column.type for column in columns_of(entry.all_columns)]
    sql = stored(query.sql, columns_of(entry.all_columns), kinds)
    sql = sql if with_data else f"SELECT * FROM ({sql}) AS e LIMIT 0"
    if execution.storage.files(entry.location):
        raise EngineError(
            "HIVE_PATH_ALREADY_EXISTS",
            f"Target directory for table '{database}.{name}' already exists: {entry.location}",
        )
    count, files = _created(execution, entry, sql)
    with execution.write_lock:
        new_table(execution, database, name)
        execution.catalog.add_table(with_partitions(execution, entry, files))
    result = no_result(count, tuple(execution.lake.address_of(file) for file in files))
    return replace(result, scanned_bytes=scanned)


def _created(execution: Execution, entry: TableEntry, query: str) -> tuple[int, tuple[Path, ...]]:
    if entry.format == "iceberg":
        return commit(execution, entry, "append", query, even_empty=True)
    return write_files(execution, query, execution.storage.folder(entry.location), entry)


def _data_option(content: str) -> tuple[str, bool]:
    words = content.rstrip().rsplit(None, 3)
    tail = [word.upper() for word in words[-3:]]
    if tail == ["WITH", "NO", "DATA"]:
        return content.rstrip()[: content.upper().rstrip().rfind("WITH")], False
    if tail[1:] == ["WITH", "DATA"]:
        return content.rstrip()[: content.upper().rstrip().rfind("WITH")], True
    return content, True


def _with_properties(reader: Reader) -> dict[str, str]:
    inner = Reader(reader.parenthesised())
    properties: dict[str, str] = {}
    while not inner.at_end():
        key = inner.name()
        inner.expect("=")
        properties[key] = _property_value(inner)
        if not inner.at_end():
            inner.expect(",")
    return properties


def _property_value(reader: Reader) -> str:
    if not reader.accept("ARRAY"):
        return reader.take().value
    items = []
    reader.expect("[")
    while not reader.accept("]"):
        items.append(reader.string().lower())
        if reader.peek().text != "]":
            reader.expect(",")
    return json.dumps(items)


def _ctas_entry(
    execution: Execution, name: tuple[str, str], properties: dict[str, str], query: Query
) -> TableEntry:
    known = {
        "format", "external_location", "partitioned_by", "field_delimiter", "location",
        "table_type", "is_external", "write_compression", "parquet_compression", "bucketed_by",
        "bucket_count", "orc_compression", "partitioning", "vacuum_max_snapshot_age_seconds",
        "vacuum_min_snapshots_to_keep", "vacuum_max_metadata_files_to_keep",
        "optimize_rewrite_data_file_threshold", "optimize_rewrite_delete_file_threshold",
        "write_target_data_file_size_bytes", "compression_level",
    }  # fmt: skip
    for key in properties:
        if key not in known:
            raise EngineError("INVALID_TABLE_PROPERTY", f"Table property '{key}' does not exist")
    if "bucketed_by" in properties:
        raise unsupported("A bucketed table")
    iceberg = properties.get("table_type", "").upper() == "ICEBERG"
    form = properties.get("format", "PARQUET").upper()
    if form not in _FORMATS:
        raise unsupported(f"The format {form}")
    entries = column_entries(query)
    keys = json.loads(properties.get("partitioned_by", "[]"))
    if iceberg:
        return _iceberg_entry(execution, name, properties, query)
    names = [entry.name for entry in entries]
    if keys and names[len(names) - len(keys) :] != keys:
        raise EngineError(
            "HIVE_COLUMN_ORDER_MISMATCH",
            "Partition keys must be the last columns in the table and in the same order as the "
            f"table properties: {keys}",
        )
    split = len(entries) - len(keys)
    location = properties.get("external_location") or properties.get("location")
    entry = TableEntry(
        *name,
        format=_FORMATS[form],
        columns=entries[:split],
        partition_keys=entries[split:],
        location=location or f"s3://{DATA_BUCKET}/{name[0]}/{name[1]}/{uuid4().hex}/",
        options={"uniform": "true"} if form == "PARQUET" else {},
    )
    execution.lake.path_of(entry.location)
    if entry.format == "csv":
        delimiter = properties.get("field_delimiter")
        entry = replace(entry, options={"delimiter": delimiter} if delimiter else {})
        return replace(entry, options=text_options(entry))
    return entry


def _iceberg_entry(
    execution: Execution, name: tuple[str, str], properties: dict[str, str], query: Query
) -> TableEntry:
    for key in ("partitioned_by", "external_location"):
        if key in properties:
            raise EngineError(
                "INVALID_TABLE_PROPERTY", f"Table property '{key}' not supported for Iceberg tables"
            )
    for column in query.columns:
        _refuse_coarse(column.type)
    columns = column_entries(query)
    transforms = read_transforms(json.loads(properties.get("partitioning", "[]")), columns)
    location = properties.get("location")
    kept = {key: value for key, value in properties.items() if key.startswith(_KEPT)}
    entry = TableEntry(
        *name,
        format="iceberg",
        columns=columns,
        location=location or f"s3://{DATA_BUCKET}/{name[0]}/{name[1]}/{uuid4().hex}/",
        transforms=tuple(transform.text for transform in transforms),
        properties={
            "table_type": "ICEBERG",
            "format": properties.get("format", "PARQUET").lower(),
            **kept,
        },
    )
    execution.lake.path_of(entry.location)
    return numbered(entry)


def _refuse_coarse(kind: DuckType) -> None:
    for _, item in kind.items:
        _refuse_coarse(item)
    digits = (kind.parameters or (3,))[0]
    if kind.name.startswith("TIMESTAMP") and digits != _ICEBERG_DIGITS:
        wanted = "timestamp(6) with time zone" if kind.name != "TIMESTAMP" else "timestamp(6)"
        raise EngineError(
            "NOT_SUPPORTED",
            f'Timestamp precision ({digits}) not supported for Iceberg. Use "{wanted}" instead.',
        )


def insert(execution: Execution, reader: Reader) -> LocalResult:
    """INSERT INTO."""
    reader.expect("INSERT", "INTO")
    database, name = reader.table_name(execution.database)
    entry = execution.writable(database, name)
    names = [column.name for column in entry.all_columns]
    if reader.peek().text == "(" and reader.peek(1).upper not in {"SELECT", "WITH", "VALUES", "("}:
        names = _column_list(reader, names)
    query, context = execution.translate(reader.rest())
    scanned = execution.scanned(context)
    columns = columns_of(entry.all_columns)
    sql = _assigned(query, columns, names)
    with execution.write_lock:
        entry = execution.writable(database, name)
        count, files = _added(execution, entry, sql)
    result = no_result(count, tuple(execution.lake.address_of(file) for file in files))
    return replace(result, scanned_bytes=scanned)


def _added(execution: Execution, entry: TableEntry, query: str) -> tuple[int, tuple[Path, ...]]:
    if entry.format == "iceberg":
        return commit(execution, entry, "append", query)
    folder = execution.storage.folder(entry.location)
    count, files = write_files(execution, query, folder, entry)
    changed = with_partitions(execution, entry, files)
    if changed != entry:
        execution.catalog.add_table(changed)
    return count, files


def _column_list(reader: Reader, known: list[str]) -> list[str]:
    reader.expect("(")
    names = [reader.name()]
    while reader.accept(","):
        names.append(reader.name())
    reader.expect(")")
    for name in names:
        if name not in known:
            raise EngineError(
                "COLUMN_NOT_FOUND", f"Insert column name does not exist in target table: {name}"
            )
    if len(set(names)) < len(names):
        raise EngineError("DUPLICATE_COLUMN_NAME", "Insert column name is specified more than once")
    return names


def _assigned(query: Query, columns: Sequence[OutputColumn], names: list[str]) -> str:
    targets = {column.sql_name: column for column in columns}
    kinds = [targets[name].type for name in names]
    given = [column.type for column in query.columns]
    fits = len(kinds) == len(given) and all(map(assignable, given, kinds))
    if not fits:
        shown = [", ".join(kind.athena for kind in side) for side in (kinds, given)]
        raise EngineError(
            "TYPE_MISMATCH",
            f"Insert query has mismatched column types: Table: [{shown[0]}], Query: [{shown[1]}]",
        )
    values = {
        name: assigned(quote(f"c{place}"), given[place], kinds[place])
        for place, name in enumerate(names)
    }
    listed = ", ".join(
        f"{values.get(c.sql_name, f'CAST(NULL AS {c.type.sql})')} AS {quote(c.sql_name)}"
        for c in columns
    )
    aliases = ", ".join(quote(f"c{i}") for i in range(len(names)))
    return f"SELECT {listed} FROM ({query.sql}) AS q({aliases})"


def unload(execution: Execution, reader: Reader) -> LocalResult:
    """UNLOAD (query) TO 's3://…' WITH (…)."""
    reader.expect("UNLOAD")
    content = reader.parenthesised()
    reader.expect("TO")
    location = reader.string()
    properties = _with_properties(reader) if reader.accept("WITH") else {}
    reader.end()
    form = properties.get("format", "TEXTFILE").upper()
    if form not in _FORMATS:
        raise unsupported(f"The format {form}")
    folder = execution.lake.path_of(location)
    if execution.storage.files(location):
        raise EngineError(
            "HIVE_PATH_ALREADY_EXISTS", f"Target directory already exists: {location}"
        )
    query, context = execution.translate(content)
    scanned = execution.scanned(context)
    entries = column_entries(query)
    keys = json.loads(properties.get("partitioned_by", "[]"))
    split = len(entries) - len(keys)
    if [entry.name for entry in entries[split:]] != keys:
        raise EngineError(
            "HIVE_COLUMN_ORDER_MISMATCH", f"Partition keys must be the last columns: {keys}"
        )
    delimiter = properties.get("field_delimiter", "\x01")
    entry = TableEntry(
        "", "", format=_FORMATS[form], columns=entries[:split], partition_keys=entries[split:],
        location=location, options={"delimiter": delimiter},
    )  # fmt: skip
    columns = columns_of(entries)
    kinds = [column.type for column in columns]
    count, files = write_files(execution, stored(query.sql, columns, kinds), folder, entry)
    result = no_result(count, tuple(execution.lake.address_of(file) for file in files))
    return replace(result, scanned_bytes=scanned)
