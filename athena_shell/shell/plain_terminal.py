"""A terminal that cannot move its cursor, as wide and as high as it is."""

from __future__ import annotations

import os
from contextlib import suppress

from prompt_toolkit.data_structures import Size
from prompt_toolkit.output.plain_text import PlainTextOutput


class PlainTerminal(PlainTextOutput):
    """The terminal library's output without cursor movements; its own is always 80 wide."""

    def get_size(self) -> Size:
        """Return the terminal's size, or 80 by 40 where it has none."""
        with suppress(OSError, ValueError):
            size = os.get_terminal_size(self.stdout.fileno())
            if size.columns and size.lines:
                return Size(rows=size.lines, columns=size.columns)
        return super().get_size()
