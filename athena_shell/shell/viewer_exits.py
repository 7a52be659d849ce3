"""What leaves the viewer: copies for the clipboard, rows for a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from athena_shell.core.errors import AthenaShellError
from athena_shell.core.records import dataclass
from athena_shell.output.viewport import Viewport
from athena_shell.shell.viewer_parts import Abilities, Task

_COPY_LIMIT: Final = 100_000
_NOT_FROM_HERE: Final = "this result cannot be exported from here"


@dataclass(frozen=True)
class Exits:
    """The ways out for what is shown.

    Args:
        viewport: what is looked at.
        abilities: what the shell allows.
        say: takes a message for the user.
    """

    viewport: Viewport
    abilities: Abilities
    say: Callable[[str], None]

    def copy(self, text: str | None, what: str) -> None:
        """Hand a text to the terminal's clipboard, if the user allowed that."""
        if self.abilities.copy is None:
            self.say(r"copying is off; \set clipboard osc52 turns it on")
        elif text is None:
            self.say("a missing value has no text")
        elif len(text) > _COPY_LIMIT:
            self.say(f"the {what} is longer than {_COPY_LIMIT:,} characters; export it")
        else:
            self.abilities.copy(text)
            self.say(f"copied the {what}")

    def copy_cell(self) -> None:
        """Copy the value under the cursor."""
        self.copy(self.viewport.cell(), "value")

    def copy_row(self) -> None:
        """Copy the row's shown columns, parted by tabs."""
        row, grid = self.viewport.current_row(), self.viewport.grid
        cells = (row[grid.index(place)] for place in range(len(grid.shown)))
        self.copy("\t".join(cell or "" for cell in cells) if row else None, "row")

    def copy_column(self) -> Task:
        """Copy the column's loaded values, one a line."""
        place, grid = self.viewport.column, self.viewport.grid

        def work() -> str:
            size, cells = 0, []
            for row in grid.rows():
                cells.append(row[place] or "")
                size += len(cells[-1]) + 1
                if size > _COPY_LIMIT:
                    break
            return "\n".join(cells)

        return Task(work, lambda text: self.copy(text, "column"))

    def export(self, text: str) -> Task | None:
        """Write the rows shown to a file."""
        export, grid = self.abilities.export, self.viewport.grid
        if export is None:
            self.say(_NOT_FROM_HERE)
            return None
        if not text.strip():
            return None

        def work() -> str:
            path = Path(text.strip()).expanduser()
            try:
                return export(path, grid.shown, grid.rows())
            except AthenaShellError as error:
                return error.message  # its hint speaks of the command's words

        return Task(work, self.say)
