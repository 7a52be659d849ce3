"""CREATE and DROP."""

from __future__ import annotations

import shutil
from dataclasses import replace

from athena_shell.local.catalog import ColumnEntry, DatabaseEntry, TableEntry
from athena_shell.local.dialect import Query
from athena_shell.local.errors import EngineError, unsupported
from athena_shell.local.execution import Execution, no_result
from athena_shell.local.iceberg import numbered
from athena_shell.local.lake import DATA_BUCKET
from athena_shell.local.result import LocalResult
from athena_shell.local.statements import Reader
from athena_shell.local.table_clauses import Clauses, read_clause, read_columns, read_pairs
from athena_shell.local.transforms import read_transforms


def create_database(execution: Execution, reader: Reader) -> LocalResult:
    """CREATE DATABASE."""
    reader.take()
    reader.take()
    absent = reader.accept("IF", "NOT", "EXISTS")
    name = reader.name()
    comment = reader.string() if reader.accept("COMMENT") else ""
    location = reader.string() if reader.accept("LOCATION") else ""
    properties = {}
    if reader.accept("WITH", "DBPROPERTIES"):
        properties = read_pairs(reader)
    reader.end()
    if execution.catalog.database(name) is not None:
        if absent:
            return no_result()
        raise EngineError("SCHEMA_ALREADY_EXISTS", f"Schema '{name}' already exists")
    execution.catalog.add_database(DatabaseEntry(name, comment, location, properties))
    return no_result()


def drop_database(execution: Execution, reader: Reader) -> LocalResult:
    """DROP DATABASE."""
    reader.take()
    reader.take()
    present = reader.accept("IF", "EXISTS")
    name = reader.name()
    cascade = reader.accept("CASCADE")
    reader.accept("RESTRICT")
    reader.end()
    if execution.catalog.database(name) is None:
        if present:
            return no_result()
        raise EngineError("SCHEMA_NOT_FOUND", f"Schema '{name}' does not exist")
    if execution.catalog.tables(name) and not cascade:
        raise EngineError(
            "SCHEMA_NOT_EMPTY", f"Database {name} is not empty. One or more tables exist."
        )
    execution.catalog.remove_database(name)
    return no_result()


def drop_table(execution: Execution, reader: Reader) -> LocalResult:
    """DROP TABLE; the files of an external table stay, those of an Iceberg table go."""
    return _drop(execution, reader, view=False)


def drop_view(execution: Execution, reader: Reader) -> LocalResult:
    """DROP VIEW."""
    return _drop(execution, reader, view=True)


def _drop(execution: Execution, reader: Reader, *, view: bool) -> LocalResult:
    reader.take()
    reader.take()
    present = reader.accept("IF", "EXISTS")
    database, name = reader.table_name(execution.database)
    reader.end()
    entry = execution.catalog.table(database, name)
    if entry is None:
        if present:
            return no_result()
        entry = execution.table(database, name)
    if view != (entry.format == "view"):
        kind = "view" if entry.format == "view" else "table"
        raise EngineError(
            "NOT_SUPPORTED", f"'{database}.{name}' is a {kind}; use DROP {kind.upper()}"
        )
    if entry.read_only:
        execution.writable(database, name)
    execution.catalog.remove_table(database, name)
    if entry.format == "iceberg" and entry.location:
        shutil.rmtree(execution.storage.folder(entry.location), ignore_errors=True)
    return no_result()


def create_view(execution: Execution, reader: Reader) -> LocalResult:
    """CREATE [OR REPLACE] VIEW."""
    reader.expect("CREATE")
    replacing = reader.accept("OR", "REPLACE")
    reader.expect("VIEW")
    database, name = reader.table_name(execution.database)
    if reader.accept("COMMENT"):
        reader.string()
    reader.accept_any("SECURITY") and reader.take()
    reader.expect("AS")
    query, _ = execution.translate(reader.rest())
    existing = new_table(execution, database, name, replacing=replacing)
    if existing is not None and existing.format != "view":
        raise EngineError("TABLE_ALREADY_EXISTS", f"Table '{database}.{name}' already exists")
    entry = TableEntry(
        database,
        name,
        format="view",
        columns=column_entries(query),
        text=reader.rest().strip(),
        search_database=execution.database,
    )
    execution.catalog.add_table(entry)
    return no_result()


def new_table(
    execution: Execution, database: str, name: str, *, replacing: bool = False
) -> TableEntry | None:
    """Make sure that a table's name is free; returns the one to be replaced."""
    if execution.catalog.database(database) is None:
        raise EngineError("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")
    existing = execution.catalog.table(database, name)
    if existing is not None and not replacing:
        raise EngineError("TABLE_ALREADY_EXISTS", f"Table '{database}.{name}' already exists")
    return existing


def column_entries(query: Query) -> tuple[ColumnEntry, ...]:
    """Return a query's columns for the catalog; each needs a name and a known type."""
    entries = []
    taken: set[str] = set()
    for place, column in enumerate(query.columns, 1):
        if not column.name:
            raise EngineError(
                "MISSING_COLUMN_NAME", f"Column name not specified at position {place}"
            )
        name = column.name.lower()
        if name in taken:
            raise EngineError(
                "DUPLICATE_COLUMN_NAME", f"Column name '{name}' specified more than once"
            )
        if column.type.name == "NULL":
            raise EngineError("COLUMN_TYPE_UNKNOWN", f"Column type is unknown at position {place}")
        taken.add(name)
        entries.append(ColumnEntry(name, column.type.hive))
    return tuple(entries)


def create_table(execution: Execution, reader: Reader) -> LocalResult:
    """CREATE EXTERNAL TABLE over files of the lake, or CREATE TABLE for an Iceberg table."""
    reader.expect("CREATE")
    external = reader.accept("EXTERNAL")
    reader.expect("TABLE")
    absent = reader.accept("IF", "NOT", "EXISTS")
    database, name = reader.table_name(execution.database)
    columns = read_columns(reader) if reader.peek().text == "(" else ()
    clauses = Clauses()
    while not reader.at_end():
        read_clause(reader, clauses)
    existing = new_table(execution, database, name, replacing=absent)
    if existing is not None:
        return no_result()
    iceberg = clauses.properties.get("table_type", "").upper() == "ICEBERG"
    if external and iceberg:
        raise EngineError(
            "INVALID_TABLE_PROPERTY", "External keyword not supported for table type ICEBERG"
        )
    if not external and not iceberg:
        raise EngineError("SYNTAX_ERROR", "line 1:8: missing 'EXTERNAL' at 'TABLE'")
    if not columns:
        raise EngineError("SYNTAX_ERROR", f"Table '{name}' has no columns")
    entry = _entry(execution, (database, name), columns, clauses, iceberg=iceberg)
    execution.catalog.add_table(entry)
    return no_result()


def _entry(
    execution: Execution,
    name: tuple[str, str],
    columns: tuple[ColumnEntry, ...],
    clauses: Clauses,
    *,
    iceberg: bool,
) -> TableEntry:
    if not clauses.location:
        if not iceberg:
            raise EngineError("INVALID_TABLE_PROPERTY", "No location was specified for the table")
        clauses.location = f"s3://{DATA_BUCKET}/{name[0]}/{name[1]}/"
    execution.lake.path_of(clauses.location)
    if iceberg and clauses.keys:
        raise EngineError(
            "SYNTAX_ERROR", "Partition columns of an Iceberg table are named without their types"
        )
    if clauses.transforms and not iceberg:
        raise EngineError("SYNTAX_ERROR", "Partition columns of a Hive table need their types")
    transforms = read_transforms(clauses.transforms, columns)
    if clauses.properties.get("projection.enabled", "").lower() == "true":
        raise unsupported("Partition projection")
    properties = dict(clauses.properties)
    skip = properties.get("skip.header.line.count", "")
    options = {**clauses.options, **({"skip": skip} if skip else {})}
    entry = TableEntry(
        *name,
        format="iceberg" if iceberg else clauses.format or "csv",
        columns=columns,
        partition_keys=clauses.keys,
        location=clauses.location,
        comment=clauses.comment,
        properties=properties,
        options=options,
        transforms=tuple(transform.text for transform in transforms),
    )
    if iceberg:
        return numbered(entry)
    return replace(entry, options=text_options(entry)) if entry.format == "csv" else entry


def text_options(entry: TableEntry) -> dict[str, str]:
    """Return how a text table's files are read, with Hive's defaults."""
    options = dict(entry.options)
    if "opencsvserde" in options.get("serde", "").lower():
        return {"delimiter": ",", "quote": '"', "escape": '"', "null": "", **options}
    return {"delimiter": "\x01", "quote": "", "escape": "", "null": "\\N", **options}
