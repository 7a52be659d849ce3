"""DuckDB, locked to the directories it may see, with the macros that the dialect needs."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import duckdb

from athena_shell.local.dialect import trying_names
from athena_shell.local.dialect_dates import DATE_MACROS
from athena_shell.local.dialect_lambdas import LAMBDA_MACROS
from athena_shell.local.errors import EngineError
from athena_shell.local.failures import translated
from athena_shell.local.functions_aggregates import AGGREGATE_MACROS
from athena_shell.local.functions_casts import CAST_MACROS
from athena_shell.local.functions_collections import COLLECTION_MACROS
from athena_shell.local.functions_json import JSON_MACROS
from athena_shell.local.functions_numeric import NUMERIC_MACROS
from athena_shell.local.functions_text import TEXT_MACROS
from athena_shell.local.functions_time import TIME_MACROS
from athena_shell.local.types import DuckType, parse_type

_BATCH: Final = 2048
_POLL_SECONDS: Final = 0.05
_FAIL: Final = """
a_fail(m, x) AS CASE WHEN error(m) IS NULL THEN x END;
"""
_NO_FAIL: Final = "t_fail(m, x) AS CASE WHEN length(m) < 0 THEN x END;"
_SOURCES: Final = (
    _FAIL, NUMERIC_MACROS, TEXT_MACROS, TIME_MACROS, DATE_MACROS, CAST_MACROS, COLLECTION_MACROS,
    JSON_MACROS, LAMBDA_MACROS, AGGREGATE_MACROS,
)  # fmt: skip
_SETTINGS: Final = {
    "TimeZone": "'UTC'",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "preserve_insertion_order": "true",
    "error_on_division_by_zero": "false",
}


def macros() -> str:
    """Return the statements that make every macro, and its namesake for use inside TRY."""
    statements = []
    for source in _SOURCES:
        for definition in filter(
            None, (part.strip() for part in re.split(r";\s*\n", source + "\n"))
        ):
            statements.append(f"CREATE MACRO {definition};")
            if source is not _FAIL:
                statements.append(f"CREATE MACRO {trying_names(definition)};")
    statements.insert(1, f"CREATE MACRO {_NO_FAIL}")
    return "\n".join(statements)


class Duck:
    """An in-memory DuckDB that may read and write below some directories only.

    Args:
        directories: what it may see; nothing else of this machine.
    """

    def __init__(self, directories: Sequence[Path]) -> None:
        self._root = duckdb.connect(":memory:")
        known = {
            row[0] for row in self._root.execute("SELECT name FROM duckdb_settings()").fetchall()
        }
        for name, value in _SETTINGS.items():
            if name in known:
                self._root.execute(f"SET GLOBAL {name} = {value}")
        self._root.execute(macros())
        listed = ", ".join("'" + str(d).replace("'", "''") + "/'" for d in directories)
        self._root.execute(f"SET GLOBAL allowed_directories = [{listed}]")
        self._root.execute("SET GLOBAL enable_external_access = false")
        self._root.execute("SET GLOBAL lock_configuration = true")
        self._probe_lock = threading.Lock()
        self._probe = self._root.cursor()
        self._cached_type = lru_cache(maxsize=8192)(self._ask_type)

    def type_of(self, sql: str) -> DuckType:
        """Return the type of an expression that mentions no column."""
        return self._cached_type(sql)

    def _ask_type(self, sql: str) -> DuckType:
        with self._probe_lock:
            try:
                described = self._probe.execute(f"DESCRIBE SELECT {sql}").fetchall()
            except duckdb.Error as error:
                raise translated(error) from error
        return parse_type(described[0][1])

    def describe(self, query: str) -> tuple[tuple[str, DuckType], ...]:
        """Return the names and types of a query's columns."""
        with self._probe_lock:
            try:
                described = self._probe.execute(f"DESCRIBE {query}").fetchall()
            except duckdb.Error as error:
                raise translated(error) from error
        return tuple((str(row[0]), parse_type(row[1])) for row in described)

    def run(self, sql: str, interrupt: threading.Event | None = None) -> Iterator[tuple[Any, ...]]:
        """Run one statement and yield its rows; EngineError, also while rows are read.

        The statement has begun, or failed, when this returns.
        """
        cursor = self._root.cursor()
        watch = _Watch(cursor, interrupt)
        try:
            with watch:
                cursor.execute(sql)
                first = cursor.fetchmany(_BATCH)
        except duckdb.Error as error:
            cursor.close()
            raise watch.failure(error) from error
        return self._rest(cursor, first, interrupt)

    def script(self, *statements: str) -> None:
        """Run statements one after the other on one connection; EngineError."""
        cursor = self._root.cursor()
        try:
            for statement in statements:
                cursor.execute(statement)
        except duckdb.Error as error:
            raise translated(error) from error
        finally:
            cursor.close()

    def _rest(
        self, cursor: Any, batch: list[tuple[Any, ...]], interrupt: threading.Event | None
    ) -> Iterator[tuple[Any, ...]]:
        watch = _Watch(cursor, interrupt)
        try:
            while batch:
                yield from batch
                if len(batch) < _BATCH:
                    return
                try:
                    with watch:
                        batch = cursor.fetchmany(_BATCH)
                except duckdb.Error as error:
                    raise watch.failure(error) from error
        finally:
            cursor.close()

    def close(self) -> None:
        """Free the memory; a second call does nothing."""
        with self._probe_lock:
            self._probe.close()
        self._root.close()


class _Watch:
    """Interrupts a cursor as soon as an event is set, while its block runs."""

    def __init__(self, cursor: Any, event: threading.Event | None) -> None:
        self._cursor = cursor
        self._event = event
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> None:
        if self._event is None:
            return
        if self._event.is_set():
            raise cancelled()
        self._done.clear()
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _wait(self) -> None:
        assert self._event is not None  # noqa: S101 - only started when there is one
        while not self._done.is_set():
            if self._event.wait(_POLL_SECONDS):
                while not self._done.wait(_POLL_SECONDS):
                    self._cursor.interrupt()
                return

    def failure(self, error: Exception) -> EngineError:
        if self._event is not None and self._event.is_set():
            return cancelled()
        return translated(error)


def cancelled() -> EngineError:
    """Return the error of a statement that was stopped."""
    return EngineError("USER_CANCELED", "Query was canceled")
