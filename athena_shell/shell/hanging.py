"""Lists and trees of text laid out for the width of the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from athena_shell.output.fitting import spread
from athena_shell.output.widths import display_width

_LEAD: Final = re.compile(r"[ │├└─]*")
_GAP: Final = re.compile(r"(?<=\S) {2,}(?=\S)")
_BELOW: Final = str.maketrans("├└─", "│  ")
_LEAST: Final = 24
"""Columns that are worth to be filled beside what stands left of them."""
_STEP: Final = "    "
_HELD: Final = "\N{NO-BREAK SPACE}"
_SHALLOW: Final = "      "
"""The indent of what stood alone in a column that is too far right."""


def hung(text: str, width: int) -> str:
    """Return a text whose lines are broken between words where they are wider than ``width``.

    A line goes on below what followed its first gap of two blanks, or below the gap's left side
    where little room is beside it; where it has more gaps, it is broken there. Branches of a tree
    go on. Words longer than the width stay whole, so that a path can be copied.
    """
    lines = text.split("\n")
    if all(display_width(line) <= width for line in lines):
        return text
    narrow = any(_lacks_room(line, width) for line in lines)
    return "\n".join(piece for line in lines for piece in _pieces(line, width, narrow=narrow))


def _lacks_room(line: str, width: int) -> bool:
    """Whether a line is too wide and has little room behind its gap or its indent."""
    return display_width(line) > width and width - _column(line) < _LEAST


def _column(line: str) -> int:
    """Return where a line goes on: what follows its gap, else its first word."""
    gap = _GAP.search(line)
    return display_width(line[: gap.end()] if gap else _lead(line))


def _lead(line: str) -> str:
    found = _LEAD.match(line)
    return found[0] if found else ""


def _pieces(line: str, width: int, *, narrow: bool) -> Iterator[str]:
    lead, gap, column = _lead(line), _GAP.search(line), _column(line)
    below = lead.translate(_BELOW)
    is_deep = narrow and width - column < _LEAST
    if is_deep and lead.isspace() and len(lead) > len(_SHALLOW):
        yield from _pieces(_SHALLOW + line.lstrip(), width, narrow=narrow)
    elif display_width(line) <= width:
        yield line
    elif gap is None:
        yield from _filled(line, below + (_STEP if 0 < len(lead) < len(_SHALLOW) else ""), width)
    elif is_deep or _longest_word(line[gap.end() :]) > width - column:
        yield from _filled(line[: gap.start()], below + _STEP, width)
        yield from _filled(below + _STEP + line[gap.end() :], below + _STEP, width)
    else:
        yield from _filled(line, below + " " * (column - display_width(below)), width)


def _longest_word(text: str) -> int:
    return max(display_width(word) for word in text.split())


def _filled(text: str, below: str, width: int) -> list[str]:
    lead = _lead(text)
    parts = _GAP.split(text[len(lead) :])
    if len(parts) > 1 and max(map(display_width, parts)) <= width - display_width(below):
        whole = "  ".join(part.replace(" ", _HELD) for part in parts)
        return [line.replace(_HELD, " ") for line in spread(whole, width, lead, below)]
    return spread(text[len(lead) :], width, lead, below)
