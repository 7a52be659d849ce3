"""How many terminal columns a text takes, and how to cut, pad or wrap it to a number of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

CODE_POINTS_PER_COLUMN: Final = 32
"""Bounds the work on a huge cell: no letter is followed by so many marks in earnest."""


@cache
def _terminal_width() -> Callable[[str], int]:
    from wcwidth import wcswidth

    return wcswidth


def display_width(text: str) -> int:
    """Return the columns a sanitised, one-line text takes on a terminal."""
    if text.isascii():
        return len(text)
    return max(0, _terminal_width()(text))


def clusters(text: str) -> Iterator[tuple[str, int]]:
    """Yield what the terminal draws as one unit, with its width: marks stay with their base."""
    from wcwidth import iter_graphemes

    for cluster in iter_graphemes(text):
        yield cluster, display_width(cluster)


def cut(text: str, width: int, mark: str = "…") -> str:
    """Return the text, or its beginning and the mark, in at most ``width`` columns."""
    text = text[: (width + 1) * CODE_POINTS_PER_COLUMN]
    if display_width(text) <= width:
        return text
    room = width - len(mark)
    if room < 0:
        return mark[:width]
    if text.isascii():
        return text[:room] + mark
    kept, used = [], 0
    for cluster, columns in clusters(text):
        if used + columns > room:
            break
        kept.append(cluster)
        used += columns
    return "".join(kept) + mark


def cut_middle(text: str, width: int, mark: str = "…") -> str:
    """Return the text, or its beginning, the mark and its end, in at most ``width`` columns."""
    if display_width(text) <= width:
        return text
    end = max(0, width - len(mark)) // 2
    tail: list[str] = []
    for cluster, columns in reversed(list(clusters(text))):
        if columns > end:
            break
        tail.append(cluster)
        end -= columns
    ending = "".join(reversed(tail))
    return cut(text, width - display_width(ending), mark) + ending


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Return the text filled with blanks to ``width`` columns; ``right`` aligns it right."""
    if text.isascii():
        return text.rjust(width) if right else text.ljust(width)
    blanks = " " * (width - display_width(text))
    return blanks + text if right else text + blanks


def wrap(text: str, width: int) -> list[str]:
    """Return the text in pieces of at most ``width`` columns, broken anywhere; never empty."""
    if display_width(text) <= width:
        return [text]
    if text.isascii():
        return [text[at : at + width] for at in range(0, len(text), width)]
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for cluster, columns in clusters(text):
        if line and used + columns > width:
            lines.append("".join(line))
            line, used = [], 0
        line.append(cluster)
        used += columns
    return [*lines, "".join(line)]
