"""DuckDB, locked to the directories it may see, with the macros that the dialect needs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import duckdb

from athena_shell.local.errors import EngineError
from athena_shell.local.failures import translated
from athena_shell.local.macros import missing
from athena_shell.local.types import DuckType, parse_type
from athena_shell.local.watch import Watch

_BATCH: Final = 2048
_SETTINGS: Final = {
    "TimeZone": "'UTC'",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "preserve_insertion_order": "true",
    "error_on_division_by_zero": "false",
}


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
        listed = ", ".join("'" + str(d).replace("'", "''") + "/'" for d in directories)
        self._root.execute(f"SET GLOBAL allowed_directories = [{listed}]")
        self._root.execute("SET GLOBAL enable_external_access = false")
        self._root.execute("SET GLOBAL lock_configuration = true")
        self._macro_lock = threading.Lock()
        self._made: set[str] = set()
        self._watch = Watch()
        self._probe_lock = threading.Lock()
        self._probe = self._root.cursor()
        self._cached_type = lru_cache(maxsize=8192)(self._ask_type)

    def type_of(self, sql: str) -> DuckType:
        """Return the type of an expression that mentions no column."""
        return self._cached_type(sql)

    def _ask_type(self, sql: str) -> DuckType:
        self._make_macros(sql)
        with self._probe_lock:
            try:
                described = self._probe.execute(f"DESCRIBE SELECT {sql}").fetchall()
            except duckdb.Error as error:
                raise translated(error) from error
        return parse_type(described[0][1])

    def describe(self, query: str) -> tuple[tuple[str, DuckType], ...]:
        """Return the names and types of a query's columns."""
        self._make_macros(query)
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
        if interrupt is not None and interrupt.is_set():
            raise cancelled()
        self._make_macros(sql)
        cursor = self._root.cursor()
        if interrupt is not None:
            self._watch.add(cursor, interrupt)
        try:
            cursor.execute(sql)
            first = cursor.fetchmany(_BATCH)
        except duckdb.Error as error:
            self._end(cursor)
            raise _failure(error, interrupt) from error
        if len(first) < _BATCH:
            self._end(cursor)
            return iter(first)
        return self._rest(cursor, first, interrupt)

    def _end(self, cursor: Any) -> None:
        self._watch.remove(cursor)
        cursor.close()

    def _make_macros(self, sql: str) -> None:
        with self._macro_lock:
            new = [definition for _, definition in missing(sql, self._made)]
            if new:
                self._root.execute("".join(f"CREATE MACRO {definition};" for definition in new))

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
        try:
            while batch:
                yield from batch
                batch = cursor.fetchmany(_BATCH)
        except duckdb.Error as error:
            raise _failure(error, interrupt) from error
        finally:
            self._end(cursor)

    def close(self) -> None:
        """Stop what runs and free the memory; a second call does nothing."""
        self._watch.close()
        with self._probe_lock:
            self._probe.close()
        self._root.close()


def _failure(error: Exception, interrupt: threading.Event | None) -> EngineError:
    return cancelled() if interrupt is not None and interrupt.is_set() else translated(error)


def cancelled() -> EngineError:
    """Return the error of a statement that was stopped."""
    return EngineError("USER_CANCELED", "Query was canceled")
