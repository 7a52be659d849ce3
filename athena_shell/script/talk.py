"""What a run says on standard error."""

from __future__ import annotations

from typing import TextIO

from athena_shell.core.model import QueryExecution
from athena_shell.core.redact import redact
from athena_shell.output.sanitize import sanitize
from athena_shell.query.cost import Price, format_bytes, format_cost

QUIET, NORMAL, VERBOSE = -1, 0, 1


class Talk:
    """Lines for people; a standard error that is gone silences them and stops nothing.

    Args:
        stream: standard error.
        level: ``QUIET``, ``NORMAL`` or ``VERBOSE``.
    """

    def __init__(self, stream: TextIO, level: int = NORMAL) -> None:
        self._stream = stream
        self._level = level

    def always(self, text: str) -> None:
        """Say it at every level; the text is already fit to be shown."""
        try:
            self._stream.write(text if text.endswith("\n") else f"{text}\n")
            self._stream.flush()
        except (OSError, ValueError):
            return  # closed or full; the exit code still tells

    def normal(self, text: str) -> None:
        """Say it unless quiet was asked for."""
        if self._level >= NORMAL:
            self.always(sanitize(redact(text), keep_newlines=True))

    def verbose(self, text: str) -> None:
        """Say it only when asked to be verbose."""
        if self._level >= VERBOSE:
            self.always(sanitize(redact(text), keep_newlines=True))


def summary(
    execution: QueryExecution, rows: int | None, seconds: float, price: Price | None
) -> str:
    """Return the line after a statement: ``3 rows · 1.4 s · 10.0 MB · $0.000048 · 5d7c…``."""
    parts = []
    if rows is not None:
        parts.append(f"{rows:,} row" + ("" if rows == 1 else "s"))
    parts.append(f"{seconds:.1f} s")
    if execution.statistics.reused:
        parts.append("reused")
    scanned = execution.statistics.scanned_bytes
    if scanned is not None:
        parts.append(f"{format_bytes(scanned)} scanned")
    cost = price.of_query(execution) if price else None
    if price and cost is not None:
        parts.append("free" if cost == 0 else format_cost(cost, price.symbol))
    parts.append(execution.id)
    return " · ".join(parts)
