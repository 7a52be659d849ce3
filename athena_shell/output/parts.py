"""Parquet files that a query has written to S3, put into a file or a directory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from athena_shell.core.errors import ServiceError
from athena_shell.core.model import Part, Transferred
from athena_shell.output.export import whole_or_absent
from athena_shell.output.missing import extra
from athena_shell.output.sink import write_error

if TYPE_CHECKING:
    from athena_shell.core.model import Report


def put(parts: Sequence[Part], path: Path, report: Report, *, force: bool) -> Transferred:
    """Copy parts into one file, or into a directory if the path is one.

    Args:
        parts: what the query has written, at least one.
        path: the file or the directory.
        report: hears how far it is.
        force: whether files that exist are replaced.

    Returns:
        The rows, 0 when they cannot be told here, and the bytes.

    Raises:
        CommandError: pyarrow is needed and not installed.
        OutputError: a file cannot be written.
        ServiceError: a part cannot be read.
        ResultError: a part was deleted or replaced meanwhile.
    """
    into = into_folder if path.is_dir() else into_file
    return into(parts, path, report, force=force)


def what_stays(parts: Sequence[Part]) -> str:
    """Return what is left in S3, such as ``2 parts stay in s3://bucket/unload-1/``."""
    folder = parts[0].address.rpartition("/")[0]
    many = "1 part stays" if len(parts) == 1 else f"{len(parts)} parts stay"
    return f"{many} in {folder}/"


def into_folder(parts: Sequence[Part], folder: Path, report: Report, *, force: bool) -> Transferred:
    """Copy each part to a file of its own."""
    rows = size = 0
    for number, part in enumerate(parts, start=1):
        name = part.address.rpartition("/")[2]
        path = folder / (name if name.endswith(".parquet") else f"part-{number:05}.parquet")
        with whole_or_absent(path, force=force) as writer:
            done = _filled(part, writer.fill, path, report)
            rows += _rows_of(writer.binary)
        size += done.bytes
    return Transferred(rows, size)


def into_file(parts: Sequence[Part], path: Path, report: Report, *, force: bool) -> Transferred:
    """Copy the only part, or put several together, one group of rows at a time."""
    with whole_or_absent(path, force=force) as writer:
        if len(parts) == 1:
            done = _filled(parts[0], writer.fill, path, report)
            return Transferred(_rows_of(writer.binary), done.bytes)
        with extra("parquet", "Putting the parts together"):
            import pyarrow.parquet as pq
        rows = 0
        with ExitStack() as stack:
            together: Any = None
            for part in parts:
                file = stack.enter_context(tempfile.TemporaryFile(dir=path.parent))
                _filled(part, lambda copy, file=file: copy(file.fileno()), path, report)
                source = pq.ParquetFile(file)
                if together is None:
                    together = stack.enter_context(
                        pq.ParquetWriter(writer.binary, source.schema_arrow, compression="zstd")
                    )
                for batch in source.iter_batches():
                    together.write_batch(batch)
                    rows += batch.num_rows
                file.close()
        return Transferred(rows, writer.binary.tell())


def _filled(part: Part, fill: Any, path: Path, report: Report) -> Transferred:
    try:
        done: Transferred = fill(lambda descriptor: part.copy(descriptor, report))
    except ServiceError as error:
        error.hint = error.hint or f"The part stays at {part.address}."
        raise
    except OSError as error:
        raise write_error(str(path), error) from error
    return done


def _rows_of(file: IO[bytes]) -> int:
    """Return a Parquet file's rows, 0 when that cannot be told here."""
    try:
        import pyarrow.parquet as pq
    except ImportError:
        return 0
    rows: int = pq.read_metadata(file).num_rows
    file.seek(0, os.SEEK_END)
    return rows
