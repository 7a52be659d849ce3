"""OPTIMIZE and VACUUM of Iceberg tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

from athena_shell.local.catalog import TableEntry
from athena_shell.local.dialect_operators import condition
from athena_shell.local.errors import EngineError
from athena_shell.local.execution import Execution, no_result
from athena_shell.local.iceberg import commit
from athena_shell.local.result import LocalResult
from athena_shell.local.scope import Scope, Source
from athena_shell.local.snapshots import DATA_FOLDER, History, SnapshotLog
from athena_shell.local.statements import Reader
from athena_shell.local.syntax import parse
from athena_shell.local.types import quote

_AGE: Final = ("vacuum_max_snapshot_age_seconds", 432000)
_KEPT: Final = ("vacuum_min_snapshots_to_keep", 1)


def optimize(execution: Execution, reader: Reader) -> LocalResult:
    """OPTIMIZE table REWRITE DATA USING BIN_PACK [WHERE …]: one file for each partition.

    More is rewritten than the condition asks for, which changes no result.
    """
    reader.expect("OPTIMIZE")
    database, name = reader.table_name(execution.database)
    reader.expect("REWRITE", "DATA", "USING", "BIN_PACK")
    with execution.write_lock:
        entry = _iceberg(execution, database, name)
        if reader.accept("WHERE"):
            _check_condition(execution, entry, reader.rest())
        else:
            reader.end()
        history = execution.storage.history(entry)
        files = history.files()
        if max(Counter(file.partition for file in files).values(), default=0) <= 1:
            return no_result()
        found = execution.storage.read(entry)
        listed = ", ".join(quote(column.sql_name) for column in found.columns)
        commit(execution, entry, "replace", f"SELECT {listed} FROM ({found.sql})", removing=True)
    return replace(no_result(), scanned_bytes=found.size)


def _check_condition(execution: Execution, entry: TableEntry, text: str) -> None:
    context = execution.context(text)
    found = execution.storage.read(entry)
    scope = Scope(sources=[Source(entry.name, found.columns, entry.database)])
    condition(context, parse(f"SELECT 1 WHERE {text.strip()}").args["where"].this, scope)


def vacuum(execution: Execution, reader: Reader) -> LocalResult:
    """VACUUM table: old snapshots expire, and the files that none of the others has are removed."""
    reader.expect("VACUUM")
    database, name = reader.table_name(execution.database)
    reader.end()
    with execution.write_lock:
        entry = _iceberg(execution, database, name)
        folder = execution.storage.folder(entry.location)
        history = execution.storage.history(entry)
        now = int(next(execution.duck.run("SELECT epoch_ms(now())"))[0])
        left = history.without(_expired(entry, history, now))
        if left is not history:
            SnapshotLog(folder).replace(left.snapshots)
        _remove_orphans(folder, left)
    return no_result()


def _expired(entry: TableEntry, history: History, now: int) -> set[int]:
    age, kept = (_number(entry, *setting) for setting in (_AGE, _KEPT))
    candidates = history.snapshots[: len(history.snapshots) - max(kept, 1)]
    return {one.id for one in candidates if one.at < now - age * 1000}


def _number(entry: TableEntry, key: str, default: int) -> int:
    value = entry.properties.get(key, str(default))
    if not value.isdecimal():
        raise EngineError("INVALID_TABLE_PROPERTY", f"Table property {key} is no number: {value}")
    return int(value)


def _remove_orphans(folder: Path, history: History) -> None:
    known = {file.name for one in history.snapshots for file in (*one.carried, *one.added)}
    for path in (folder / DATA_FOLDER).glob("*.parquet"):
        if path.relative_to(folder).as_posix() not in known:
            path.unlink(missing_ok=True)


def _iceberg(execution: Execution, database: str, name: str) -> TableEntry:
    entry = execution.writable(database, name)
    if entry.format != "iceberg":
        raise EngineError("NOT_SUPPORTED", f"Table {entry.name} is not an Iceberg table")
    return entry
