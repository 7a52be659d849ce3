"""The query that reads the files of a snapshot, by the numbers of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from athena_shell.local.catalog import ColumnEntry
from athena_shell.local.snapshots import History, Snapshot
from athena_shell.local.types import parse_type, quote, text


def reading(
    folder: Path, columns: Sequence[ColumnEntry], history: History, snapshot: Snapshot
) -> str:
    """Return the query that reads a snapshot, which has files, under a table's columns.

    A column that was renamed is found by its number; one that a file does not have is NULL there.
    """
    files = history.files(snapshot)
    listed = "[" + ", ".join(text(str(folder / file.name)) for file in files) + "]"
    selected = ", ".join(quote(column.name) for column in columns)
    written = {one.id: _shape(one.columns) for one in history.snapshots}
    if all(written.get(file.snapshot) == _shape(columns) for file in files):
        return f"SELECT {selected} FROM read_parquet({listed}, hive_partitioning = false)"
    fields = ", ".join(
        f"{column.field}: {{name: {text(column.name)}, type: {text(parse_type(column.type).sql)}, "
        "default_value: NULL}"
        for column in columns
    )
    return f"SELECT {selected} FROM read_parquet({listed}, schema = MAP {{{fields}}})"


def _shape(columns: Sequence[ColumnEntry]) -> tuple[tuple[str, str, int], ...]:
    return tuple((column.name, column.type, column.field) for column in columns)
