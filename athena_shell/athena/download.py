"""A result object copied to a file: whole, or an error.

It begins with one connection. Only when that turns out to be what holds the copy up are more of
them opened: where one is quick, several would merely share the processor.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Final

from athena_shell.athena.ahead import Ahead
from athena_shell.athena.line_count import LineCount
from athena_shell.athena.s3_object import Head, S3Object, Span
from athena_shell.athena.syncing import Syncing
from athena_shell.core.errors import ResultError
from athena_shell.core.model import Report, Transferred

if TYPE_CHECKING:
    from athena_shell.athena.told_rows import ToldRows
    from athena_shell.core.ports import Clock

WORKERS: Final = 6
_PART: Final = 8 << 20
_TRIAL: Final = 2 << 20
_SLOW_TRIALS: Final = 2  # in a row: one may be the machine's
_QUICK: Final = 1 / 200e6  # seconds a byte: what one connection brings to a fast machine
_TICK: Final = 0.1
_COUNTED_A_TICK: Final = 16 << 20  # bytes: rows are counted on the way, at little cost
COUNTED: Final = 32 << 20
"""Bytes whose rows are always counted; of more, what is left in the end may be told by Athena."""


class Download:
    """One copy under way.

    Args:
        source: the object.
        descriptor: an empty regular file, open for reading and writing; duplicated here, so that
            a connection that is slow to end never writes to what takes its number later.
        clock: to tell how fast a connection is.
        counted: whether the object is a CSV whose rows are to be counted.
        told: may know its rows without that.
    """

    def __init__(
        self,
        source: S3Object,
        descriptor: int,
        clock: Clock,
        *,
        counted: bool = True,
        told: ToldRows | None = None,
    ) -> None:
        self._source = source
        self._file = _Duplicate(descriptor)
        self._clock = clock
        self._counted = counted
        self._told = told
        self._syncing = Syncing(self._file.descriptor)
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._waiting: deque[Span] = deque()
        self._active: list[Span] = []
        self._copied = 0
        self._size = 0
        self._slow = 0
        self._trial: tuple[float, int] | None = None
        self._error: BaseException | None = None

    def run(self, head: Head, first: bytes, report: Report) -> Transferred:
        """Copy everything, count its rows, and have it on the disk.

        Args:
            head: from ``S3Object.open``.
            first: the object's first bytes, from there too.
            report: hears how far it is, on this thread, some times a second.

        Raises:
            ResultError: the object was replaced or cut meanwhile.
            ServiceError: it stayed unreachable.
            OSError: the file cannot be written.
        """
        self._size = head.size
        count = LineCount(self._file.descriptor)
        try:
            self._write(0, first)
            if len(first) < head.size:
                self._waiting.append(Span(len(first), head.size))
                self._open_connection(head)
                self._wait(count, report)
            return self._settled(count, report)
        except BaseException as error:
            self._error = self._error or error
            raise

    def _wait(self, count: LineCount, report: Report) -> None:
        while not self._over.wait(_TICK):
            if self._counted:
                count.advance(min(self._whole_until(), count.offset + _COUNTED_A_TICK))
            report(Transferred(count.rows, self._copied, self._size))
        if self._error is not None:
            raise self._error

    def _settled(self, count: LineCount, report: Report) -> Transferred:
        """Count what is left while the disk takes the bytes."""
        if self._copied != self._size or os.fstat(self._file.descriptor).st_size != self._size:
            raise ResultError("The copy of the result object has not the object's size.")
        synced = Ahead(self._syncing.end)
        rows = self._all_rows(count) if self._counted else 0
        synced.result()
        done = Transferred(rows, self._size, self._size)
        report(done)
        return done

    def _all_rows(self, count: LineCount) -> int:
        while (left := self._size - count.offset) > 0:
            if self._told is not None and left > COUNTED and self._ends_well():
                told = self._told.within(self._size, count.rows)
                if told is not None:
                    return told
            count.advance(min(self._size, count.offset + _COUNTED_A_TICK))
        if count.is_open:
            raise ResultError("The result object ends in the middle of a value.", "It was cut.")
        return count.rows

    def _ends_well(self) -> bool:
        """Whether the last line is whole, as far as its end shows."""
        end = os.pread(self._file.descriptor, 2, self._size - 2)
        return end in {b'"\n', b",\n", b"\n\n"}

    def _whole_until(self) -> int:
        with self._lock:
            return min((span.at for span in (*self._active, *self._waiting)), default=self._size)

    # --- on the connections' threads ---

    def _open_connection(self, head: Head) -> None:
        threading.Thread(target=self._work, args=(head,), name="copy", daemon=True).start()

    def _work(self, head: Head) -> None:
        try:
            while self._error is None and (span := self._claim()) is not None:
                self._source.copy(head, span, partial(self._land, head, span))
                with self._lock:
                    self._active.remove(span)
        except BaseException as error:  # noqa: BLE001 - run raises it on its own thread
            self._error = self._error or error
        if self._error is not None or self._copied == self._size:
            self._over.set()

    def _claim(self) -> Span | None:
        with self._lock:
            if not self._waiting:
                return None
            span = self._waiting.popleft()
            self._active.append(span)
            return span

    def _land(self, head: Head, span: Span, offset: int, data: bytes) -> None:
        if self._error is None:
            try:
                self._write(offset, data)
            except OSError as error:
                self._error = error
        if self._error is not None:
            # an error of the disk would be taken for one of the network, and the call repeated
            raise ResultError("The copy was given up.")
        if span.end - offset <= 2 * _PART or span.end != self._size:
            return
        if self._trial is None:
            self._trial = (self._clock.monotonic(), offset)
            return
        began, start = self._trial
        if offset - start >= _TRIAL:
            self._trial = None
            slow = self._clock.monotonic() - began > _QUICK * (offset - start)
            self._slow = self._slow + 1 if slow else 0
            if self._slow == _SLOW_TRIALS:
                self._spread(head, span)

    def _spread(self, head: Head, span: Span) -> None:
        """Leave most of a span to further connections."""
        with self._lock:
            begin = span.at + _PART
            spans = [Span(at, min(at + _PART, span.end)) for at in range(begin, span.end, _PART)]
            span.end = begin
            self._waiting.extend(spans)
        for _ in range(min(WORKERS - 1, len(spans))):
            self._open_connection(head)

    def _write(self, offset: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            written = os.pwrite(self._file.descriptor, view, offset)
            view = view[written:]
            offset += written
        with self._lock:
            self._copied += len(data)
            self._syncing.advance(self._copied)


class _Duplicate:
    """A descriptor of our own for a file, closed when nobody uses it any more."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = os.dup(descriptor)

    def __del__(self) -> None:
        os.close(self.descriptor)
