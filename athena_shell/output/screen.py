"""The size of the place where a result is shown."""

from __future__ import annotations

from athena_shell.core.records import dataclass
from athena_shell.output.widths import display_width


@dataclass(frozen=True)
class Screen:
    """How much fits without a pager: terminal columns and lines; 0 is unlimited."""

    width: int = 0
    height: int = 0

    def lines_of(self, text: str) -> int:
        """Return the screen lines that a text takes, folded lines counted."""
        if not self.width:
            return text.count("\n")
        return sum(1 + max(0, display_width(line) - 1) // self.width for line in text.splitlines())
