"""A result's rows in a file, in the form Athena gives its CSV objects.

A missing value is bare nothing, an empty text is ``""``, every other value is quoted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

Row = tuple[str | None, ...]

_STRIDE: Final = 100


def encode(row: Iterable[str | None]) -> bytes:
    """Return one line of the object, its line end included."""
    fields = ("" if value is None else '"' + value.replace('"', '""') + '"' for value in row)
    # Lone surrogates cannot be stored as UTF-8; Athena could not have sent them either.
    return (",".join(fields) + "\n").encode("utf-8", "replace")


@dataclass(frozen=True)
class RowFile:
    """Rows in a file with the places of every hundredth row.

    Args:
        path: the file.
        header: whether its first line is the header.
        count: number of rows, the header not counted.
        marks: byte offsets of the rows 0, 100, 200, …
    """

    path: Path
    header: bool
    count: int
    marks: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.path.stat().st_size

    def rows(self, start: int, amount: int) -> list[Row]:
        """Return up to ``amount`` rows from row ``start`` on."""
        if start >= self.count:
            return []
        with self.path.open("rb") as stream:
            stream.seek(self.marks[start // _STRIDE])
            return list(islice(_decode(stream), start % _STRIDE, start % _STRIDE + amount))


def write_rows(path: Path, header: tuple[str, ...] | None, rows: Iterable[Row]) -> RowFile:
    """Write rows as they come; the memory taken does not grow with their number."""
    marks: list[int] = []
    count = 0
    with path.open("wb") as stream:
        position = stream.write(encode(header)) if header is not None else 0
        for row in rows:
            if count % _STRIDE == 0:
                marks.append(position)
            position += stream.write(encode(row))
            count += 1
    return RowFile(path, header is not None, count, tuple(marks))


def _decode(stream: BinaryIO) -> Iterator[Row]:
    """Yield the rows from the stream's place on; only what ``encode`` writes is understood."""
    pending: list[bytes] = []
    quotes = 0
    for line in stream:
        pending.append(line)
        quotes += line.count(b'"')
        # A line break inside a quoted value leaves an odd number of quotes before it.
        if quotes % 2 == 0:
            yield _fields(b"".join(pending)[:-1])
            pending.clear()


def _fields(line: bytes) -> Row:
    text = line.decode("utf-8")
    fields: list[str | None] = []
    position = 0
    while position <= len(text):
        if not text.startswith('"', position):
            fields.append(None)
            position += 1
            continue
        end = position + 1
        while True:
            end = text.index('"', end)
            if not text.startswith('"', end + 1):
                break
            end += 2
        fields.append(text[position + 1 : end].replace('""', '"'))
        position = end + 2
    return tuple(fields)
