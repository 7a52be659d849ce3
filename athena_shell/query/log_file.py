"""An append-only file of checked JSON lines that many processes may write at once."""

from __future__ import annotations

import fcntl
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

Record = Mapping[str, Any]

_PRIVATE_FILE: Final = 0o600
_PRIVATE_DIRECTORY: Final = 0o700


class LogFile:
    """One log file.

    Args:
        path: the file; a lock file stands beside it, since the log itself may be replaced.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock_path = path.with_suffix(".lock")

    def append(self, record: Record) -> int:
        """Write one record, synced to the disk, and return the file's size in bytes.

        A line that another process left torn is ended first. Raises OSError.
        """
        line = encode(record)
        with self._locked():
            descriptor = os.open(
                self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _PRIVATE_FILE
            )
            try:
                size = os.fstat(descriptor).st_size
                if size and os.pread(descriptor, 1, size - 1) != b"\n":
                    line = b"\n" + line
                _write_whole(descriptor, line)
                os.fsync(descriptor)
                if not size:
                    self._sync_directory()
            finally:
                os.close(descriptor)
        return size + len(line)

    def read(self) -> Iterator[Record]:
        """Yield the records that are whole, oldest first; a missing file has none."""
        try:
            file = self.path.open("rb")
        except OSError:
            return
        with file:
            for line in file:
                record = decode(line.removesuffix(b"\n"))
                if record is not None:
                    yield record

    def rewrite(self, select: Callable[[Callable[[], Iterator[Record]]], Iterator[Record]]) -> None:
        """Replace the file by the records that are worth keeping, whole or not at all.

        Args:
            select: takes what reads all records, any number of times; yields those to keep.

        Raises:
            OSError: the file cannot be written.
        """
        with self._locked():
            fresh = self.path.with_suffix(".new")
            descriptor = os.open(
                fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _PRIVATE_FILE
            )
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.writelines(map(encode, select(self.read)))
                    file.flush()
                    os.fsync(file.fileno())
                fresh.replace(self.path)
            except OSError:
                fresh.unlink(missing_ok=True)
                raise
            self._sync_directory()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_DIRECTORY)
        descriptor = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE_FILE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _sync_directory(self) -> None:
        descriptor = os.open(self.path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def encode(record: Record) -> bytes:
    """Return a record as one line: the CRC-32 of the JSON, a space, the JSON."""
    body = json.dumps(record, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(body), body)


def decode(line: bytes) -> Record | None:
    """Return a line's record, or ``None`` for a line that is torn or damaged."""
    checksum, _, body = line.partition(b" ")
    try:
        if int(checksum, 16) != zlib.crc32(body):
            return None
        record = json.loads(body)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _write_whole(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
