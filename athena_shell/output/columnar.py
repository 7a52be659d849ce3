"""Rows as Parquet or Arrow files with the types that Athena declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import IO, Any, Final

from athena_shell.core.model import Column, Row
from athena_shell.output.arrow_types import Reader, reader_of, schema_of
from athena_shell.output.missing import extra
from athena_shell.output.options import FormatOptions

_GROUP_CELLS: Final = 200_000
_GROUP_ROWS: Final = 20_000
_BLOCK: Final = 1 << 22
_WIDE_BLOCK: Final = 1 << 24
_WIDE: Final = 100

Heard = Callable[[int], None]
"""Is told the number of rows written so far."""


def write_parquet(
    columns: Sequence[Column], rows: Iterable[Row], stream: IO[bytes], _options: FormatOptions
) -> None:
    """Write a Parquet file, one row group at a time.

    Raises:
        CommandError: pyarrow is not installed.
        OutputError: a value does not read as its declared type.
    """
    pa = _arrow("parquet")
    schema = schema_of(pa, columns)
    with _parquet(stream, schema) as writer:
        for batch in _record_batches(pa, schema, columns, rows):
            writer.write_batch(batch)


def write_arrow(
    columns: Sequence[Column], rows: Iterable[Row], stream: IO[bytes], _options: FormatOptions
) -> None:
    """Write an Arrow IPC file, one record batch at a time; raises as ``write_parquet``."""
    pa = _arrow("arrow")
    schema = schema_of(pa, columns)
    with pa.ipc.new_file(stream, schema) as writer:
        for batch in _record_batches(pa, schema, columns, rows):
            writer.write_batch(batch)


def parquet_from_csv(
    columns: Sequence[Column], source: IO[bytes], stream: IO[bytes], heard: Heard
) -> bool:
    """Write a Parquet file from Athena's own CSV with its header line.

    Returns whether it could be done; when not, ``stream`` holds a part and the rows have to be
    written otherwise. Raises as ``write_parquet``.
    """
    pa = _arrow("parquet")
    schema = schema_of(pa, columns)
    return _convert(pa, schema, columns, source, _parquet(stream, schema), heard)


def arrow_from_csv(
    columns: Sequence[Column], source: IO[bytes], stream: IO[bytes], heard: Heard
) -> bool:
    """Write an Arrow IPC file from Athena's own CSV; otherwise as ``parquet_from_csv``."""
    pa = _arrow("arrow")
    schema = schema_of(pa, columns)
    return _convert(pa, schema, columns, source, pa.ipc.new_file(stream, schema), heard)


def _arrow(name: str) -> Any:
    with extra("parquet", f"The {name} format"):
        import pyarrow as pa
    return pa


def _parquet(stream: IO[bytes], schema: Any) -> Any:
    import pyarrow.parquet as pq

    # the compression finds repeated values as well as a dictionary would, in a third of the time
    return pq.ParquetWriter(stream, schema, compression="zstd", use_dictionary=False)


def _readers(pa: Any, schema: Any, columns: Sequence[Column]) -> list[Reader]:
    return [reader_of(pa, column, field) for column, field in zip(columns, schema, strict=True)]


def _record_batches(
    pa: Any, schema: Any, columns: Sequence[Column], rows: Iterable[Row]
) -> Iterator[Any]:
    size = max(1, min(_GROUP_ROWS, _GROUP_CELLS // max(1, len(columns))))
    readers = _readers(pa, schema, columns)
    text = pa.string()
    rows = iter(rows)
    while group := list(islice(rows, size)):
        cells = zip(*group, strict=True)
        arrays = [read(pa.array(values, text)) for read, values in zip(readers, cells, strict=True)]
        yield pa.record_batch(arrays, schema=schema)


def _convert(
    pa: Any,
    schema: Any,
    columns: Sequence[Column],
    source: IO[bytes],
    writer: AbstractContextManager[Any],
    heard: Heard,
) -> bool:
    readers = _readers(pa, schema, columns)
    count = 0
    with writer as opened:
        try:
            for texts in _texts(pa, len(columns), source):
                arrays = [read(column) for read, column in zip(readers, texts.columns, strict=True)]
                opened.write_batch(pa.record_batch(arrays, schema=schema))
                count += texts.num_rows
                heard(count)
        except pa.ArrowInvalid:  # a row larger than a block, bytes that are no UTF-8
            return False
    return True


def _texts(pa: Any, width: int, source: IO[bytes]) -> Iterator[Any]:
    """Yield the cells of a CSV as texts; an empty unquoted one is missing, ``""`` is empty."""
    from pyarrow import csv

    names = [str(place) for place in range(width)]
    return iter(
        csv.open_csv(
            source,
            csv.ReadOptions(
                column_names=names,
                skip_rows_after_names=1,
                block_size=_WIDE_BLOCK if width > _WIDE else _BLOCK,
            ),
            csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    )
