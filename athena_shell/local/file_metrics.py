"""What Parquet files say of their columns: sizes, counts and bounds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from athena_shell.local.catalog import ColumnEntry
from athena_shell.local.duck import Duck
from athena_shell.local.metadata_tables import Metric
from athena_shell.local.snapshots import DataFile
from athena_shell.local.types import DuckType, parse_type, text

_FIELDS: Final = """
SELECT file_name, name, field_id FROM parquet_schema({files}) WHERE field_id IS NOT NULL
"""
_CHUNKS: Final = """
SELECT file_name, path_in_schema, total_compressed_size, num_values, stats_null_count,
    stats_min_value, stats_max_value
FROM parquet_metadata({files})
"""


def file_metrics(
    duck: Duck, folder: Path, columns: Sequence[ColumnEntry], files: Sequence[DataFile]
) -> dict[str, list[Metric]]:
    """Return the metrics of data files by name, one for each plain column of the table."""
    if not files:
        return {}
    paths = {str(folder / file.name): file.name for file in files}
    listed = "[" + ", ".join(text(path) for path in paths) + "]"
    names = {(path, name): field for path, name, field in duck.run(_FIELDS.format(files=listed))}
    kinds = {c.field: parse_type(c.type) for c in columns}
    found: dict[str, dict[int, list[tuple[Any, ...]]]] = {name: {} for name in paths.values()}
    for path, name, *figures in duck.run(_CHUNKS.format(files=listed)):
        field = names.get((path, name))
        if field in kinds:
            found[paths[path]].setdefault(field, []).append(tuple(figures))
    return {
        name: [_metric(field, chunks, kinds[field]) for field, chunks in known.items()]
        for name, known in found.items()
    }


def _metric(field: int, chunks: list[tuple[Any, ...]], kind: DuckType) -> Metric:
    order = float if kind.is_numeric else str
    lower, upper = (
        [_bound(chunk[place], kind) for chunk in chunks if chunk[place] is not None]
        for place in (3, 4)
    )
    return Metric(
        field,
        sum(chunk[0] for chunk in chunks),
        sum(chunk[1] for chunk in chunks),
        sum(chunk[2] or 0 for chunk in chunks),
        min(lower, key=order, default=None),
        max(upper, key=order, default=None),
    )


def _bound(value: str, kind: DuckType) -> str:
    return value.replace(" ", "T") if kind.name == "TIMESTAMP" else value
