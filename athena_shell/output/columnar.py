"""Rows as Parquet or Arrow files with the types that Athena declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any, Final

from athena_shell.core.errors import OutputError
from athena_shell.core.model import Column, Row
from athena_shell.output.missing import extra
from athena_shell.output.options import FormatOptions
from athena_shell.output.values import unique_names

_GROUP_CELLS: Final = 200_000
_GROUP_ROWS: Final = 20_000
_WIDEST_DECIMAL: Final = 38
_MILLISECONDS: Final = 3
_MICROSECONDS: Final = 6
_NANOSECONDS: Final = 9


def write_parquet(
    columns: Sequence[Column], rows: Iterable[Row], stream: IO[bytes], _options: FormatOptions
) -> None:
    """Write a Parquet file, one row group at a time.

    Raises:
        CommandError: pyarrow is not installed.
        OutputError: a value does not read as its declared type.
    """
    with extra("parquet", "The parquet format"):
        import pyarrow as pa
        import pyarrow.parquet as pq
    schema = _schema(pa, columns)
    # the compression finds repeated values as well as a dictionary would, in a third of the time
    with pq.ParquetWriter(stream, schema, compression="zstd", use_dictionary=False) as writer:
        for batch in _record_batches(pa, schema, columns, rows):
            writer.write_batch(batch)


def write_arrow(
    columns: Sequence[Column], rows: Iterable[Row], stream: IO[bytes], _options: FormatOptions
) -> None:
    """Write an Arrow IPC file, one record batch at a time; raises as ``write_parquet``."""
    with extra("parquet", "The arrow format"):
        import pyarrow as pa
    schema = _schema(pa, columns)
    with pa.ipc.new_file(stream, schema) as writer:
        for batch in _record_batches(pa, schema, columns, rows):
            writer.write_batch(batch)


def _schema(pa: Any, columns: Sequence[Column]) -> Any:
    names = unique_names(columns)
    fields = [
        pa.field(name, _arrow_type(pa, column), metadata={"athena.type": column.type})
        for name, column in zip(names, columns, strict=True)
    ]
    return pa.schema(fields)


def _arrow_type(pa: Any, column: Column) -> Any:
    simple = {
        "boolean": pa.bool_(),
        "tinyint": pa.int8(),
        "smallint": pa.int16(),
        "int": pa.int32(),
        "integer": pa.int32(),
        "bigint": pa.int64(),
        "float": pa.float32(),
        "real": pa.float32(),
        "double": pa.float64(),
        "date": pa.date32(),
        "varbinary": pa.binary(),
        "binary": pa.binary(),
    }
    if column.type == "decimal" and 0 < column.precision <= _WIDEST_DECIMAL:
        return pa.decimal128(column.precision, column.scale)
    if column.type == "timestamp":
        return pa.timestamp(_unit(column.precision))
    return simple.get(column.type, pa.string())


def _unit(precision: int) -> str:
    if precision <= _MILLISECONDS:
        return "ms"
    return "us" if precision <= _MICROSECONDS else "ns"


def _record_batches(
    pa: Any, schema: Any, columns: Sequence[Column], rows: Iterable[Row]
) -> Iterator[Any]:
    size = max(1, min(_GROUP_ROWS, _GROUP_CELLS // max(1, len(columns))))
    readers = [_reader(pa, column, field) for column, field in zip(columns, schema, strict=True)]
    for group in _groups(rows, size):
        cells = zip(*group, strict=True)
        arrays = [read(values) for read, values in zip(readers, cells, strict=True)]
        yield pa.record_batch(arrays, schema=schema)


def _groups(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    from itertools import islice

    rows = iter(rows)
    while group := list(islice(rows, size)):
        yield group


def _reader(pa: Any, column: Column, field: Any) -> Callable[[Sequence[str | None]], Any]:
    if pa.types.is_string(field.type):
        return lambda cells: pa.array(cells, pa.string())
    if pa.types.is_binary(field.type):
        return lambda cells: pa.array(
            [None if cell is None else _bytes(cell, field.name) for cell in cells], pa.binary()
        )

    def read(cells: Sequence[str | None]) -> Any:
        try:
            return pa.array(cells, pa.string()).cast(field.type)
        except pa.ArrowInvalid as error:
            raise OutputError(
                f"A value of {field.name} does not read as {column.type}: {error}",
                "Export it as csv, or CAST the column to varchar.",
            ) from error

    return read


def _bytes(cell: str, name: str) -> bytes:
    """Read Athena's text of bytes: pairs of hexadecimal digits parted by blanks."""
    try:
        return bytes.fromhex(cell)
    except ValueError as error:
        raise OutputError(
            f"A value of {name} does not read as bytes: {error}.", "Export it as csv."
        ) from error
