"""How far a result is loaded, and how far it should be for what is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from athena_shell.core.errors import AthenaShellError
from athena_shell.core.model import Row
from athena_shell.output.viewport import Viewport

END: Final = 1 << 62
"""A row's number beyond every result: its last row is meant."""

_SIFTED: Final = 10_000


class Loading:
    """The rows that came and those that are wanted.

    Args:
        viewport: what is looked at.
        say: takes a message for the user.
    """

    def __init__(self, viewport: Viewport, say: Callable[[str], None]) -> None:
        self.more = True
        self._viewport = viewport
        self._grid = viewport.grid
        self._say = say
        self._sought: int | None = None
        self._reach = 0

    def append(self, rows: Sequence[Row], *, more: bool) -> None:
        """Take rows that were loaded; a disk that is full ends the loading."""
        self.more = more
        try:
            self._grid.append(rows)
        except AthenaShellError as error:
            self.failed(error.message)
        if self.more and self._grid.full:
            self.failed(r"no more rows are held; \export writes all of them")
        if self._sought is not None:
            self.seek(self._sought)

    def failed(self, message: str) -> None:
        """Say that no more rows can be loaded."""
        self.more = False
        self._sought = None
        self._say(message)

    @property
    def wants(self) -> int:
        """How many rows should be loaded for what is looked at; a sorted view fetches no more.

        A filter that lets few rows through has each key load so many and no more.
        """
        if not self.more or self._grid.is_sorted:
            return 0
        needs = self._viewport.needs if self._sought is None else self._sought + 1
        wanted = self._grid.loaded + max(0, needs - len(self._grid))
        if self._grid.is_filtered:
            wanted = min(wanted, self._reach)
        return wanted if wanted > self._grid.loaded else 0

    def reach_on(self) -> None:
        """Let so many more rows be loaded behind a filter."""
        self._reach = self._grid.loaded + _SIFTED

    @property
    def seeking(self) -> bool:
        """Whether rows are loaded up to one that was asked for."""
        return self._sought is not None

    def seek(self, row: int) -> None:
        """Go to a row, counted from 0, as soon as it is loaded."""
        self._sought = max(0, row)
        self._viewport.go(row=self._sought)
        if self._sought < len(self._grid):
            self._sought = None
        elif not self.wants:
            self._sought = None
            if row < END:
                self._say(self._why_not(row))

    def stop(self) -> None:
        """Stay where the loading is."""
        self._sought = None

    def _why_not(self, row: int) -> str:
        if self.more:
            return f"row {row + 1:,} is not loaded"
        return f"there is no row {row + 1:,}; the last one is {len(self._grid):,}"

    def state(self) -> str:
        """Say what is being loaded."""
        wanted = self._sought
        of = "" if wanted is None or wanted >= END else f" of {wanted + 1:,}"
        return f"loading … {self._grid.loaded:,}{of} rows · Esc stops"
