"""What every kind of statement needs while it runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from athena_shell.local.catalog import LakeCatalog, TableEntry
from athena_shell.local.dialect import Context, Query, translate
from athena_shell.local.duck import Duck
from athena_shell.local.errors import EngineError, ScanLimitExceeded
from athena_shell.local.lake import Lake
from athena_shell.local.render import rendered_query
from athena_shell.local.result import LocalColumn, LocalResult, LocalRow
from athena_shell.local.scope import OutputColumn
from athena_shell.local.storage import Storage


@dataclass
class Execution:
    """One run of one statement; ``scan_limit`` is how many bytes it may read."""

    sql: str
    database: str
    parameters: tuple[str, ...]
    interrupt: threading.Event | None
    catalog: LakeCatalog
    lake: Lake
    storage: Storage
    duck: Duck
    write_lock: threading.Lock
    scan_limit: int | None = None

    def context(self, text: str) -> Context:
        """Return a fresh translation of a text."""
        return Context(text, self.database, self.storage, self.duck, self.parameters)

    def translate(self, text: str) -> tuple[Query, Context]:
        """Translate a query."""
        context = self.context(text)
        return translate(context), context

    def scanned(self, context: Context) -> int:
        """Return the bytes that a translated statement reads; ScanLimitExceeded when too many."""
        total = sum(context.used.values())
        if self.scan_limit is not None and total > self.scan_limit:
            raise ScanLimitExceeded(total)
        return total

    def run(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Run DuckDB's SQL."""
        return self.duck.run(sql, self.interrupt)

    def select(self, text: str) -> LocalResult:
        """Run a query of Athena's dialect."""
        query, context = self.translate(text)
        scanned = self.scanned(context)
        try:
            rows = self.run(rendered_query(query.sql, tuple(c.type for c in query.columns)))
        except EngineError as error:
            from athena_shell.local.ungrouped import located

            raise located(error, context) from error
        return LocalResult(result_columns(query.columns), rows, scanned_bytes=scanned)

    def table(self, database: str, name: str) -> TableEntry:
        """Return a table or view; EngineError SCHEMA_NOT_FOUND or TABLE_NOT_FOUND."""
        if self.catalog.database(database) is None:
            raise EngineError("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")
        entry = self.catalog.table(database, name)
        if entry is None:
            raise EngineError("TABLE_NOT_FOUND", f"Table '{database}.{name}' does not exist")
        return entry

    def writable(self, database: str, name: str) -> TableEntry:
        """Return a table whose files may be changed."""
        entry = self.table(database, name)
        if entry.read_only:
            raise EngineError(
                "NOT_SUPPORTED",
                f"Table '{database}.{name}' is read-only: it is made of the files in "
                f"{entry.location}; CREATE TABLE … AS SELECT makes a copy that can be changed",
            )
        if entry.format == "view":
            raise EngineError("NOT_SUPPORTED", "Inserting into views is not supported")
        return entry


def result_columns(columns: tuple[OutputColumn, ...]) -> tuple[LocalColumn, ...]:
    """Return a query's columns as its result shows them."""
    return tuple(
        LocalColumn(column.name if column.name is not None else f"_col{place}", *column.type.info)
        for place, column in enumerate(columns)
    )


def text_result(names: tuple[str, ...], lines: list[str]) -> LocalResult:
    """Return a result of lines, as SHOW and DESCRIBE give."""
    columns = tuple(LocalColumn(name, "string", 0, 0) for name in names)
    rows: Iterator[LocalRow] = iter([(line,) for line in lines])
    return LocalResult(columns, rows, text_lines=tuple(lines))


def no_result(count: int | None = None, written: tuple[str, ...] = ()) -> LocalResult:
    """Return the result of a statement that has none."""
    return LocalResult((), iter(()), update_count=count, text_lines=(), written=written)
