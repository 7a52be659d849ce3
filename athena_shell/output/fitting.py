"""A list's columns made as narrow as a terminal asks for, their texts broken between words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import wrap as fill
from typing import Final

from athena_shell.core.model import Row
from athena_shell.output.widths import display_width, wrap

_LEAST: Final = 10
_READABLE: Final = 24
"""A long text is not squeezed into less, nor a shorter one into more than three lines."""
# Words with the blanks behind them; a type such as struct<a:int,b:decimal(10,2)> has four of them.
_WORD: Final = re.compile(r"\(?(?:[^ ,<(]|,(?=\d))*[,<]? *")


def told(rows: Sequence[Row], count: int) -> tuple[int, ...]:
    """Return the places of the columns, ``count`` in all, that say something in any row."""
    return tuple(place for place in range(count) if any(row[place] for row in rows)) or (0,)


def fitting(columns: Sequence[Sequence[str]], widths: Sequence[int], room: int) -> list[int] | None:
    """Return narrower widths for ``room`` columns in all; ``None`` where words would be broken.

    The first column, which names what a row is about, keeps its width.

    Args:
        columns: the texts of each column, sanitised, its name among them.
        widths: what they want.
        room: terminal columns there are for all.
    """
    least = [widths[0], *map(_least, columns[1:], widths[1:])]
    if sum(least) > room:
        return None
    fitted = list(widths)
    while sum(fitted) > room:
        widest = max(
            range(len(fitted)), key=lambda place: (fitted[place] > least[place], fitted[place])
        )
        fitted[widest] -= 1
    return fitted


def _least(texts: Sequence[str], width: int) -> int:
    longest = max((display_width(word) for text in texts for word in _words(text)), default=0)
    return min(width, max(_LEAST, longest, min(_READABLE, -(-width // 3))))


def _words(text: str) -> Iterator[str]:
    return (word.rstrip(" ") for word in _WORD.findall(text) if word)


def fold(text: str, width: int) -> list[str]:
    """Return a text in lines of at most ``width`` columns, broken between words; never empty."""
    if display_width(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for word in _WORD.findall(text):
        if line and display_width((line + word).rstrip(" ")) > width:
            lines.append(line.rstrip(" "))
            line = ""
        *whole, line = wrap(line + word, width) if display_width(word) > width else [line + word]
        lines += whole
    return [*lines, line.rstrip(" ")] if line.strip(" ") else lines


def spread(text: str, width: int, lead: str = "", below: str = "") -> list[str]:
    """Return a text in lines broken between words; a word longer than the width stays whole.

    Args:
        text: of one line.
        width: terminal columns, those of ``lead`` and ``below`` included.
        lead: stands in front of the first line.
        below: stands in front of the others.
    """
    return fill(
        text,
        width,
        initial_indent=lead,
        subsequent_indent=below,
        break_long_words=False,
        break_on_hyphens=False,
    )
