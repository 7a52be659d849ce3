"""Help texts laid out for the width of the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from athena_shell.output.widths import display_width

_ITEM: Final = re.compile(r" *(?:[-*]|\d+\.) +")
_FENCE: Final = "```"
_HANG: Final = "    "


def fitted_prose(text: str, width: int) -> str:
    """Return Markdown with paragraphs, list items and rows of tables within a width.

    Code, headings and words longer than the width stay as they are; so does a text that fits.
    """
    lines = text.split("\n")
    if all(display_width(line) <= width for line in lines):
        return text
    return "\n".join(line for block in _blocks(lines) for line in _laid_out(block, width))


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """Yield the lines that flow together; what stands as it is comes alone."""
    block: list[str] = []
    fenced = False
    for line in lines:
        inside, fenced = fenced, fenced != line.startswith(_FENCE)
        joins = bool(block) and _goes_on(block[0], line) and not (inside or fenced)
        if not joins and block:
            yield block
            block = []
        if inside or fenced or not line.strip():
            yield [f"{_FENCE}{line}" if inside or fenced else line]
        else:
            block.append(line)
    if block:
        yield block


def _goes_on(first: str, line: str) -> bool:
    """Whether a line belongs to the block that began with ``first``."""
    if not line.strip() or line.startswith(("#", "|", _FENCE)) or _ITEM.match(line):
        return False
    if _ITEM.match(first):
        return True
    return not first.startswith(("#", "|", " ")) and not line.startswith(" ")


def _laid_out(block: list[str], width: int) -> list[str]:
    first = block[0]
    if first.startswith(_FENCE):
        return [first.removeprefix(_FENCE)]
    item = _ITEM.match(first)
    if len(block) == 1 and ((first.startswith((" ", "#")) and item is None) or not first):
        return block
    hang = " " * item.end() if item else _HANG if first.startswith("|") else ""
    text = " ".join([first.rstrip(), *(line.strip() for line in block[1:])])
    return wrap(text, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
