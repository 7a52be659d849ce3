"""The one line that tells how a statement is getting on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from athena_shell.query.cost import Price
from athena_shell.query.progress import Phase, Progress
from athena_shell.query.progress_text import (
    ERASE,
    elapsed_text,
    fitting,
    overdrawn,
    progress_parts,
)
from athena_shell.shell.console import Console

__all__ = ["ProgressLine", "elapsed_text"]

_PATIENCE: Final = 0.3
_BEFORE: Final = frozenset({Phase.CONNECTING, Phase.STARTING})

Parts = Callable[[Progress, Price | None], Sequence[str]]
"""From how things stand and the price to the line's parts, the most wanted first."""


class ProgressLine:
    """Draws progress on stderr, over itself, and takes it away without a trace.

    Args:
        console: where to draw; nothing is drawn where the cursor cannot move.
        price: returns the price for the running cost, once it is known.
        reason: what is waited for before there is a statement to look at; empty to let the
            statement's own phase tell.
        parts: makes the line's parts.
    """

    def __init__(
        self,
        console: Console,
        price: Callable[[], Price | None],
        reason: Callable[[], str] = lambda: "",
        parts: Parts = progress_parts,
    ) -> None:
        self._console = console
        self._price = price
        self._reason = reason
        self._parts = parts
        self._drawn = ""

    def show(self, progress: Progress) -> None:
        """Draw the line when it has changed and the statement is not a quick one."""
        if not self._console.smart or progress.elapsed < _PATIENCE:
            return
        parts = self._parts(progress, self._price())
        if progress.phase in _BEFORE and (reason := self._reason()):
            parts = (reason, *parts[1:])
        text = fitting(parts, self._console.size()[0] - 1)
        if text != self._drawn:
            self._console.write_talk(overdrawn(text))
            self._drawn = text

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            self._console.write_talk(ERASE)
            self._drawn = ""
