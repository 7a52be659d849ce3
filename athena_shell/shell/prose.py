"""Help texts laid out for the width of the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from athena_shell.output.widths import display_width
from athena_shell.shell.prose_tables import laid_out_table

_ITEM: Final = re.compile(r" *(?:[-*]|\d+\.) +")
_HEADING: Final = re.compile(r"#+ +")
_FENCE: Final = "```"
_ROW: Final = "|"


def fitted_prose(text: str, width: int) -> str:
    """Return Markdown with paragraphs, list items, headings and tables within a width.

    Code and words longer than the width stay as they are; so do paragraphs that fit. Tables become
    columns.
    """
    lines = text.split("\n")
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
    if first.startswith(_ROW):
        return line.startswith(_ROW)
    if not line.strip() or line.startswith(("#", _ROW, _FENCE)) or _ITEM.match(line):
        return False
    if _ITEM.match(first):
        return True
    return not first.startswith(("#", " ")) and not line.startswith(" ")


def _laid_out(block: list[str], width: int) -> list[str]:
    first = block[0]
    if first.startswith(_FENCE):
        return [first.removeprefix(_FENCE)]
    if first.startswith(_ROW):
        return laid_out_table(block, width)
    begins = _ITEM.match(first) or _HEADING.match(first)
    is_code = first.startswith(" ") and begins is None
    if is_code or all(display_width(line) <= width for line in block):
        return block
    hang = " " * begins.end() if begins else ""
    text = " ".join([first.rstrip(), *(line.strip() for line in block[1:])])
    return wrap(text, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
