"""The metadata tables of an Iceberg table: ``"t$snapshots"`` and its kin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from athena_shell.local.catalog import TableEntry
from athena_shell.local.dialect import Relation
from athena_shell.local.scope import OutputColumn
from athena_shell.local.snapshots import METADATA_FOLDER, DataFile, History
from athena_shell.local.types import DuckType, parse_type, quote, text

_NAMESPACE: Final = UUID(int=0)
_MANIFEST_BYTES: Final = 6600
_ENTRY_BYTES: Final = 180
_HEAD_BYTES: Final = 4


@dataclass(frozen=True)
class IcebergTable:
    """What the metadata tables are made of.

    Attributes:
        entry: the table.
        history: its snapshots.
        partition: the names and types of its partition's fields.
        metrics: of each data file by name, as ``file_metrics`` gives them.
    """

    entry: TableEntry
    history: History
    partition: tuple[tuple[str, DuckType], ...]
    metrics: Callable[[Sequence[DataFile]], dict[str, list[Metric]]]

    def address(self, name: str) -> str:
        """Return the address of a file below the table's location."""
        return self.entry.location.rstrip("/") + "/" + name


@dataclass(frozen=True)
class Metric:
    """What a file says of one column; bounds are text as Iceberg's tables show them."""

    field: int
    size: int
    values: int
    nulls: int
    lower: str | None
    upper: str | None


_MAP: Final = "map(integer, bigint)"
_BOUNDS: Final = "map(integer, varchar)"
_SUMMARIES: Final = (
    "array(row(contains_null boolean, contains_nan boolean, "
    "lower_bound varchar, upper_bound varchar))"
)
_SHAPES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "snapshots": (
        ("committed_at", "timestamp with time zone"), ("snapshot_id", "bigint"),
        ("parent_id", "bigint"), ("operation", "varchar"), ("manifest_list", "varchar"),
        ("summary", "map(varchar, varchar)"),
    ),
    "history": (
        ("made_current_at", "timestamp with time zone"), ("snapshot_id", "bigint"),
        ("parent_id", "bigint"), ("is_current_ancestor", "boolean"),
    ),
    "refs": (
        ("name", "varchar"), ("type", "varchar"), ("snapshot_id", "bigint"),
        ("max_reference_age_in_ms", "bigint"), ("min_snapshots_to_keep", "integer"),
        ("max_snapshot_age_in_ms", "bigint"),
    ),
    "manifests": (
        ("path", "varchar"), ("length", "bigint"), ("partition_spec_id", "integer"),
        ("added_snapshot_id", "bigint"), ("added_data_files_count", "integer"),
        ("added_rows_count", "bigint"), ("existing_data_files_count", "integer"),
        ("existing_rows_count", "bigint"), ("deleted_data_files_count", "integer"),
        ("deleted_rows_count", "bigint"),
        ("partition_summaries", _SUMMARIES),
    ),
    "files": (
        ("content", "integer"), ("file_path", "varchar"), ("file_format", "varchar"),
        ("record_count", "bigint"), ("file_size_in_bytes", "bigint"), ("column_sizes", _MAP),
        ("value_counts", _MAP), ("null_value_counts", _MAP), ("nan_value_counts", _MAP),
        ("lower_bounds", _BOUNDS), ("upper_bounds", _BOUNDS), ("key_metadata", "varbinary"),
        ("split_offsets", "array(bigint)"), ("equality_ids", "array(integer)"),
    ),
    "properties": (("key", "varchar"), ("value", "varchar")),
}  # fmt: skip


def metadata_table(table: IcebergTable, kind: str) -> Relation | None:
    """Return a metadata table, ``None`` when there is none of that kind."""
    rows_of = _ROWS.get(kind)
    if rows_of is None:
        return None
    shape = _partition_shape(table) if kind == "partitions" else _SHAPES[kind]
    columns = tuple(OutputColumn(name, name, parse_type(of)) for name, of in shape)
    rows = [
        ", ".join(
            f"CAST({_literal(value, column.type)} AS {column.type.sql})"
            for value, column in zip(row, columns, strict=True)
        )
        for row in rows_of(table)
    ]
    if not rows:
        listed = ", ".join(f"CAST(NULL AS {c.type.sql}) AS {quote(c.sql_name)}" for c in columns)
        return Relation(f"SELECT {listed} WHERE false", columns)
    return Relation("VALUES " + ", ".join(f"({row})" for row in rows), columns, table.history.size)


def _literal(value: Any, kind: DuckType) -> str:
    if value is None:
        return "NULL"
    if kind.name == "TIMESTAMP WITH TIME ZONE":
        return f"make_timestamptz({value * 1000})"
    written = _NESTED.get(type(value))
    return written(value, kind) if written is not None else text(str(value))


def _map(value: dict[Any, Any], kind: DuckType) -> str:
    keys = ", ".join(_literal(key, kind.key) for key in value)
    return f"map([{keys}], [{', '.join(_literal(v, kind.value) for v in value.values())}])"


def _row(value: tuple[Any, ...], kind: DuckType) -> str:
    fields = zip(kind.items, value, strict=True)
    return "{" + ", ".join(f"{text(n)}: {_literal(v, of)}" for (n, of), v in fields) + "}"


_NESTED: Final[dict[type[Any], Callable[[Any, DuckType], str]]] = {
    bool: lambda value, _: str(value).lower(),
    int: lambda value, _: str(value),
    dict: _map,
    list: lambda value, kind: "[" + ", ".join(_literal(v, kind.element) for v in value) + "]",
    tuple: _row,
}


def _snapshots(table: IcebergTable) -> list[tuple[Any, ...]]:
    return [
        (s.at, s.id, s.parent, s.operation, table.address(s.manifest), s.summary)
        for s in table.history.snapshots
    ]


def _history(table: IcebergTable) -> list[tuple[Any, ...]]:
    return [(s.at, s.id, s.parent, True) for s in table.history.snapshots]


def _refs(table: IcebergTable) -> list[tuple[Any, ...]]:
    current = table.history.current
    return [] if current is None else [("main", "BRANCH", current.id, None, None, None)]


def _manifests(table: IcebergTable) -> list[tuple[Any, ...]]:
    current = table.history.current
    if current is None:
        return []
    rows: list[tuple[Any, ...]] = []
    if current.removed:
        before = _by_name(table.history)
        gone = [before[name] for name in current.removed]
        rows.append(_manifest(table, current.id, 1, ([], gone)))
    alive: dict[int, list[DataFile]] = {}
    for file in table.history.files():
        alive.setdefault(file.snapshot, []).append(file)
    rows += [_manifest(table, number, 0, (files, [])) for number, files in reversed(alive.items())]
    return rows


def _manifest(
    table: IcebergTable, snapshot: int, place: int, content: tuple[list[DataFile], list[DataFile]]
) -> tuple[Any, ...]:
    added, deleted = content
    files = [*added, *deleted]
    name = f"{METADATA_FOLDER}/{uuid5(_NAMESPACE, str(snapshot))}-m{place}.avro"
    summaries = []
    for index in range(len(table.partition)):
        values = [file.partition[index] for file in files if index < len(file.partition)]
        known = sorted(value for value in values if value is not None)
        summaries.append(
            (None in values, False, known[0] if known else None, known[-1] if known else None)
        )
    length = _MANIFEST_BYTES + _ENTRY_BYTES * len(files)
    return (
        table.address(name), length, 0, snapshot,
        len(added), sum(f.rows for f in added), 0, 0,
        len(deleted), sum(f.rows for f in deleted), summaries,
    )  # fmt: skip


def _by_name(history: History) -> dict[str, DataFile]:
    return {file.name: file for one in history.snapshots for file in (*one.carried, *one.added)}


def _files(table: IcebergTable) -> list[tuple[Any, ...]]:
    files = table.history.files()
    metrics = table.metrics(files)
    rows: list[tuple[Any, ...]] = []
    for file in files:
        known = metrics[file.name]
        rows.append(
            (0, table.address(file.name), "PARQUET", file.rows, file.size,
             {m.field: m.size for m in known}, {m.field: m.values for m in known},
             {m.field: m.nulls for m in known}, {},
             {m.field: m.lower for m in known if m.lower is not None},
             {m.field: m.upper for m in known if m.upper is not None},
             None, [_HEAD_BYTES], None)
        )  # fmt: skip
    return rows


def _partition_shape(table: IcebergTable) -> tuple[tuple[str, str], ...]:
    partition = ", ".join(f"{quote(name)} {kind.athena}" for name, kind in table.partition)
    bounds = ", ".join(
        f"{quote(column.name)} row(min {kind.athena}, max {kind.athena}, null_count bigint, "
        "nan_count bigint)"
        for column, kind in _bounded(table)
    )
    return (
        *((("partition", f"row({partition})"),) if partition else ()),
        ("record_count", "bigint"), ("file_count", "bigint"), ("total_size", "bigint"),
        *((("data", f"row({bounds})"),) if bounds else ()),
    )  # fmt: skip


def _bounded(table: IcebergTable) -> list[tuple[Any, DuckType]]:
    keys = {name for name, _ in table.partition}
    found = [(column, parse_type(column.type)) for column in table.entry.columns]
    return [
        (column, kind)
        for column, kind in found
        if column.name not in keys and kind.name not in {"LIST", "MAP", "STRUCT", "BLOB"}
    ]


def _partitions(table: IcebergTable) -> list[tuple[Any, ...]]:
    groups: dict[tuple[str | None, ...], list[DataFile]] = {}
    for file in table.history.files():
        groups.setdefault(file.partition, []).append(file)
    metrics = table.metrics(table.history.files())
    rows: list[tuple[Any, ...]] = []
    for values, files in groups.items():
        known = [metrics[file.name] for file in files]
        data = tuple(
            _bounds([m for one in known for m in one if m.field == column.field], kind)
            for column, kind in _bounded(table)
        )
        padded = (*values, *(None for _ in table.partition))[: len(table.partition)]
        rows.append(
            (*((padded,) if table.partition else ()), sum(f.rows for f in files), len(files),
             sum(f.size for f in files), *((data,) if data else ()))
        )  # fmt: skip
    return rows


def _bounds(metrics: list[Metric], kind: DuckType) -> tuple[Any, ...] | None:
    if not metrics:
        return None
    lower = [m.lower for m in metrics if m.lower is not None]
    upper = [m.upper for m in metrics if m.upper is not None]
    order = float if kind.is_numeric else str
    return (
        min(lower, key=order, default=None),
        max(upper, key=order, default=None),
        sum(m.nulls for m in metrics),
        None,
    )


def _properties(table: IcebergTable) -> list[tuple[Any, ...]]:
    shown = {"write.format.default": "PARQUET", **table.entry.properties}
    return sorted(shown.items())


_ROWS: Final[dict[str, Callable[[IcebergTable], list[tuple[Any, ...]]]]] = {
    "snapshots": _snapshots,
    "history": _history,
    "refs": _refs,
    "manifests": _manifests,
    "files": _files,
    "partitions": _partitions,
    "properties": _properties,
}
