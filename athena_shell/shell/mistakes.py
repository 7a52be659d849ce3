"""An error's place drawn for the terminal: the typed line, cut to fit, its token marked."""

from __future__ import annotations

from typing import Final

from athena_shell.output.sanitize import sanitize
from athena_shell.output.widths import display_width
from athena_shell.shell.theme import Role, paint
from athena_shell.sql.pointing import TAB, Pointer

_AROUND: Final = 30
_MARGIN: Final = 10


def drawn(pointer: Pointer, width: int, *, color: bool) -> str:
    """Return two lines: the typed one and the mark below its token.

    Args:
        pointer: the place.
        width: columns of the terminal.
        color: whether the mark may be coloured.
    """
    label = f"{pointer.place}: " if pointer.source else f"LINE {pointer.line}: "
    line, start, stop = pointer.text, pointer.start, max(pointer.end, pointer.start + 1)
    room = max(_MARGIN, width - len(label) - 1)
    lead = trail = ""
    if len(line) > room:
        cut = max(0, min(start - min(_AROUND, room // 2), len(line) - room + 2))
        lead, trail = ("…" if cut else ""), ("…" if cut + room < len(line) else "")
        line = line[cut : cut + room - len(lead) - len(trail)]
        start, stop = start - cut, stop - cut
    before = lead + _visible(line[:start])
    marked = _visible(line[start:stop])
    after = _visible(line[stop:]) + trail
    blank = " " * (display_width(label) + display_width(before))
    carets = "^" * max(1, display_width(marked))
    shown = label + before + paint(marked, Role.MARK, color=color) + after
    return f"{shown}\n{blank}{paint(carets, Role.MARK, color=color)}"


def _visible(text: str) -> str:
    return sanitize(text.replace("\t", TAB))
