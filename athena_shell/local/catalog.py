"""The databases, tables and partitions of the lake, one small file each."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from athena_shell.local.errors import EngineError

EXTERNAL: Final = "EXTERNAL_TABLE"
VIEW: Final = "VIRTUAL_VIEW"
CATALOG_NAME: Final = "AwsDataCatalog"
_DATABASE_FILE: Final = "_database.json"
_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_NAME: Final = re.compile(r"[^\W.][\w$ -]*")


@dataclass(frozen=True)
class ColumnEntry:
    """A column as the catalog keeps it.

    Attributes:
        type: Hive's text, such as ``array<bigint>``.
        field: the column's number in an Iceberg table's files, which outlives its name.
    """

    name: str
    type: str
    comment: str = ""
    field: int = 0


@dataclass(frozen=True)
class PartitionEntry:
    """A partition: its values in the order of the table's keys, and where its files are."""

    values: tuple[str, ...]
    location: str


@dataclass(frozen=True)
class TableEntry:
    """A table or view.

    Attributes:
        format: ``parquet``, ``csv``, ``json``, ``iceberg`` or ``view``.
        location: an ``s3://`` address, or a local path for the tables of a data directory.
        properties: the table's parameters (TBLPROPERTIES).
        options: how the files are read, such as ``delimiter`` and ``header``.
        text: a view's own SQL.
        transforms: an Iceberg table's partition transforms, such as ``day(ts)``.
        last_field: the highest number that a column of an Iceberg table ever had.
    """

    database: str
    name: str
    format: str = "parquet"
    columns: tuple[ColumnEntry, ...] = ()
    partition_keys: tuple[ColumnEntry, ...] = ()
    partitions: tuple[PartitionEntry, ...] = ()
    location: str = ""
    comment: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    text: str = ""
    search_database: str = ""
    read_only: bool = False
    created: datetime = _EPOCH
    transforms: tuple[str, ...] = ()
    last_field: int = 0

    @property
    def kind(self) -> str:
        """Glue's ``TableType``."""
        return VIEW if self.format == "view" else EXTERNAL

    @property
    def all_columns(self) -> tuple[ColumnEntry, ...]:
        """The columns, then the partition keys, as ``SELECT *`` gives them."""
        return (*self.columns, *self.partition_keys)


@dataclass(frozen=True)
class DatabaseEntry:
    """A database."""

    name: str
    description: str = ""
    location: str = ""
    properties: dict[str, str] = field(default_factory=dict)


class LakeCatalog:
    """The catalog kept in files below ``root``, plus the read-only tables of a data directory.

    Every call reads the files afresh, so that several processes may share a lake; each file is
    replaced whole.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._fixed: dict[tuple[str, str], TableEntry] = {}
        if not (root / "default").is_dir():
            self.add_database(DatabaseEntry("default", "Default database"))

    def databases(self) -> tuple[DatabaseEntry, ...]:
        """Return the databases by name."""
        return tuple(
            self._read_database(path.parent)
            for path in sorted(self._root.glob(f"*/{_DATABASE_FILE}"))
        )

    def database(self, name: str) -> DatabaseEntry | None:
        """Return one database, or ``None`` when there is none of that name."""
        folder = self._folder(name)
        if folder is None or not (folder / _DATABASE_FILE).is_file():
            return None
        return self._read_database(folder)

    def add_database(self, entry: DatabaseEntry) -> None:
        """Keep a database; replaces one of the same name."""
        folder = self._root / entry.name
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / _DATABASE_FILE, asdict(entry))

    def remove_database(self, name: str) -> None:
        """Forget a database with all its tables; files of the tables stay."""
        shutil.rmtree(self._root / name)

    def tables(self, database: str) -> tuple[TableEntry, ...]:
        """Return the database's tables and views by name."""
        folder = self._folder(database)
        kept = [] if folder is None else [_listed(path) for path in folder.glob("*.json")]
        fixed = [entry for (owner, _), entry in self._fixed.items() if owner == database]
        found = {entry.name: entry for entry in (*kept, *fixed) if entry is not None}
        return tuple(found[name] for name in sorted(found))

    def table(self, database: str, name: str) -> TableEntry | None:
        """Return one table or view, or ``None`` when there is none of that name."""
        if fixed := self._fixed.get((database, name)):
            return fixed
        folder = self._folder(database)
        if folder is None or not _NAME.fullmatch(name):
            return None
        return _read_table(folder / f"{name}.json")

    def add_table(self, entry: TableEntry) -> None:
        """Keep a table or view; replaces one of the same name."""
        content = asdict(entry)
        del content["created"], content["read_only"]
        _replace(self._root / entry.database / f"{entry.name}.json", content)

    def remove_table(self, database: str, name: str) -> None:
        """Forget a table; its files stay."""
        (self._root / database / f"{name}.json").unlink(missing_ok=True)

    def fix(self, entries: Iterable[TableEntry]) -> None:
        """Add tables of a data directory: read-only, kept in memory, hiding kept ones."""
        self._fixed.update({(entry.database, entry.name): entry for entry in entries})

    def _folder(self, name: str) -> Path | None:
        return self._root / name if _NAME.fullmatch(name) else None

    def _read_database(self, folder: Path) -> DatabaseEntry:
        content = json.loads((folder / _DATABASE_FILE).read_text("utf-8"))
        return DatabaseEntry(**content)


def _read_table(path: Path) -> TableEntry | None:
    if path.name == _DATABASE_FILE:
        return None
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        created = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise _damaged(path) from error
    try:
        for key in ("columns", "partition_keys"):
            content[key] = tuple(ColumnEntry(**column) for column in content[key])
        content["partitions"] = tuple(
            PartitionEntry(tuple(partition["values"]), partition["location"])
            for partition in content["partitions"]
        )
        content["transforms"] = tuple(content.get("transforms", ()))
        return TableEntry(**content, created=created)
    except (KeyError, TypeError) as error:
        raise _damaged(path) from error


def _listed(path: Path) -> TableEntry | None:
    # One damaged file must not hide the other tables; asking for its table tells of the damage.
    try:
        return _read_table(path)
    except EngineError:
        return None


def _damaged(path: Path) -> EngineError:
    message = f"The catalog file {path} is damaged; delete it and create the table again"
    return EngineError("HIVE_INVALID_METADATA", message)


def _replace(path: Path, content: dict[str, Any]) -> None:
    temporary = path.with_name(f".{uuid4().hex}")
    temporary.write_text(json.dumps(content, indent=1), "utf-8")
    temporary.replace(path)
