"""What a run says on standard error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

from athena_shell.core.model import QueryExecution
from athena_shell.core.redact import redact
from athena_shell.output.sanitize import sanitize
from athena_shell.query.cost import Price, format_bytes, format_cost
from athena_shell.query.progress_text import folded, took_text

if TYPE_CHECKING:
    from athena_shell.script.stage import Stage

QUIET, NORMAL, VERBOSE = -1, 0, 1


class Talk:
    """Lines for people; a standard error that is gone silences them and stops nothing.

    Args:
        stream: standard error.
        level: ``QUIET``, ``NORMAL`` or ``VERBOSE``.
        width: returns the columns of the terminal there; 0 means there is none.
    """

    def __init__(
        self, stream: TextIO, level: int = NORMAL, width: Callable[[], int] = lambda: 0
    ) -> None:
        self._stream = stream
        self._level = level
        self.width = width

    @classmethod
    def on(cls, stage: Stage) -> Talk:
        """Return the talk of a run on a stage."""
        return cls(stage.talk, stage.options.verbosity, stage.talk_width)

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

    def figures(self, parts: Sequence[str]) -> None:
        """Say a line's parts unless quiet was asked for; several lines where one has no room."""
        self.normal(folded(parts, self.width()))

    def verbose(self, text: str) -> None:
        """Say it only when asked to be verbose."""
        if self._level >= VERBOSE:
            self.always(sanitize(redact(text), keep_newlines=True))


def figures_of(
    execution: QueryExecution, rows: int | None, seconds: float, price: Price | None
) -> list[str]:
    """Return what there is to say of a statement: ``3 rows``, ``1.4 s``, ``10.0 MB scanned``."""
    parts = []
    if rows is not None:
        parts.append(f"{rows:,} row" + ("" if rows == 1 else "s"))
    parts.append(took_text(seconds))
    if execution.statistics.reused:
        parts.append("reused")
    scanned = execution.statistics.scanned_bytes
    if scanned is not None:
        parts.append(f"{format_bytes(scanned)} scanned")
    cost = price.of_query(execution) if price else None
    if price and cost is not None:
        parts.append("free" if cost == 0 else format_cost(cost, price.symbol))
    parts.append(execution.id)
    return parts
