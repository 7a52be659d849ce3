"""A query whose result Athena itself writes as Parquet, fetched into a file or a directory."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from athena_shell.core.errors import CommandError, ServiceError
from athena_shell.core.model import Part, QueryExecution, Statement, Transferred
from athena_shell.output.export import whole_or_absent
from athena_shell.output.missing import extra
from athena_shell.output.sink import write_error
from athena_shell.query.cost import format_bytes
from athena_shell.query.transfer_line import line_on
from athena_shell.shell.afterword import rows_text
from athena_shell.sql.statement import classify
from athena_shell.sql.variables import quote_literal

if TYPE_CHECKING:
    from athena_shell.core.model import Report
    from athena_shell.shell.tools import Tools

_QUERIES = frozenset({"SELECT", "WITH", "VALUES", "TABLE"})


def unload_statement(tools: Tools, statement: Statement | None) -> Statement:
    """Return the statement that writes a query's result as Parquet below the result location.

    Raises:
        CommandError: there is no query, it is none that UNLOAD takes, or there is no place in S3.
    """
    if statement is None or not statement.text:
        raise CommandError(
            "--unload has Athena run a query, and there is none.",
            r"Write \export FILE.parquet --unload SELECT …",
        )
    verb = classify(statement.text).verb.upper()
    if verb not in _QUERIES:
        raise CommandError(
            f"UNLOAD takes a SELECT; this is {verb or 'no statement'}.",
            "Leave --unload out.",
        )
    place = tools.run_again_after_login(lambda: _result_location(tools))
    location = f"{place.rstrip('/')}/unload-{uuid.uuid4()}/"
    text = f"UNLOAD ({statement.text}\n) TO {quote_literal(location)} WITH (format = 'PARQUET')"
    return Statement(text)


def _result_location(tools: Tools) -> str:
    session = tools.current.session
    workgroup = tools.services.connect().metadata.workgroup(session.target.workgroup or "primary")
    own = session.target.output_location
    place = workgroup.output_location if workgroup.enforced or not own else own
    if workgroup.managed_results or not place:
        raise CommandError(
            "There is no place in S3 for the parts: the workgroup keeps its results itself.",
            "Name one with S3OutputLocation in the profile, or leave --unload out.",
        )
    return place


def fetch_parts(tools: Tools, execution: QueryExecution, path: Path, *, force: bool) -> str:
    """Fetch what an UNLOAD has written; return what to say of it.

    Raises:
        CommandError: there were no rows, or pyarrow is needed and not installed.
        OutputError: the file cannot be written.
        ResultError: a part was deleted or replaced meanwhile.
    """
    connection = tools.services.connect()
    if connection.parts is None:
        raise CommandError("The parts cannot be fetched here.", "Leave --unload out.")
    find = connection.parts
    parts = tools.run_again_after_login(lambda: find(execution))
    if not parts:
        raise CommandError(
            "The query gave no rows, so Athena wrote no file.",
            r"\export without --unload writes a file without rows.",
        )
    line = line_on(tools.console.stderr, tools.services.environment, tools.clock)
    with tools.keyboard.unechoed():
        try:
            if path.is_dir():
                done = into_folder(parts, path, line.report, force=force)
            else:
                done = into_file(parts, path, line.report, force=force)
        finally:
            line.clear()
    folder = parts[0].address.rpartition("/")[0]
    many = "1 part stays" if len(parts) == 1 else f"{len(parts)} parts stay"
    rows = rows_text(done.rows) or "The result"
    return f"{rows} to {path} ({format_bytes(done.bytes)}); {many} in {folder}/"


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
