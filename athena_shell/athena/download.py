"""A result object copied to a file in parallel ranges: whole, or an error."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Final

from athena_shell.athena.s3_object import Head, S3Object

WORKERS: Final = 4
_PART: Final = 8 << 20

Told = Callable[[int, int], None]
"""Is told bytes copied and bytes in all, from any thread."""


class Download:
    """One copy under way.

    Args:
        source: the object.
        descriptor: an empty file, open for writing; bytes land at their own offsets.
        told: hears how far it is.
    """

    def __init__(self, source: S3Object, descriptor: int, told: Told | None = None) -> None:
        self._source = source
        self._file = _Duplicate(descriptor)
        self._told = told or _unheard
        self._lock = threading.Lock()
        self._copied = 0
        self._error: BaseException | None = None

    def run(self, head: Head, first: bytes, workers: int = WORKERS) -> int:
        """Copy everything and return the number of bytes.

        Args:
            head: from ``S3Object.open``.
            first: the object's first bytes, from there too.
            workers: connections at once.

        Raises:
            ResultError: the object was replaced or cut meanwhile.
            ServiceError: it stayed unreachable.
            OSError: the file cannot be written.
        """
        self._write(head, 0, first)
        parts = _parts(len(first), head.size)
        threads = [
            threading.Thread(target=self._work, args=(head, parts), name="copy", daemon=True)
            for _ in range(min(workers, -(-(head.size - len(first)) // _PART)))
        ]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        except BaseException as error:
            self._error = error
            raise
        if self._error is not None:
            raise self._error
        return self._copied

    def _work(self, head: Head, parts: Iterator[tuple[int, int]]) -> None:
        while self._error is None:
            with self._lock:
                part = next(parts, None)
            if part is None:
                return
            try:
                self._source.copy(head, *part, self._write_at)
            except BaseException as error:  # noqa: BLE001 - run raises it on its own thread
                self._error = error
                return
            self._tell(head, part[1] - part[0])

    def _write(self, head: Head, offset: int, data: bytes) -> None:
        self._write_at(offset, data)
        self._tell(head, len(data))

    def _write_at(self, offset: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            written = os.pwrite(self._file.descriptor, view, offset)
            view = view[written:]
            offset += written

    def _tell(self, head: Head, count: int) -> None:
        with self._lock:
            self._copied += count
            copied = self._copied
        self._told(copied, head.size)


class _Duplicate:
    """A descriptor of our own for a file, closed when nobody uses it any more.

    A copy may be interrupted while a worker waits for the network: what that worker writes later
    must not land in whatever file has got the number of the caller's descriptor meanwhile.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = os.dup(descriptor)

    def __del__(self) -> None:
        os.close(self.descriptor)


def _parts(start: int, size: int) -> Iterator[tuple[int, int]]:
    for begin in range(start, size, _PART):
        yield begin, min(begin + _PART, size)


def _unheard(_copied: int, _size: int) -> None:
    """Tell nobody."""
