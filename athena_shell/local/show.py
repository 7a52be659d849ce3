"""SHOW and DESCRIBE."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from athena_shell.local.catalog import VIEW, TableEntry
from athena_shell.local.ddl_text import create_table_lines
from athena_shell.local.errors import EngineError, unsupported
from athena_shell.local.execution import Execution, text_result
from athena_shell.local.result import LocalResult
from athena_shell.local.statements import Reader
from athena_shell.local.storage import partition_values

_WIDTH: Final = 20


def show(execution: Execution, reader: Reader) -> LocalResult:
    """Run a SHOW statement."""
    reader.expect("SHOW")
    for words, run in _FORMS.items():
        if reader.accept(*words.split()):
            return run(execution, reader)
    raise reader.mistake(
        "'COLUMNS', 'CREATE', 'DATABASES', 'PARTITIONS', 'SCHEMAS', 'TABLES', 'VIEWS'"
    )


def pattern_of(text: str) -> re.Pattern[str]:
    """Return Hive's pattern as a regular expression: ``*`` for anything, ``|`` for a choice."""
    choices = (re.escape(part.strip()).replace(r"\*", ".*") for part in text.split("|"))
    shape = "|".join(part.replace(r"\.", ".") for part in choices)
    return re.compile(f"(?:{shape})", re.IGNORECASE)


def _matching(reader: Reader, names: list[str]) -> list[str]:
    reader.accept("LIKE")
    if reader.at_end():
        return names
    text = reader.string()
    reader.end()
    try:
        plain = (
            re.compile(text, re.IGNORECASE) if re.search(r"\.\*|\[|\(", text) else pattern_of(text)
        )
    except re.error as error:
        raise EngineError("SYNTAX_ERROR", f"Invalid pattern '{text}': {error}") from error
    return [name for name in names if plain.fullmatch(name)]


def _databases(execution: Execution, reader: Reader) -> LocalResult:
    names = [database.name for database in execution.catalog.databases()]
    return text_result(("database_name",), _matching(reader, names))


def _owner(execution: Execution, reader: Reader) -> str:
    name = reader.name() if reader.accept_any("IN", "FROM") else execution.database.lower()
    if execution.catalog.database(name) is None:
        raise EngineError("SCHEMA_NOT_FOUND", f"Schema '{name}' does not exist")
    return name


def _tables(execution: Execution, reader: Reader) -> LocalResult:
    names = [table.name for table in execution.catalog.tables(_owner(execution, reader))]
    return text_result(("tab_name",), _matching(reader, names))


def _views(execution: Execution, reader: Reader) -> LocalResult:
    tables = execution.catalog.tables(_owner(execution, reader))
    names = [table.name for table in tables if table.kind == VIEW]
    return text_result(("views",), _matching(reader, names))


def _named(execution: Execution, reader: Reader) -> TableEntry:
    return execution.table(*reader.table_name(execution.database))


def _columns(execution: Execution, reader: Reader) -> LocalResult:
    if not reader.accept_any("IN", "FROM"):
        raise reader.mistake("'FROM', 'IN'")
    database, name = reader.table_name(execution.database)
    if reader.accept_any("IN", "FROM"):
        database = reader.name()
    reader.end()
    entry = execution.table(database, name)
    return text_result(("field",), [column.name.ljust(_WIDTH) for column in entry.all_columns])


def _partitions(execution: Execution, reader: Reader) -> LocalResult:
    entry = _named(execution, reader)
    reader.end()
    if not entry.partition_keys:
        raise EngineError(
            "INVALID_TABLE_PROPERTY", f"Table {entry.name} is not a partitioned table"
        )
    keys = [key.name for key in entry.partition_keys]
    lines = sorted(partition_values(partition, keys) for partition in entry.partitions)
    return text_result(("partition",), lines)


def _properties(execution: Execution, reader: Reader) -> LocalResult:
    entry = _named(execution, reader)
    properties = table_properties(entry)
    if reader.accept("("):
        key = reader.string()
        reader.expect(")")
        missing = f"Table {entry.database}.{entry.name} does not have property: {key}"
        return text_result(("prpt_name", "prpt_value"), [properties.get(key, missing)])
    reader.end()
    lines = [f"{key}\t{value}" for key, value in sorted(properties.items())]
    return text_result(("prpt_name", "prpt_value"), lines)


def table_properties(entry: TableEntry) -> dict[str, str]:
    """Return a table's parameters, with the ones that every table has."""
    if entry.format == "view":
        return {"presto_view": "true", **entry.properties}
    if entry.format == "iceberg":
        return {"table_type": "ICEBERG", **entry.properties}
    return {"EXTERNAL": "TRUE", **entry.properties}


def _create_table(execution: Execution, reader: Reader) -> LocalResult:
    entry = _named(execution, reader)
    reader.end()
    if entry.kind == VIEW:
        return text_result(("createtab_stmt",), _view_lines(entry))
    return text_result(("createtab_stmt",), create_table_lines(entry))


def _create_view(execution: Execution, reader: Reader) -> LocalResult:
    entry = _named(execution, reader)
    reader.end()
    if entry.kind != VIEW:
        raise EngineError(
            "NOT_SUPPORTED", f"Relation '{entry.database}.{entry.name}' is a table, not a view"
        )
    return text_result(("Create View",), _view_lines(entry))


def _view_lines(entry: TableEntry) -> list[str]:
    return [f'CREATE VIEW "{entry.name}" AS', *entry.text.strip().split("\n")]


def _functions(_execution: Execution, _reader: Reader) -> LocalResult:
    raise unsupported("SHOW FUNCTIONS")


_FORMS: Final[dict[str, Callable[[Execution, Reader], LocalResult]]] = {
    "DATABASES": _databases,
    "SCHEMAS": _databases,
    "TABLES": _tables,
    "VIEWS": _views,
    "COLUMNS": _columns,
    "PARTITIONS": _partitions,
    "TBLPROPERTIES": _properties,
    "CREATE TABLE": _create_table,
    "CREATE VIEW": _create_view,
    "FUNCTIONS": _functions,
}


def describe(execution: Execution, reader: Reader) -> LocalResult:
    """Run a DESCRIBE statement."""
    reader.take()
    formatted = bool(reader.accept_any("FORMATTED", "EXTENDED"))
    entry = _named(execution, reader)
    if reader.peek().upper == "PARTITION" or not reader.at_end():
        raise unsupported("DESCRIBE of a partition or a column")
    if entry.kind == VIEW:
        lines = [f"{column.name}\t{column.type}\t" for column in entry.columns]
    else:
        lines = _described(entry)
        lines += _detailed(execution, entry) if formatted else []
    return text_result(("col_name", "data_type", "comment"), lines)


def _padded(*cells: str) -> str:
    return "\t".join(cell.ljust(_WIDTH) for cell in cells)


def _described(entry: TableEntry) -> list[str]:
    lines = [_padded(c.name, c.type, c.comment) for c in entry.all_columns]
    if entry.partition_keys:
        lines += [
            "\t ",
            "# Partition Information\t ",
            _padded("# col_name", "data_type", "comment"),
            "\t ",
        ]
        lines += [_padded(c.name, c.type, c.comment) for c in entry.partition_keys]
    return lines


def _detailed(execution: Execution, entry: TableEntry) -> list[str]:
    created = entry.created.strftime("%a %b %d %H:%M:%S UTC %Y")
    lines = [
        "\t ",
        "# Detailed Table Information\t ",
        _padded("Database:", entry.database),
        _padded("Owner:", "hadoop"),
        _padded("CreateTime:", created),
        _padded("Location:", entry.location or str(execution.lake.root)),
        _padded("Table Type:", entry.kind),
        "Table Parameters:\t ",
    ]
    return lines + ["\t" + _padded(k, v) for k, v in sorted(table_properties(entry).items())]
