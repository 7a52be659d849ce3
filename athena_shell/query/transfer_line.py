"""The one line that tells how a result is getting on its way to a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TextIO

from athena_shell.core.counting import counted
from athena_shell.core.model import Transferred
from athena_shell.query.cost import format_bytes
from athena_shell.query.progress_text import ERASE, elapsed_text, fitting, overdrawn

if TYPE_CHECKING:
    from athena_shell.core.ports import Clock

_PATIENCE: Final = 0.3
_PAUSE: Final = 0.1
_BAR: Final = 20
_WIDTH: Final = 80
_MOST: Final = 99  # per cent, while it is not done


class TransferLine:
    """Draws progress on stderr, over itself, and takes it away without a trace.

    Args:
        write: writes to the terminal; ``None`` where there is none, or its cursor cannot move.
        width: returns the terminal's columns.
        monotonic: seconds that never go back.
        unicode: whether the terminal can show more than ASCII.
    """

    def __init__(
        self,
        write: Callable[[str], object] | None,
        width: Callable[[], int],
        monotonic: Callable[[], float],
        *,
        unicode: bool = True,
    ) -> None:
        self._write = write
        self._width = width
        self._monotonic = monotonic
        self._marks = "█░" if unicode else "#."
        self._visible = False
        self.begin()

    def begin(self) -> None:
        """Begin with another transfer."""
        self._began = self._drawn = self._monotonic()

    def report(self, transferred: Transferred) -> None:
        """Draw how far it is, some times a second, unless it is a quick one."""
        if self._write is None:
            return
        now = self._monotonic()
        if now - self._began < _PATIENCE or (self._visible and now - self._drawn < _PAUSE):
            return
        parts = transfer_parts(transferred, now - self._began, self._marks)
        self._write(overdrawn(fitting(parts, self._width() - 1)))
        self._drawn = now
        self._visible = True

    def clear(self) -> None:
        """Take the line away."""
        if self._visible and self._write is not None:
            self._write(ERASE)
            self._visible = False


def line_on(stream: TextIO, environment: Mapping[str, str], clock: Clock) -> TransferLine:
    """Return the line for a stream; it draws nothing unless that is a terminal with a cursor."""

    def write(text: str) -> None:
        with suppress(OSError, ValueError):  # talk that nobody hears stops nothing
            stream.write(text)
            stream.flush()

    def width() -> int:
        with suppress(OSError, ValueError):
            return os.get_terminal_size(stream.fileno()).columns or _WIDTH
        return _WIDTH

    smart = stream.isatty() and environment.get("TERM", "dumb") not in {"", "dumb"}
    return TransferLine(
        write if smart else None,
        width,
        clock.monotonic,
        unicode=(stream.encoding or "").lower().startswith("utf"),
    )


def transfer_parts(transferred: Transferred, seconds: float, marks: str = "█░") -> tuple[str, ...]:
    """Return the parts of the line, the most wanted first.

    ``████░░ 42 % · 1,234,567 rows · 120 MB of 286 MB · 61.0 MB/s · 2 s left``
    """
    done, size = transferred.bytes, transferred.size
    rate = done / seconds if seconds > 0 else 0.0
    rows = counted(transferred.rows, "row") if transferred.rows else ""
    if rows and not done and seconds > 0:  # a format that is put into its file at the end
        return rows, f"{transferred.rows / seconds:,.0f} rows/s"
    speed = f"{format_bytes(int(rate))}/s"
    if not size:
        return tuple(part for part in (rows, format_bytes(done), speed) if part)
    share = min(_MOST, done * 100 // size)
    full = share * _BAR // 100
    bar = marks[0] * full + marks[1] * (_BAR - full)
    left = elapsed_text(max(1.0, (size - done) / rate)) + " left" if rate else ""
    return tuple(
        part
        for part in (
            f"{bar} {share} %",
            rows,
            f"{format_bytes(done)} of {format_bytes(size)}",
            speed,
            left,
        )
        if part
    )
