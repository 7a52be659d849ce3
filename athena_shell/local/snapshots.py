"""The snapshots of an Iceberg table: what each commit added and took away, in one log."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from athena_shell.local.catalog import ColumnEntry

DATA_FOLDER: Final = "data"
METADATA_FOLDER: Final = "metadata"
_LOG: Final = "snapshots.jsonl"
_ID_BITS: Final = 63


@dataclass(frozen=True)
class DataFile:
    """An immutable data file.

    Attributes:
        name: where it is below the table's location.
        rows: how many rows it has.
        size: its size in bytes.
        snapshot: the snapshot that added it.
        partition: the values of the table's partition transforms, as text.
    """

    name: str
    rows: int
    size: int
    snapshot: int
    partition: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """One commit.

    Attributes:
        id: a positive 64-bit integer.
        parent: the snapshot before, ``None`` for the first.
        at: when it was committed, in milliseconds since 1970 in UTC.
        operation: ``append``, ``delete``, ``overwrite`` or ``replace``.
        columns: the table's columns then.
        added: the files that came.
        removed: the names of the files that went.
        carried: the files that were there before, for the first one that is kept.
        summary: Iceberg's figures.
        manifest: the name of its list of manifests below the table's location.
    """

    id: int
    parent: int | None
    at: int
    operation: str
    columns: tuple[ColumnEntry, ...]
    added: tuple[DataFile, ...] = ()
    removed: tuple[str, ...] = ()
    carried: tuple[DataFile, ...] = ()
    summary: dict[str, str] = field(default_factory=dict)
    manifest: str = ""


@dataclass(frozen=True)
class History:
    """The snapshots of a table that are still kept, oldest first."""

    snapshots: tuple[Snapshot, ...] = ()
    size: int = 0

    @property
    def current(self) -> Snapshot | None:
        """The newest snapshot, ``None`` in a table that nothing was ever written to."""
        return self.snapshots[-1] if self.snapshots else None

    def find(self, number: int) -> Snapshot | None:
        """Return the snapshot of that id."""
        return next((s for s in self.snapshots if s.id == number), None)

    def at(self, moment: int) -> Snapshot | None:
        """Return the snapshot that was current at a moment in milliseconds since 1970."""
        return next((s for s in reversed(self.snapshots) if s.at <= moment), None)

    def files(self, snapshot: Snapshot | None = None) -> tuple[DataFile, ...]:
        """Return the files of a snapshot, the current one when none is given."""
        last = snapshot or self.current
        found: dict[str, DataFile] = {}
        for one in self.snapshots:
            found.update((file.name, file) for file in (*one.carried, *one.added))
            for name in one.removed:
                found.pop(name, None)
            if last is not None and one.id == last.id:
                break
        return tuple(found.values())

    def next(
        self,
        operation: str,
        columns: tuple[ColumnEntry, ...],
        now: int,
        added: Sequence[DataFile],
        removed: Sequence[str] = (),
    ) -> Snapshot:
        """Return a snapshot that follows the current one."""
        number = added[0].snapshot if added else new_id()
        before = {file.name: file for file in self.files()}
        gone = [before[name] for name in removed]
        kept = [file for name, file in before.items() if name not in set(removed)]
        current = self.current
        return Snapshot(
            number,
            current.id if current is not None else None,
            max(now, current.at) if current is not None else now,
            operation,
            columns,
            tuple(added),
            tuple(removed),
            (),
            _summary(added, gone, [*kept, *added]),
            f"{METADATA_FOLDER}/snap-{number}-1-{uuid4()}.avro",
        )

    def without(self, expired: set[int]) -> History:
        """Return the history without its oldest snapshots; the first one left carries files."""
        kept = tuple(s for s in self.snapshots if s.id not in expired)
        if not kept or len(kept) == len(self.snapshots):
            return self
        first = kept[0]
        files = self.files(first)
        new = {file.name for file in first.added}
        carried = tuple(file for file in files if file.name not in new)
        return replace(self, snapshots=(replace(first, carried=carried, removed=()), *kept[1:]))


def new_id() -> int:
    """Return an id for a snapshot: random, positive, within 64 bits."""
    return secrets.randbits(_ID_BITS) or 1


def _summary(
    added: Sequence[DataFile], removed: Sequence[DataFile], files: Sequence[DataFile]
) -> dict[str, str]:
    changed = {file.partition for file in (*added, *removed)}
    figures = {
        "added-data-files": len(added),
        "deleted-data-files": len(removed),
        "added-records": sum(file.rows for file in added),
        "deleted-records": sum(file.rows for file in removed),
        "added-files-size": sum(file.size for file in added),
        "removed-files-size": sum(file.size for file in removed),
    }
    totals = {
        "changed-partition-count": len(changed),
        "total-records": sum(file.rows for file in files),
        "total-files-size": sum(file.size for file in files),
        "total-data-files": len(files),
        "total-delete-files": 0,
        "total-position-deletes": 0,
        "total-equality-deletes": 0,
    }
    shown = {**{key: value for key, value in figures.items() if value}, **totals}
    return {key: str(value) for key, value in shown.items()}


class SnapshotLog:
    """The log of a table, one line for each snapshot; a line that is cut off counts for nothing.

    Args:
        folder: the directory behind the table's location.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / METADATA_FOLDER / _LOG

    def read(self) -> History:
        """Return the history, empty before the first commit."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return History()
        return _read(self._path, found.st_ino, found.st_mtime_ns, found.st_size)

    def append(self, snapshot: Snapshot) -> None:
        """Commit a snapshot: it is there whole, or not at all."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = (_line(snapshot) + "\n").encode()
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(handle).st_size
            if size and os.pread(handle, 1, size - 1) != b"\n":
                line = b"\n" + line
            os.write(handle, line)
        finally:
            os.close(handle)

    def replace(self, snapshots: Iterable[Snapshot]) -> None:
        """Keep these snapshots and no others."""
        temporary = self._path.with_name(f".{uuid4().hex}")
        temporary.write_text("".join(f"{_line(one)}\n" for one in snapshots), "utf-8")
        temporary.replace(self._path)


def _line(snapshot: Snapshot) -> str:
    return json.dumps(asdict(snapshot), separators=(",", ":"))


@lru_cache(maxsize=64)
def _read(path: Path, _inode: int, _changed: int, size: int) -> History:
    snapshots = []
    for line in path.read_text("utf-8").split("\n")[:-1]:
        try:
            snapshots.append(_snapshot(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            continue  # a line that a crash cut off was never committed
    return History(tuple(snapshots), size)


def _snapshot(content: dict[str, Any]) -> Snapshot:
    content["columns"] = tuple(ColumnEntry(**column) for column in content["columns"])
    for key in ("added", "carried"):
        content[key] = tuple(
            DataFile(**{**file, "partition": tuple(file["partition"])}) for file in content[key]
        )
    content["removed"] = tuple(content["removed"])
    return Snapshot(**content)
