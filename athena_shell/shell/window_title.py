"""The title of the terminal's window while the shell has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prompt_toolkit.output import Output

# xterm's stack of window titles. Other terminals have learnt it, or leave these alone.
_SAVE: Final = "\x1b[22;2t"
_RESTORE: Final = "\x1b[23;2t"
_UNTITLED: Final = frozenset({"linux", "eterm-color"})  # what the terminal library never titles


class WindowTitle:
    """Shows a title, and gives the window its own back.

    Args:
        text: returns the title for now, sanitised; an empty text leaves the window its own.
    """

    def __init__(self, text: Callable[[], str]) -> None:
        self._text = text
        self._shown = ""

    def show(self, output: Output) -> None:
        """Let the window have the title for now; costs nothing while it is the same."""
        self._change(output, self._text())

    def forget(self, output: Output) -> None:
        """Give the window its own title back."""
        self._change(output, "")

    def _change(self, output: Output, title: str) -> None:
        if title == self._shown or getattr(output, "term", None) in _UNTITLED:
            return
        if not self._shown:
            _command(output, _SAVE)
        output.set_title(title)
        if not title:
            _command(output, _RESTORE)
        self._shown = title
        output.flush()


def _command(output: Output, sequence: str) -> None:
    """Send a sequence to a terminal that moves its cursor; to others it would be text."""
    from prompt_toolkit.output.vt100 import Vt100_Output

    if isinstance(output, Vt100_Output):
        output.write_raw(sequence)
