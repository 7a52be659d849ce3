"""CREATE and DROP."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from athena_shell.local.catalog import ColumnEntry, DatabaseEntry, TableEntry
from athena_shell.local.dialect import Query
from athena_shell.local.errors import EngineError, unsupported
from athena_shell.local.execution import Execution, no_result
from athena_shell.local.lake import DATA_BUCKET
from athena_shell.local.result import LocalResult
from athena_shell.local.statements import Reader
from athena_shell.local.types import parse_type

_FORMATS: Final = {
    "PARQUET": "parquet",
    "TEXTFILE": "csv",
    "JSON": "json",
}
_SERDES: Final = {
    "parquethiveserde": "parquet",
    "lazysimpleserde": "csv",
    "opencsvserde": "csv",
    "jsonserde": "json",
}
_DELIMITERS: Final = {r"\t": "\t", r"\001": "\x01", r"\u0001": "\x01", r"\n": "\n", r"\\": "\\"}


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


def read_pairs(reader: Reader) -> dict[str, str]:
    """Take ``('a'='b', …)``."""
    reader.expect("(")
    pairs: dict[str, str] = {}
    while not reader.accept(")"):
        token = reader.take()
        key = token.value
        reader.expect("=")
        sign = "-" if reader.accept("-") else ""
        pairs[key.lower() if token.kind == "word" else key] = sign + reader.take().value
        if reader.peek().text != ")":
            reader.expect(",")
    return pairs


def read_columns(reader: Reader) -> tuple[ColumnEntry, ...]:
    """Take ``(name type [COMMENT 'text'], …)``."""
    reader.expect("(")
    columns = []
    while True:
        name = reader.name()
        start, depth = reader.peek().start, 0
        while not (depth == 0 and reader.peek().text in {",", ")"}):
            if reader.at_end() or (depth == 0 and reader.peek().upper == "COMMENT"):
                break
            text = reader.take().text
            depth += {"(": 1, "<": 1, ")": -1, ">": -1}.get(text, 0)
        kind = " ".join(reader.sql[start : reader.peek().start].split()).lower().replace(", ", ",")
        if not kind:
            raise reader.mistake("<type>")
        try:
            parse_type(kind)
        except ValueError:
            raise EngineError("TYPE_NOT_FOUND", f"Unknown type: {kind}") from None
        comment = reader.string() if reader.accept("COMMENT") else ""
        columns.append(ColumnEntry(name, kind, comment))
        if reader.accept(")"):
            return tuple(columns)
        reader.expect(",")


@dataclass
class _Clauses:
    """What a CREATE TABLE says after its columns."""

    format: str = ""
    comment: str = ""
    location: str = ""
    keys: tuple[ColumnEntry, ...] = ()
    transforms: bool = False

    def __post_init__(self) -> None:
        self.options: dict[str, str] = {}
        self.properties: dict[str, str] = {}


def create_table(execution: Execution, reader: Reader) -> LocalResult:
    """CREATE EXTERNAL TABLE over files of the lake, or CREATE TABLE for an Iceberg table."""
    reader.expect("CREATE")
    external = reader.accept("EXTERNAL")
    reader.expect("TABLE")
    absent = reader.accept("IF", "NOT", "EXISTS")
    database, name = reader.table_name(execution.database)
    columns = read_columns(reader) if reader.peek().text == "(" else ()
    clauses = _Clauses()
    while not reader.at_end():
        _clause(reader, clauses)
    existing = new_table(execution, database, name, replacing=absent)
    if existing is not None:
        return no_result()
    iceberg = clauses.properties.get("table_type", "").upper() == "ICEBERG"
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
    clauses: _Clauses,
    *,
    iceberg: bool,
) -> TableEntry:
    if not clauses.location:
        if not iceberg:
            raise EngineError("INVALID_TABLE_PROPERTY", "No location was specified for the table")
        clauses.location = f"s3://{DATA_BUCKET}/{name[0]}/{name[1]}/"
    execution.lake.path_of(clauses.location)
    if iceberg and clauses.keys:
        raise unsupported("A partitioned Iceberg table")
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
    )
    return replace(entry, options=text_options(entry)) if entry.format == "csv" else entry


def text_options(entry: TableEntry) -> dict[str, str]:
    """Return how a text table's files are read, with Hive's defaults."""
    options = dict(entry.options)
    if "opencsvserde" in options.get("serde", "").lower():
        return {"delimiter": ",", "quote": '"', "escape": '"', "null": "", **options}
    return {"delimiter": "\x01", "quote": "", "escape": "", "null": "\\N", **options}


def _clause(reader: Reader, clauses: _Clauses) -> None:
    for words, read in _CLAUSES.items():
        if reader.accept(*words.split()):
            read(reader, clauses)
            return
    raise reader.mistake("'COMMENT', 'LOCATION', 'PARTITIONED', 'ROW', 'STORED', 'TBLPROPERTIES'")


def _comment(reader: Reader, clauses: _Clauses) -> None:
    clauses.comment = reader.string()


def _location(reader: Reader, clauses: _Clauses) -> None:
    clauses.location = reader.string()


def _properties(reader: Reader, clauses: _Clauses) -> None:
    clauses.properties = read_pairs(reader)


def _bucketed(_reader: Reader, _clauses: _Clauses) -> None:
    raise unsupported("A bucketed table")


def _serde(reader: Reader, clauses: _Clauses) -> None:
    serde = reader.string()
    clauses.options["serde"] = serde
    clauses.format = _SERDES.get(serde.rpartition(".")[2].lower(), "")
    if not clauses.format:
        raise unsupported(f"The SerDe {serde}")
    if reader.accept("WITH", "SERDEPROPERTIES"):
        _serde_properties(read_pairs(reader), clauses)


def _partitioned(reader: Reader, clauses: _Clauses) -> None:
    following = reader.peek(2)
    if following.text in {",", ")", "("}:
        raise unsupported("A partitioned Iceberg table")
    clauses.keys = read_columns(reader)


def _serde_properties(pairs: dict[str, str], clauses: _Clauses) -> None:
    names = {
        "field.delim": "delimiter", "serialization.format": "delimiter",
        "separatorChar": "delimiter", "quoteChar": "quote", "escapeChar": "escape",
        "escape.delim": "escape", "serialization.null.format": "null",
    }  # fmt: skip
    for key, value in pairs.items():
        if key == "serialization.format" and (value.isdigit() or "field.delim" in pairs):
            continue
        if key in names:
            clauses.options[names[key]] = _DELIMITERS.get(value, value)
        elif key.startswith(("mapping.", "input.")):
            raise unsupported(f"The SerDe property {key}")


def _delimited(reader: Reader, clauses: _Clauses) -> None:
    clauses.format = "csv"
    while True:
        if reader.accept("FIELDS", "TERMINATED", "BY"):
            value = reader.string()
            clauses.options["delimiter"] = _DELIMITERS.get(value, value)
        elif reader.accept("ESCAPED", "BY"):
            value = reader.string()
            clauses.options["escape"] = _DELIMITERS.get(value, value)
        elif reader.accept("LINES", "TERMINATED", "BY"):
            reader.string()
        elif reader.accept("NULL", "DEFINED", "AS"):
            clauses.options["null"] = reader.string()
        elif reader.peek().upper in {"COLLECTION", "MAP"}:
            raise unsupported("A text table with arrays or maps")
        else:
            return


def _stored(reader: Reader, clauses: _Clauses) -> None:
    if reader.accept("INPUTFORMAT"):
        reading = reader.string()
        reader.expect("OUTPUTFORMAT")
        reader.string()
        if "parquet" in reading.lower():
            clauses.format = "parquet"
        elif "TextInputFormat" not in reading:
            raise unsupported(f"The input format {reading}")
        return
    name = reader.take().upper
    if name not in _FORMATS:
        raise unsupported(f"STORED AS {name}")
    if not (clauses.format == "json" and name == "TEXTFILE"):
        clauses.format = _FORMATS[name]


_CLAUSES: Final[dict[str, Callable[[Reader, _Clauses], None]]] = {
    "COMMENT": _comment,
    "PARTITIONED BY": _partitioned,
    "ROW FORMAT SERDE": _serde,
    "ROW FORMAT DELIMITED": _delimited,
    "STORED AS": _stored,
    "LOCATION": _location,
    "TBLPROPERTIES": _properties,
    "CLUSTERED BY": _bucketed,
}
