"""An error's place drawn for the terminal: the typed line, cut to fit, its token marked."""

from __future__ import annotations

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
    lead = trail = ""
    if len(line) > room:
        cut = max(0, min(start - min(_AROUND, room // 2), len(line) - room + 2))
        lead, trail = ("…" if cut else ""), ("…" if cut + room < len(line) else "")
        shown_part = slice(cut, cut + room - len(lead) - len(trail))
        line, inks = line[shown_part], inks[shown_part]
        start, stop = start - cut, stop - cut
    before = lead + _painted(line[:start], inks[:start])
    marked = _visible(line[start:stop])
    after = _painted(line[stop:], inks[stop:]) + trail
    blank = " " * (display_width(label) + display_width(lead + _visible(line[:start])))
    carets = "^" * max(1, display_width(marked))
    shown = label + before + paint(marked, Role.MARK, color=color) + after
    return f"{shown}\n{blank}{paint(carets, Role.MARK, color=color)}"


def _painted(text: str, inks: list[str]) -> str:
    """Return a sanitised text in the colours of its letters."""
    parts: list[str] = []
    for ink, letters in groupby(zip(text, inks, strict=True), key=itemgetter(1)):
        part = _visible("".join(letter for letter, _ in letters))
        parts.append(f"\x1b[{ink}m{part}\x1b[0m" if ink else part)
    return "".join(parts)


def _visible(text: str) -> str:
    return sanitize(text.replace("\t", TAB))
