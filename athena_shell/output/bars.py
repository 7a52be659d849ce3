"""A bar for each row, drawn sideways so that its label and its number can be read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from athena_shell.output.widths import cut, display_width, pad

_EIGHTHS: Final = "▏▎▍▌▋▊▉█"
_NEGATIVE: Final = "░"
_PLAIN: Final = "#"
_PLAIN_NEGATIVE: Final = "-"
_LEAST_BAR: Final = 5


def draw_bars(bars: Sequence[tuple[str, str, float]], width: int, *, unicode: bool = True) -> str:
    """Return a line for each bar; a bar below zero is drawn in light shade.

    Where the window is narrow the labels are cut first, then the bars are short, and at last the
    numbers are cut: no line is wider than the window.

    For example::

        DE 12,345 ████████████████████
        US    617 █

    Args:
        bars: label, the number as it is shown, and its value.
        width: columns of the terminal.
        unicode: whether the terminal shows blocks.
    """
    numbers = max(display_width(number) for _, number, _ in bars)
    left = width - numbers - 2
    labels = max(display_width(label) for label, _, _ in bars)
    labels = max(1, min(labels, left - _LEAST_BAR))
    room = max(1, left - labels)
    longest = max(abs(value) for _, _, value in bars) or 1.0
    draw = _bar if unicode else _plain_bar
    lines = []
    for label, number, value in bars:
        bar = draw(abs(value) / longest * room, negative=value < 0)
        named = f"{pad(cut(label, labels), labels)} {pad(number, numbers, right=True)}"
        lines.append(cut(f"{named} {bar}".rstrip(), width))
    return "\n".join(lines) + "\n"


def _bar(columns: float, *, negative: bool) -> str:
    if negative:
        return _NEGATIVE * math.ceil(columns)
    eighths = round(columns * len(_EIGHTHS))
    whole, rest = divmod(eighths, len(_EIGHTHS))
    return _EIGHTHS[-1] * whole + (_EIGHTHS[rest - 1] if rest else "")


def _plain_bar(columns: float, *, negative: bool) -> str:
    return (_PLAIN_NEGATIVE if negative else _PLAIN) * math.ceil(columns)
