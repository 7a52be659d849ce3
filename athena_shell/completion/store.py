"""Names kept on disk between sessions: one private file for each database."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from athena_shell.completion.index import ColumnName, TableName

_VERSION: Final = 1


class NameStore:
    """Lists of tables and of databases below one directory; what cannot be read is not there.

    A file is JSON lines: a header that says what it holds, then one table a line, so that reading
    it never keeps another thread waiting for long.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def load(self, catalog: str, database: str) -> list[TableName] | None:
        """Return the tables saved for a database, ``None`` if there are none."""
        lines = self._lines(catalog, database)
        if lines is None:
            return None
        try:
            return [_table(line) for line in lines]
        except (ValueError, TypeError, KeyError, IndexError):
            return None

    def load_databases(self, catalog: str) -> tuple[str, ...]:
        """Return the database names saved for a catalog."""
        lines = self._lines(catalog, "")
        if lines is None:
            return ()
        try:
            return tuple(str(json.loads(line)) for line in lines)
        except ValueError:
            return ()

    def save(self, catalog: str, database: str, tables: Iterable[TableName]) -> None:
        """Save a database's tables; raises OSError."""
        self._write(
            catalog,
            database,
            (
                [table.name, table.is_view, [[*column] for column in table.columns]]
                for table in tables
            ),
        )

    def save_databases(self, catalog: str, names: Iterable[str]) -> None:
        """Save a catalog's database names; raises OSError."""
        self._write(catalog, "", names)

    def _path(self, catalog: str, database: str) -> Path:
        # A name may hold anything, a path separator included; its digest never does.
        digest = hashlib.sha256(f"{catalog.lower()}\0{database.lower()}".encode()).hexdigest()
        return self._directory / f"names-{digest[:32]}.jsonl"

    def _lines(self, catalog: str, database: str) -> Iterator[str] | None:
        try:
            text = self._path(catalog, database).read_text("utf-8")
        except (OSError, ValueError):
            return None
        header, *lines = text.splitlines() or [""]
        if header != _header(catalog, database):
            return None
        return iter(lines)

    def _write(self, catalog: str, database: str, entries: Iterable[Any]) -> None:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(catalog, database)
        # mkstemp makes the file readable by its owner alone.
        handle, temporary = tempfile.mkstemp(dir=self._directory, prefix=".names-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(_header(catalog, database) + "\n")
                stream.writelines(json.dumps(entry) + "\n" for entry in entries)
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise


def _header(catalog: str, database: str) -> str:
    return json.dumps({"version": _VERSION, "catalog": catalog, "database": database})


def _table(line: str) -> TableName:
    name, is_view, columns = json.loads(line)
    return TableName(str(name), bool(is_view), tuple(_column(*entry) for entry in columns))


def _column(name: str, kind: str, is_partition: bool, comment: str) -> ColumnName:  # noqa: FBT001 - the order in the file
    return ColumnName(str(name), str(kind), bool(is_partition), str(comment))
