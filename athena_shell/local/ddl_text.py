"""The CREATE TABLE statement that a table would be made with."""

from __future__ import annotations

from typing import Final

from athena_shell.local.catalog import ColumnEntry, TableEntry
from athena_shell.local.transforms import read_transforms
from athena_shell.local.types import text

_STORED: Final = {
    "parquet": (
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    ),
    "csv": (
        "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    ),
    "json": (
        "org.openx.data.jsonserde.JsonSerDe",
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    ),
}


def storage_classes(entry: TableEntry) -> tuple[str, str, str]:
    """Return the SerDe, the input format and the output format of a table."""
    serde, reading, writing = _STORED.get(entry.format, ("", "", ""))
    return entry.options.get("serde", serde), reading, writing


def _column_lines(columns: tuple[ColumnEntry, ...]) -> list[str]:
    lines = []
    for place, column in enumerate(columns):
        comment = f" COMMENT {text(column.comment)}" if column.comment else ""
        last = ")" if place == len(columns) - 1 else ", "
        lines.append(f"  `{column.name}` {column.type}{comment}{last}")
    return lines


def create_table_lines(entry: TableEntry) -> list[str]:
    """Return the statement line by line, as SHOW CREATE TABLE gives it."""
    if entry.format == "iceberg":
        return _iceberg_lines(entry)
    serde, reading, writing = storage_classes(entry)
    lines = [
        f"CREATE EXTERNAL TABLE `{entry.database}.{entry.name}`(",
        *_column_lines(entry.columns),
    ]
    if entry.comment:
        lines.append(f"COMMENT {text(entry.comment)}")
    if entry.partition_keys:
        lines += ["PARTITIONED BY ( ", *_column_lines(entry.partition_keys)]
    lines += ["ROW FORMAT SERDE ", f"  {text(serde)} "]
    if entry.format == "csv":
        shown = [("field.delim", "delimiter"), ("quoteChar", "quote"), ("escapeChar", "escape")]
        pairs = [
            f"  {text(name)}={text(entry.options[key])}"
            for name, key in shown
            if entry.options.get(key)
        ]
        if pairs:
            lines += ["WITH SERDEPROPERTIES ( ", *(f"{p}, " for p in pairs[:-1]), f"{pairs[-1]}) "]
    lines += [
        "STORED AS INPUTFORMAT ",
        f"  {text(reading)} ",
        "OUTPUTFORMAT ",
        f"  {text(writing)}",
    ]
    lines += ["LOCATION", f"  {text(entry.location)}"]
    return lines + _property_lines(entry)


def _iceberg_lines(entry: TableEntry) -> list[str]:
    lines = [f"CREATE TABLE {entry.database}.{entry.name} ("]
    for place, column in enumerate(entry.columns):
        lines.append(
            f"  {column.name} {column.type}" + (")" if place == len(entry.columns) - 1 else ",")
        )
    if entry.transforms:
        shown = (transform.shown for transform in read_transforms(entry.transforms, entry.columns))
        lines.append(f"PARTITIONED BY ({', '.join(shown)})")
    lines.append(f"LOCATION {text(entry.location)}")
    return lines + _property_lines(entry, {"table_type": "iceberg"})


def _property_lines(entry: TableEntry, fixed: dict[str, str] | None = None) -> list[str]:
    properties = {**entry.properties, **(fixed or {})}
    pairs = [f"  {text(key)}={text(value)}" for key, value in sorted(properties.items())]
    if not pairs:
        return []
    return ["TBLPROPERTIES (", *(f"{p}, " for p in pairs[:-1]), f"{pairs[-1]})"]
