"""Rows without any dress: bare values for programs, or nothing at all for timings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from athena_shell.core.model import Column, Row
from athena_shell.output.batches import batches
from athena_shell.output.options import FormatOptions
from athena_shell.output.sanitize import sanitize


def format_plain(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> Iterator[str]:
    """Yield each row on a line, parted by tabs or ``separator``: no names, no quotes, no frame."""
    if not columns:
        return
    null, separator = options.null, options.separator or "\t"
    for batch in batches(rows, len(columns)):
        text = "".join(
            [
                separator.join([null if cell is None else cell for cell in row]) + "\n"
                for row in batch
            ]
        )
        yield (
            sanitize(text, keep_newlines=True, keep_tabs=True, keep_joiners=options.keep_joiners)
            if options.tty
            else text
        )


def format_nothing(
    _columns: Sequence[Column], rows: Iterable[Row], _options: FormatOptions
) -> Iterator[str]:
    """Read every row and yield nothing, to time a query with its whole result."""
    for _ in rows:
        pass
    yield from ()
