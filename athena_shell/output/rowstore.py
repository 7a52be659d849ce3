"""Rows kept for another look: a few in memory, the others in a nameless temporary file."""

from __future__ import annotations

import json
import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from threading import RLock
from typing import IO, Final

from athena_shell.core.errors import OutputError
from athena_shell.core.model import Row
from athena_shell.output.sink import write_error

_GROUP_CELLS: Final = 2_000  # read back at once, so a look at any row costs a fraction of a repaint
_MEMORY_GROUPS: Final = 100
MOST_BYTES: Final = 2 << 30


class RowStore:
    """Rows in the order they came, any number of them in bounded memory.

    The file is readable by the user alone, has no name and vanishes with the process. May be
    filled by one thread while another one reads.

    Args:
        width: the number of columns.
        most_bytes: stop taking rows when the file has this size.
    """

    def __init__(self, width: int, most_bytes: int = MOST_BYTES) -> None:
        self._size = max(1, _GROUP_CELLS // max(1, width))
        self._most_bytes = most_bytes
        self._file: IO[bytes] | None = None
        self._places: list[tuple[int, int]] = []
        self._tail: list[Row] = []
        self._recent: OrderedDict[int, list[Row]] = OrderedDict()
        self._lock = RLock()
        self._end = 0

    def __len__(self) -> int:
        return len(self._places) * self._size + len(self._tail)

    @property
    def full(self) -> bool:
        """Whether no more rows are taken."""
        return self._end >= self._most_bytes

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows; raises OutputError when the temporary file cannot be written."""
        with self._lock:
            self._tail.extend(rows)
            while len(self._tail) >= self._size:
                self._spill(self._tail[: self._size])
                del self._tail[: self._size]

    def row(self, number: int) -> Row:
        """Return one row, counted from 0; raises IndexError past the end."""
        group, place = divmod(number, self._size)
        with self._lock:
            if group < len(self._places):
                return self._group(group)[place]
            return self._tail[number - len(self._places) * self._size]

    def rows(self, start: int = 0) -> Iterator[Row]:
        """Yield the rows from ``start`` on; those added meanwhile come too."""
        number = start
        while number < len(self):
            group, place = divmod(number, self._size)
            with self._lock:
                if group < len(self._places):
                    rows: Sequence[Row] = self._read(group)[place:]
                else:
                    rows = self._tail[number - len(self._places) * self._size :]
            yield from rows
            number += len(rows)

    def json_groups(self, characters: int) -> Iterator[str]:
        """Yield all rows as texts of JSON arrays, each of about so many characters.

        What is no Unicode, a lone surrogate, comes as U+FFFD.
        """
        texts: list[str] = []
        for group in range(len(self._places)):
            with self._lock:
                raw = self._raw(group)
            texts.append(raw[1:-1].decode("utf-8", "replace"))
            if sum(map(len, texts)) >= characters:
                yield f"[{','.join(texts)}]"
                texts.clear()
        with self._lock:
            tail = _json(self._tail)[1:-1].decode("utf-8", "replace")
        texts += [tail] * bool(tail)
        if texts:
            yield f"[{','.join(texts)}]"

    def groups_with(self, text: str, start: int = 0) -> Iterator[tuple[int, Sequence[Row]]]:
        """Yield groups that may hold a text, ignoring case, each with its first row's number.

        Groups that surely do not hold it are passed over without being parsed.
        """
        needle = json.dumps(text, ensure_ascii=False)[1:-1].lower()
        for group in range(start // self._size, len(self._places)):
            with self._lock:
                raw = self._raw(group)
            if needle in raw.decode("utf-8", "surrogatepass").lower():
                yield group * self._size, [tuple(row) for row in json.loads(raw)]
        with self._lock:
            yield len(self._places) * self._size, list(self._tail)

    def close(self) -> None:
        """Give the disk space back; the rows are gone."""
        with self._lock:
            if self._file is not None:
                self._file.close()
            self._places.clear()
            self._tail.clear()
            self._recent.clear()

    def _spill(self, rows: list[Row]) -> None:
        raw = _json(rows)
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="athena-shell-")  # noqa: SIM115 - kept open
            self._file.seek(self._end)
            self._file.write(raw)
            self._file.flush()
        except OSError as error:
            raise write_error("The temporary file of held rows", error) from error
        self._places.append((self._end, len(raw)))
        self._end += len(raw)

    def _raw(self, group: int) -> bytes:
        if self._file is None:
            raise OutputError("The held rows are gone.")
        offset, length = self._places[group]
        self._file.seek(offset)
        return self._file.read(length)

    def _read(self, group: int) -> list[Row]:
        return [tuple(row) for row in json.loads(self._raw(group))]

    def _group(self, group: int) -> list[Row]:
        """Return a group of rows, from memory when it was looked at lately."""
        found = self._recent.get(group)
        if found is None:
            found = self._read(group)
            self._recent[group] = found
            if len(self._recent) > _MEMORY_GROUPS:
                self._recent.popitem(last=False)
        else:
            self._recent.move_to_end(group)
        return found


def _json(rows: Sequence[Row]) -> bytes:
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def keep(store: RowStore, rows: Iterator[Row], count: int) -> int:
    """Move up to ``count`` rows from an iterator into a store; return how many there were."""
    taken = list(islice(rows, count))
    store.extend(taken)
    return len(taken)
