"""Athena's errors drawn where they belong: under the typed line, the token marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from athena_shell.output.sanitize import sanitize
from athena_shell.output.widths import display_width
from athena_shell.shell.theme import Role, paint
from athena_shell.sql.errors import locate, token_span

_AROUND: Final = 30
_MARGIN: Final = 10


@dataclass(frozen=True)
class Sent:
    """A text as it was sent, and the way back to the text as it was typed.

    Args:
        text: what Athena saw.
        typed: what the user typed.
        typed_offset: from an offset in ``text`` to one in ``typed``.
    """

    text: str
    typed: str
    typed_offset: Callable[[int], int] = lambda offset: offset


def drawing(message: str, sent: Sent, width: int, *, color: bool) -> str:
    """Return the typed line with the marked token below; empty when the message names no place.

    Args:
        message: Athena's message, which may hold ``line 3:12``.
        sent: the statement.
        width: columns of the terminal.
        color: whether the mark may be coloured.
    """
    place = locate(message)
    if place is None:
        return ""
    begin, end = token_span(sent.text, *place)
    start = min(sent.typed_offset(begin), len(sent.typed))
    stop = max(start + 1, sent.typed_offset(end - 1) + 1 if end > begin else start + 1)
    line_start = sent.typed.rfind("\n", 0, start) + 1
    line_end = sent.typed.find("\n", start)
    line = sent.typed[line_start : len(sent.typed) if line_end < 0 else line_end]
    number = sent.typed.count("\n", 0, start) + 1
    label = f"LINE {number}: "
    return _marked(label, line, start - line_start, stop - line_start, width, color=color)


def _marked(label: str, line: str, start: int, stop: int, width: int, *, color: bool) -> str:
    room = max(_MARGIN, width - len(label) - 1)
    lead = trail = ""
    if len(line) > room:
        cut = max(0, min(start - min(_AROUND, room // 2), len(line) - room + 2))
        lead, trail = ("…" if cut else ""), ("…" if cut + room < len(line) else "")
        line = line[cut : cut + room - len(lead) - len(trail)]
        start, stop = start - cut, stop - cut
    stop = max(start + 1, min(stop, len(line)))
    before = lead + sanitize(line[:start])
    marked = sanitize(line[start:stop])
    after = sanitize(line[stop:]) + trail
    blank = " " * (len(label) + display_width(before))
    carets = "^" * max(1, display_width(marked))
    shown = label + before + paint(marked, Role.MARK, color=color) + after
    return f"{shown}\n{blank}{paint(carets, Role.MARK, color=color)}"
