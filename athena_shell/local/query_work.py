"""What a worker does with a started query: run it, write its result, say how it ended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from athena_shell.local.catalog import CATALOG_NAME, DatabaseEntry, TableEntry
from athena_shell.local.clock import Clock
from athena_shell.local.errors import EngineError, ScanLimitExceeded
from athena_shell.local.executions import stopped
from athena_shell.local.lake import Lake
from athena_shell.local.prepared import (
    Invocation,
    Preparation,
    Prepared,
    PreparedStatements,
    Removal,
    parse,
)
from athena_shell.local.query_execution import (
    CANCELLED,
    FAILED,
    SUCCEEDED,
    Execution,
    Order,
    Outcome,
)
from athena_shell.local.result import LocalResult, LocalRow
from athena_shell.local.rowfile import RowFile, write_rows

_log = logging.getLogger(__name__)


class SqlEngine(Protocol):
    """What the endpoint asks of the SQL engine."""

    lake: Lake

    def check(self, sql: str) -> None:
        """Raise EngineError for a syntax error."""

    def statement_type(self, sql: str) -> tuple[str, str]:
        """Return the statement type and the substatement type."""

    def execute(
        self,
        sql: str,
        *,
        catalog: str = ...,
        database: str = ...,
        parameters: Sequence[str] = ...,
        interrupt: threading.Event | None = ...,
        scan_limit: int | None = ...,
    ) -> LocalResult:
        """Run one statement; raises EngineError, also while rows are read."""

    def databases(self) -> Sequence[DatabaseEntry]:
        """Return the databases."""

    def tables(self, database: str) -> Sequence[TableEntry]:
        """Return a database's tables; EngineError when there is no such database."""

    def table(self, database: str, name: str) -> TableEntry:
        """Return one table; EngineError when there is none."""

    def close(self) -> None:
        """Stop everything."""


@runtime_checkable
class MeasuringEngine(Protocol):
    """An engine that can also measure a query."""

    def profile(
        self, sql: str, *, database: str = ..., parameters: Sequence[str] = ...
    ) -> Mapping[str, Any]:
        """Run a query again and return its measured operator tree; EngineError for others."""


class QueryWork:
    """Runs executions on the SQL engine.

    Args:
        engine: runs SQL.
        prepared: prepared statements by workgroup.
        clock: dates what is prepared.
        private: a directory for results that have no object in S3.
    """

    def __init__(
        self, engine: SqlEngine, prepared: PreparedStatements, clock: Clock, private: Path
    ) -> None:
        self._engine = engine
        self._prepared = prepared
        self._clock = clock
        self._private = private
        private.mkdir(parents=True, exist_ok=True)

    def run(self, execution: Execution, earlier: Execution | None = None) -> Outcome:
        """Run one and say how it ended; takes ``earlier``'s result when it is given."""
        if execution.stop.is_set():
            return stopped()
        if earlier is not None and earlier.outcome is not None:
            return _reused(earlier.outcome)
        try:
            return self._outcome(execution)
        except ScanLimitExceeded as error:
            return Outcome(
                CANCELLED,
                error.message,
                scanned=error.scanned,
                statement=self.statement_type(execution.order.sql),
            )
        except EngineError as error:
            return stopped() if execution.stop.is_set() else failure(error)
        except Exception:  # noqa: BLE001 - a bug of the engine ends one query, never the endpoint
            _log.exception("the local engine failed on query %s", execution.id)
            return failure(
                EngineError("INTERNAL_ERROR", "The local engine failed on this statement")
            )

    def profile(self, execution: Execution) -> Mapping[str, Any] | None:
        """Return the measured operator tree of a query that succeeded, ``None`` without one."""
        outcome, order = execution.outcome, execution.order
        if outcome is None or outcome.statement != ("DML", "SELECT") or outcome.reused:
            return None
        if parse(order.sql) is not None or not isinstance(self._engine, MeasuringEngine):
            return None
        try:
            return self._engine.profile(
                order.sql, database=order.database or "default", parameters=order.parameters
            )
        except EngineError:
            return None

    def check(self, sql: str) -> None:
        """Raise EngineError for a text that StartQueryExecution itself refuses."""
        about = parse(sql)
        if isinstance(about, Preparation):
            self._engine.check(about.sql)
        elif about is None:
            self._engine.check(sql)

    def statement_type(self, sql: str) -> tuple[str, str]:
        """Return the statement type and the substatement type of a text that was checked."""
        about = parse(sql)
        if isinstance(about, Invocation):
            return "DML", "EXECUTE"
        if isinstance(about, Preparation):
            return "DDL", "PREPARE"
        return ("DDL", "DEALLOCATE") if about is not None else self._engine.statement_type(sql)

    def _outcome(self, execution: Execution) -> Outcome:
        about = parse(execution.order.sql)
        order, hinted = execution.order, execution.pace.scan
        if hinted is not None and order.cutoff is not None and hinted > order.cutoff:
            raise ScanLimitExceeded(hinted)
        if isinstance(about, Preparation):
            return self._prepare(execution, about)
        if isinstance(about, Removal):
            if not self._prepared.remove(order.workgroup, about.name):
                raise EngineError("NOT_FOUND", f"Prepared statement not found: {about.name}")
            return self._textual(execution, ("DDL", "DEALLOCATE"))
        sql, parameters = order.sql, order.parameters
        if isinstance(about, Invocation):
            sql = self._prepared.use(order.workgroup, about.name).sql
            parameters = about.values or parameters
        result = self._engine.execute(
            sql,
            catalog=CATALOG_NAME,
            database=order.database or "default",
            parameters=parameters,
            interrupt=execution.stop,
            scan_limit=order.cutoff if hinted is None else None,
        )
        return self._written(execution, result)

    def _prepare(self, execution: Execution, about: Preparation) -> Outcome:
        order = execution.order
        self._prepared.put(Prepared(about.name, order.workgroup, about.sql, "", self._clock.now()))
        return self._textual(execution, ("DDL", "PREPARE"))

    def _textual(self, execution: Execution, statement: tuple[str, str]) -> Outcome:
        nothing = LocalResult((), iter(()), *statement, text_lines=())
        return self._written(execution, nothing)

    def _written(self, execution: Execution, result: LocalResult) -> Outcome:
        """Write the result's files; nothing is left of them when the rows end in an error."""
        order = execution.order
        statement = (result.statement_type, result.substatement_type)
        textual = result.text_lines is not None
        location = "" if order.managed else execution.location
        names = tuple(column.name for column in result.columns)
        kept = self._private / f"{execution.id}.rows"
        temporary = kept.with_suffix(".part")
        try:
            header = names if names and not textual and result.update_count is None else None
            rows = write_rows(temporary, header, _until(result.rows, execution.stop))
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        path = kept
        if location and textual:
            self._write_object(location, "".join(f"{ln}\n" for ln in result.text_lines or ()))
        elif location and header is not None:
            path = self._engine.lake.path_of(location)
            path.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(path)
        return Outcome(
            SUCCEEDED,
            columns=tuple(result.columns),
            rows=RowFile(path, rows.header, rows.count, rows.marks),
            location=location,
            manifest=self._write_manifest(order, execution, result),
            update_count=result.update_count,
            scanned=result.scanned_bytes,
            statement=statement,
        )

    def _write_object(self, location: str, text: str) -> None:
        path = self._engine.lake.path_of(location)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_text(text, "utf-8")
        temporary.replace(path)

    def _write_manifest(self, order: Order, execution: Execution, result: LocalResult) -> str:
        if not result.written or order.managed:
            return ""
        folder = str(order.result["OutputLocation"]).rstrip("/")
        location = f"{folder}/{execution.id}-manifest.csv"
        self._write_object(location, "".join(f"{address}\n" for address in result.written))
        return location


def _until(rows: Iterator[LocalRow], stop: threading.Event) -> Iterator[LocalRow]:
    for row in rows:
        if stop.is_set():
            raise EngineError("CANCELLED", "The query was stopped")
        yield row


def _reused(outcome: Outcome) -> Outcome:
    return Outcome(
        SUCCEEDED,
        columns=outcome.columns,
        rows=outcome.rows,
        location=outcome.location,
        statement=outcome.statement,
        reused=True,
    )


def failure(error: EngineError) -> Outcome:
    """Return the end of a query that failed with ``error``."""
    return Outcome(
        FAILED,
        error.reason,
        {
            "ErrorCategory": error.category,
            "ErrorType": error.kind,
            "Retryable": False,
            "ErrorMessage": error.reason,
        },
    )
