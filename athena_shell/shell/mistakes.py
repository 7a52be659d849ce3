"""An error's place drawn for the terminal: the typed line, cut to fit, its token marked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

from athena_shell.output.sanitize import sanitize
from athena_shell.output.widths import display_width
from athena_shell.shell.ink import inked
from athena_shell.shell.theme import Role, paint
from athena_shell.sql.pointing import TAB, Pointer

_AROUND: Final = 30
_MARGIN: Final = 10


def drawn(pointer: Pointer, width: int, *, color: bool, theme: str = "default") -> str:
    """Return two lines: the typed one and the mark below its token.

    Args:
        pointer: the place.
        width: columns of the terminal.
        color: whether the line and its mark may be coloured.
        theme: the colours of code.
    """
    label = f"{pointer.place}: " if pointer.source else f"LINE {pointer.line}: "
    line, start, stop = pointer.text, pointer.start, max(pointer.end, pointer.start + 1)
    inks = inked(line, theme) if color else [""] * len(line)
    room = max(_MARGIN, width - len(label) - 1)
    begin, end = _window([display_width(_visible(letter)) for letter in line], start, room)
    lead, trail = "…" if begin else "", "…" if end < len(line) else ""
    line, inks = line[begin:end], inks[begin:end]
    start, stop = start - begin, min(stop, end) - begin
    before = lead + _painted(line[:start], inks[:start])
    marked = _visible(line[start:stop])
    after = _painted(line[stop:], inks[stop:]) + trail
    blank = " " * (display_width(label) + display_width(lead + _visible(line[:start])))
    carets = "^" * max(1, display_width(marked))
    shown = label + before + paint(marked, Role.MARK, color=color) + after
    return f"{shown}\n{blank}{paint(carets, Role.MARK, color=color)}"


def _window(cells: Sequence[int], start: int, room: int) -> tuple[int, int]:
    """Return which letters are shown around a mark: the first, and the one behind the last.

    Args:
        cells: columns of each letter.
        start: the first marked letter.
        room: columns for all, the ellipses included.
    """
    if sum(cells) <= room:
        return 0, len(cells)
    room -= 2
    begin = end = start
    used = 0
    lead = min(_AROUND, room // 2)
    while begin and used + cells[begin - 1] <= lead:
        begin -= 1
        used += cells[begin]
    while end < len(cells) and used + cells[end] <= room:
        used += cells[end]
        end += 1
    while begin and used + cells[begin - 1] <= room:
        begin -= 1
        used += cells[begin]
    return begin, end


def _painted(text: str, inks: list[str]) -> str:
    """Return a sanitised text in the colours of its letters."""
    parts: list[str] = []
    for ink, letters in groupby(zip(text, inks, strict=True), key=itemgetter(1)):
        part = _visible("".join(letter for letter, _ in letters))
        parts.append(f"\x1b[{ink}m{part}\x1b[0m" if ink else part)
    return "".join(parts)


def _visible(text: str) -> str:
    return sanitize(text.replace("\t", TAB))
