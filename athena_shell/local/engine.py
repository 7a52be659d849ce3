"""The embedded engine: Athena's SQL over a directory that stands for S3."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from athena_shell.local.catalog import DatabaseEntry, LakeCatalog, TableEntry
from athena_shell.local.errors import EngineError, unsupported
from athena_shell.local.lake import Lake
from athena_shell.local.result import LocalResult


class LocalEngine:
    """Runs Athena SQL on this machine; safe to use from several threads at once.

    Args:
        root: where everything is kept: ``root/buckets/<bucket>/<key>`` are the S3 objects,
            ``root/catalog`` is the catalog. Made when missing.
        data: a directory whose CSV, JSON and Parquet files become read-only tables of the
            database ``default``.
        samples: whether the database ``sampledb`` is written when it is not there yet.
    """

    def __init__(self, root: Path, *, data: Path | None = None, samples: bool = True) -> None:
        self.lake = Lake(root / "buckets")
        self.catalog = LakeCatalog(root / "catalog")
        self.warnings: tuple[str, ...] = ()

    def check(self, sql: str) -> None:
        """Raise EngineError for what ``StartQueryExecution`` itself refuses: syntax errors."""

    def execute(
        self,
        sql: str,
        *,
        catalog: str = "AwsDataCatalog",
        database: str = "default",
        parameters: Sequence[str] = (),
        interrupt: threading.Event | None = None,
    ) -> LocalResult:
        """Run one statement.

        Args:
            sql: the statement's text; positions in errors point into it.
            catalog: the context's data catalog; only ``AwsDataCatalog`` exists.
            database: the context's database.
            parameters: execution parameters, each a SQL literal's text, one for each ``?``.
            interrupt: when it is set, the statement ends with EngineError ``CANCELLED``.

        Raises:
            EngineError: named as Trino names it, also while the result's rows are read.
        """
        raise unsupported("This statement")

    def databases(self) -> tuple[DatabaseEntry, ...]:
        """Return the databases by name."""
        return self.catalog.databases()

    def tables(self, database: str) -> tuple[TableEntry, ...]:
        """Return the database's tables and views by name; EngineError SCHEMA_NOT_FOUND."""
        if self.catalog.database(database) is None:
            raise EngineError("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")
        return self.catalog.tables(database)

    def table(self, database: str, name: str) -> TableEntry:
        """Return one table; EngineError SCHEMA_NOT_FOUND or TABLE_NOT_FOUND."""
        entry = self.catalog.table(database, name)
        if entry is None:
            raise EngineError("TABLE_NOT_FOUND", f"Table '{database}.{name}' does not exist")
        return entry

    def close(self) -> None:
        """Stop what runs and free the memory; a second call does nothing."""
