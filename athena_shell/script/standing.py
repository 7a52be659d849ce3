"""Where a run stands: which statement of how many, for the line that shows progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from athena_shell.core.model import QueryExecution
from athena_shell.query.cost import Price, format_bytes, format_cost
from athena_shell.query.progress import Progress
from athena_shell.query.progress_text import elapsed_text, fitting, progress_parts

_NARROW: Final = 48
_MINUTE: Final = 60.0
_OFTEN: Final = 10.0


class Standing:
    """Which statement runs, of how many.

    Args:
        width: returns the columns of the terminal that shows it.
    """

    def __init__(self, width: Callable[[], int] = lambda: 80) -> None:
        self._width = width
        self.number = 0
        self.total: int | None = 0
        self._batch: Batch | None = None

    def expect(self, count: int | None) -> None:
        """Count statements in that are to come, out when negative; ``None``: nobody knows."""
        if count is None or self.total is None:
            self.total = None
        else:
            self.total += count

    def batch(self, batch: Batch | None) -> None:
        """Several statements run at once from now on; ``None``: no longer."""
        self._batch = batch

    @property
    def brief(self) -> str:
        """The place of a statement in front of its figures: ``[3/12]``; empty when it is alone."""
        return f"[{self._of('/')}]" if self._in_company else ""

    @property
    def text(self) -> str:
        """Which statement runs: ``statement 3 of 12``; empty when it is alone."""
        if not self._in_company:
            return ""
        return self._of("/") if self._width() < _NARROW else f"statement {self._of(' of ')}"

    def parts(self, progress: Progress, price: Price | None) -> Sequence[str]:
        """Return the parts of the progress line, the most wanted first."""
        if self._batch is not None:
            return self._batch_parts(self._batch, progress, price)
        parts = progress_parts(progress, price)
        return (self.text, *parts) if self.text else parts

    @property
    def _in_company(self) -> bool:
        return max(self.total or 0, self.number) > 1

    def _of(self, between: str) -> str:
        known = "" if self.total is None else f"{between}{max(self.total, self.number)}"
        return f"{self.number}{known}"

    def _batch_parts(
        self, batch: Batch, progress: Progress, price: Price | None
    ) -> tuple[str, ...]:
        known = "" if self.total is None else f" of {max(self.total, self.number)}"
        return (
            f"{batch.before + batch.done}{known} done, {batch.running} running",
            elapsed_text(progress.elapsed),
            *batch.figures(price),
        )


class Batch:
    """The statements that run at once.

    Args:
        before: how many statements of the run came before them.
    """

    def __init__(self, before: int) -> None:
        self.before = before
        self.done = 0
        self.running = 0
        self._seen: dict[int, QueryExecution] = {}

    def see(self, number: int, progress: Progress) -> None:
        """Note how one of them is getting on; each number is noted by one thread."""
        if progress.execution is not None:
            self._seen[number] = progress.execution

    def query_id(self, number: int) -> str:
        """Return the id of one of them; empty until Athena has told it."""
        return self._seen[number].id if number in self._seen else ""

    def figures(self, price: Price | None) -> tuple[str, ...]:
        """Return what they have scanned and cost together so far."""
        seen = list(self._seen.values())
        scanned = sum(execution.statistics.scanned_bytes or 0 for execution in seen)
        if not scanned:
            return ()
        if price is None:
            return (format_bytes(scanned),)
        cost = sum((price.of_query(execution) or Decimal(0) for execution in seen), Decimal(0))
        return format_bytes(scanned), format_cost(cost, price.symbol)


class ProgressLog:
    """Progress as lines, for a log: every ten seconds at first, later every minute.

    Args:
        say: writes a line.
        standing: which statement runs.
        price: what scanning costs.
    """

    def __init__(self, say: Callable[[str], None], standing: Standing, price: Price | None) -> None:
        self._say = say
        self._standing = standing
        self._price = price
        self._due = _OFTEN

    def show(self, progress: Progress) -> None:
        """Write a line when one is due."""
        if progress.elapsed < self._due:
            return
        self._due = (
            progress.elapsed + _OFTEN if progress.elapsed < _MINUTE else progress.elapsed + _MINUTE
        )
        self._say(fitting(self._standing.parts(progress, self._price), 1000))

    def clear(self) -> None:
        """Begin anew with the next statement."""
        self._due = _OFTEN
