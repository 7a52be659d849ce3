"""The embedded engine: Athena's SQL over a directory that stands for S3."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from athena_shell.local.catalog import DatabaseEntry, LakeCatalog, TableEntry
from athena_shell.local.errors import EngineError
from athena_shell.local.lake import Lake
from athena_shell.local.result import LocalResult
from athena_shell.local.statements import Reader, statement_kind

if TYPE_CHECKING:
    from athena_shell.local.execution import Execution

_CATALOG: Final = "awsdatacatalog"


class LocalEngine:
    """Runs Athena SQL on this machine; safe to use from several threads at once.

    Args:
        root: where everything is kept: ``root/buckets/<bucket>/<key>`` are the S3 objects,
            ``root/catalog`` is the catalog. Made when missing.
        data: a directory whose CSV, JSON and Parquet files become read-only tables of the
            database ``default``; what cannot be read is told in ``warnings``.
        samples: whether the database ``sampledb`` is written when it is not there yet.
    """

    def __init__(self, root: Path, *, data: Path | None = None, samples: bool = True) -> None:
        from athena_shell.local.duck import Duck
        from athena_shell.local.storage import Storage

        self.lake = Lake(root / "buckets")
        self.catalog = LakeCatalog(root / "catalog")
        self.warnings: tuple[str, ...] = ()
        seen = [self.lake.root]
        if data is not None:
            seen.append(data.resolve())
        self._duck = Duck(seen)
        self._storage = Storage(self.catalog, self.lake, self._duck)
        self._write_lock = threading.Lock()
        if samples:
            from athena_shell.local.samples import write_samples

            write_samples(self._duck, self.catalog, self.lake)
        if data is not None:
            from athena_shell.local.datadir import find_tables

            entries, self.warnings = find_tables(self._duck, data.resolve())
            self.catalog.fix(entries)

    def statement_type(self, sql: str) -> tuple[str, str]:
        """Return Athena's StatementType and SubstatementType, such as DML and SELECT."""
        return statement_kind(sql)

    def check(self, sql: str) -> None:
        """Raise EngineError for what ``StartQueryExecution`` itself refuses: syntax errors."""
        from athena_shell.local.syntax import parse

        reader = Reader(sql)
        if reader.at_end():
            raise EngineError("SYNTAX_ERROR", "line 1:1: Query string must not be empty")
        kind = statement_kind(sql)[1]
        if not kind:
            if reader.accept("SHOW"):
                raise reader.mistake(_SHOWN)
            raise reader.mistake(_STARTS)
        if kind == "SELECT":
            parse(_trimmed(sql))

    def execute(
        self,
        sql: str,
        *,
        catalog: str = "AwsDataCatalog",
        database: str = "default",
        parameters: Sequence[str] = (),
        interrupt: threading.Event | None = None,
        scan_limit: int | None = None,
    ) -> LocalResult:
        """Run one statement.

        Args:
            sql: the statement's text; positions in errors point into it.
            catalog: the context's data catalog; only ``AwsDataCatalog`` exists.
            database: the context's database.
            parameters: execution parameters, each a SQL literal's text, one for each ``?``.
            interrupt: when it is set, the statement ends with EngineError ``USER_CANCELED``.
            scan_limit: how many bytes it may read.

        Raises:
            ScanLimitExceeded: it would read more; nothing was changed.
            EngineError: named as Trino names it, also while the result's rows are read.
        """
        if catalog.lower() not in {"", _CATALOG}:
            raise EngineError("CATALOG_NOT_FOUND", f"Catalog '{catalog}' does not exist")
        self.check(sql)
        kind, sub = statement_kind(sql)
        execution = self._execution(sql, database, parameters, interrupt)
        execution.scan_limit = scan_limit
        result = _runner(sub)(execution, Reader(execution.sql))
        return replace(result, statement_type=kind, substatement_type=sub)

    def _execution(
        self,
        sql: str,
        database: str,
        parameters: Sequence[str],
        interrupt: threading.Event | None,
    ) -> Execution:
        from athena_shell.local.execution import Execution

        return Execution(
            sql=_trimmed(sql),
            database=(database or "default").lower().strip('`"'),
            parameters=tuple(parameters),
            interrupt=interrupt,
            catalog=self.catalog,
            lake=self.lake,
            storage=self._storage,
            duck=self._duck,
            write_lock=self._write_lock,
        )

    def profile(
        self, sql: str, *, database: str = "default", parameters: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Run a query once more and return DuckDB's account of it, operator by operator.

        Raises:
            EngineError: NOT_SUPPORTED for anything but a query; else as ``execute``.
        """
        import json

        from athena_shell.local.errors import unsupported

        if statement_kind(sql)[1] != "SELECT":
            raise unsupported("A profile of anything but a query")
        execution = self._execution(sql, database, parameters, None)
        query, _ = execution.translate(execution.sql)
        rows = list(execution.run(f"EXPLAIN (ANALYZE, FORMAT json) {query.sql}"))
        found: dict[str, Any] = json.loads(rows[0][-1])
        return found

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
        self._duck.close()


_Runner = Callable[["Execution", Reader], LocalResult]
_SHOWN: Final = (
    "'COLUMNS', 'CREATE', 'DATABASES', 'FUNCTIONS', 'PARTITIONS', 'SCHEMAS', 'TABLES', "
    "'TBLPROPERTIES', 'VIEWS'"
)
_STARTS: Final = (
    "'ALTER', 'CREATE', 'DEALLOCATE', 'DELETE', 'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', "
    "'INSERT', 'MERGE', 'MSCK', 'OPTIMIZE', 'PREPARE', 'SHOW', 'UNLOAD', 'UPDATE', 'VACUUM', "
    "'VALUES', 'WITH', <query>"
)


def _trimmed(sql: str) -> str:
    return re.sub(r"(?:;|\s)+\Z", "", sql)


def _runner(sub: str) -> _Runner:
    from athena_shell.local import alter, changes, ddl, explain, maintenance, show, write

    runners: dict[str, _Runner] = {
        "SELECT": lambda execution, _: execution.select(execution.sql),
        "EXPLAIN": explain.explain,
        "CREATE_VIEW": ddl.create_view,
        "CREATE_TABLE": ddl.create_table,
        "CREATE_TABLE_AS_SELECT": write.create_table_as,
        "CREATE_DATABASE": ddl.create_database,
        "DROP_DATABASE": ddl.drop_database,
        "DROP_TABLE": ddl.drop_table,
        "DROP_VIEW": ddl.drop_view,
        "ALTER_DATABASE": alter.alter_database,
        "ALTER_TABLE": alter.alter_table,
        "MSCK_REPAIR": alter.repair,
        "INSERT": write.insert,
        "DELETE": changes.delete,
        "UPDATE": changes.update,
        "MERGE": changes.merge,
        "UNLOAD": write.unload,
        "OPTIMIZE": maintenance.optimize,
        "VACUUM": maintenance.vacuum,
        "DESCRIBE_TABLE": show.describe,
    }
    if sub.startswith("SHOW"):
        return show.show
    if sub not in runners:
        return _prepared
    return runners[sub]


def _prepared(_execution: Execution, reader: Reader) -> LocalResult:
    from athena_shell.local.errors import unsupported

    raise unsupported(f"{reader.peek().upper} outside a workgroup")
