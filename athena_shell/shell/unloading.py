"""A query whose result Athena itself writes as Parquet, fetched into a file or a directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from athena_shell.core.errors import CommandError
from athena_shell.core.model import QueryExecution, Statement
from athena_shell.output.parts import put, what_stays
from athena_shell.query.cost import format_bytes
from athena_shell.query.unload import is_unloadable, result_location, unloading
from athena_shell.shell.afterword import rows_text
from athena_shell.sql.statement import classify
from athena_shell.sql.variables import Substitution

if TYPE_CHECKING:
    from athena_shell.shell.tools import Tools


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
    if not is_unloadable(statement.text):
        verb = classify(statement.text).verb.upper()
        raise CommandError(
            f"UNLOAD takes a SELECT; this is {verb or 'no statement'}.",
            "Leave --unload out.",
        )
    place = tools.run_again_after_login(lambda: _result_location(tools))
    return Statement(unloading(Substitution(statement.text), place).text)


def _result_location(tools: Tools) -> str:
    target = tools.current.session.target
    metadata = tools.services.connect().metadata
    return result_location(target, metadata.workgroup(target.workgroup or "primary"))


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
    with tools.transfer() as report:
        done = put(parts, path, report, force=force)
    rows = rows_text(done.rows or None) or "The result"
    return f"{rows} to {path} ({format_bytes(done.bytes)}); {what_stays(parts)}"
