"""Rows in groups small enough to show soon and to hold at any number of columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from athena_shell.core.model import Row

BATCH_ROWS: Final = 500
"""Less than a page of the service, so that a group never waits for a page nobody looks at."""

_BATCH_CELLS: Final = 10_000


def batches(rows: Iterable[Row], width: int) -> Iterator[list[Row]]:
    """Yield the rows in lists; ``width`` is their number of columns, at least one."""
    rows = iter(rows)
    size = max(1, min(BATCH_ROWS, _BATCH_CELLS // width))
    while batch := list(islice(rows, size)):
        yield batch
