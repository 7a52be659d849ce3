"""Commits to Iceberg tables: new files are written beside the old, then one snapshot names them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import uuid4

from athena_shell.local.catalog import TableEntry
from athena_shell.local.errors import EngineError
from athena_shell.local.execution import Execution
from athena_shell.local.snapshots import DATA_FOLDER, DataFile, SnapshotLog, new_id
from athena_shell.local.transforms import Transform, read_transforms
from athena_shell.local.types import quote, text

_MOST_PARTITIONS: Final = 100
_PART: Final = "partition place"


def numbered(entry: TableEntry) -> TableEntry:
    """Return a table whose new columns have numbers that no column of it ever had."""
    last = max(entry.last_field, *(column.field for column in entry.columns))
    columns = []
    for column in entry.columns:
        last += not column.field
        columns.append(column if column.field else replace(column, field=last))
    return replace(entry, columns=tuple(columns), last_field=last)


def transforms_of(entry: TableEntry) -> tuple[Transform, ...]:
    """Return a table's partition specification."""
    return read_transforms(entry.transforms, entry.columns)


def commit(
    execution: Execution,
    entry: TableEntry,
    operation: str,
    query: str | None,
    *,
    removing: bool = False,
    even_empty: bool = False,
) -> tuple[int, tuple[Path, ...]]:
    """Write a query's rows and commit them; returns how many, and the new files.

    Args:
        execution: the statement; when it is stopped nothing is committed.
        entry: the table.
        operation: what the snapshot says was done.
        query: gives the table's columns by name; ``None`` for no rows.
        removing: whether the files that were there go.
        even_empty: whether a snapshot is made when nothing changes.
    """
    folder = execution.storage.folder(entry.location)
    log = SnapshotLog(folder)
    history = log.read()
    gone = [file.name for file in history.files()] if removing else []
    added: list[DataFile] = []
    try:
        if query is not None:
            added = _written(execution, entry, query, folder)
        if added or gone or even_empty:
            _refuse_stopped(execution)
            now = int(next(execution.duck.run("SELECT epoch_ms(now())"))[0])
            log.append(history.next(operation, entry.columns, now, added, gone))
    except BaseException:
        for file in added:
            (folder / file.name).unlink(missing_ok=True)
        raise
    return sum(file.rows for file in added), tuple(folder / file.name for file in added)


def _refuse_stopped(execution: Execution) -> None:
    from athena_shell.local.duck import cancelled

    if execution.interrupt is not None and execution.interrupt.is_set():
        raise cancelled()


def _written(execution: Execution, entry: TableEntry, query: str, folder: Path) -> list[DataFile]:
    snapshot = new_id()
    transforms = transforms_of(entry)
    if not transforms:
        file = _one_file(execution, entry, query, folder, snapshot)
        return [] if file is None else [file]
    # Rows are computed once: a query may give others when it is run again.
    (folder / DATA_FOLDER).mkdir(parents=True, exist_ok=True)
    scratch = folder / DATA_FOLDER / f".{uuid4().hex}"
    files: list[DataFile] = []
    try:
        keys = ", ".join(f"CAST({t.sql} AS VARCHAR)" for t in transforms)
        marked = f"SELECT *, [{keys}] AS {quote(_PART)} FROM ({query}) AS q"
        list(execution.run(f"COPY ({marked}) TO {text(str(scratch))} (FORMAT parquet)"))
        for values, part in _partitions(execution, scratch):
            file = _one_file(execution, entry, part, folder, snapshot)
            if file is not None:
                files.append(replace(file, partition=values))
    except BaseException:
        for file in files:
            (folder / file.name).unlink(missing_ok=True)
        raise
    finally:
        scratch.unlink(missing_ok=True)
    return files


def _partitions(execution: Execution, rows: Path) -> list[tuple[tuple[str | None, ...], str]]:
    """Return each partition's values with the query of its rows."""
    source, part = f"read_parquet({text(str(rows))})", quote(_PART)
    found = list(execution.run(f"SELECT DISTINCT {part} FROM {source} ORDER BY ALL"))
    if len(found) > _MOST_PARTITIONS:
        raise EngineError(
            "ICEBERG_TOO_MANY_OPEN_PARTITIONS",
            f"Exceeded limit of {_MOST_PARTITIONS} open writers for partitions/buckets",
        )
    parts: list[tuple[tuple[str | None, ...], str]] = []
    for (values,) in found:
        listed = ", ".join("NULL" if value is None else text(value) for value in values)
        same = f"{part} IS NOT DISTINCT FROM CAST([{listed}] AS VARCHAR[])"
        parts.append((tuple(values), f"SELECT * EXCLUDE ({part}) FROM {source} WHERE {same}"))
    return parts


def _one_file(
    execution: Execution, entry: TableEntry, query: str, folder: Path, snapshot: int
) -> DataFile | None:
    data = folder / DATA_FOLDER
    data.mkdir(parents=True, exist_ok=True)
    temporary = data / f".{uuid4().hex}"
    numbers = ", ".join(f"{quote(column.name)}: {column.field}" for column in entry.columns)
    options = f"FORMAT parquet, COMPRESSION snappy, FIELD_IDS {{{numbers}}}"
    try:
        copy = f"COPY ({query}) TO {text(str(temporary))} ({options})"
        rows = int(next(execution.run(copy))[0])
        if rows == 0:
            return None
        size = temporary.stat().st_size
        name = f"{DATA_FOLDER}/{uuid4().hex}.parquet"
        temporary.replace(folder / name)
        return DataFile(name, rows, size, snapshot)
    finally:
        temporary.unlink(missing_ok=True)
