"""An error message's place, brought back to what was typed and drawn."""

from __future__ import annotations

from typing import Final

from wcwidth import wcswidth

from athena_shell.core.model import Position
from athena_shell.core.records import dataclass
from athena_shell.sql.errors import locate, offset_of, token_span
from athena_shell.sql.variables import Substitution, place_in

TAB: Final = "    "
"""What stands for a tab in a drawn line, so that the mark below is right on every terminal."""


@dataclass(frozen=True)
class Pointer:
    """A marked stretch of one typed line.

    Attributes:
        source: the file, empty for the prompt.
        line: its line in the source, from 1.
        column: where the mark starts in that line, from 1.
        text: the whole line.
        start: the index in ``text`` where the mark starts.
        end: the index behind the mark.
    """

    source: str
    line: int
    column: int
    text: str
    start: int
    end: int

    @property
    def place(self) -> str:
        """The place as ``file:line:column``, or ``line L, column C`` at the prompt."""
        if self.source:
            return f"{self.source}:{self.line}:{self.column}"
        return f"line {self.line}, column {self.column}"

    def draw(self) -> tuple[str, str]:
        """Return the line and, to stand right below it, its mark.

        ::

            SELECT totl FROM orders
                   ^^^^
        """
        before = self.text[: self.start]
        blank = "".join("\t" if letter == "\t" else " " * _cells(letter) for letter in before)
        width = sum(_cells(letter) for letter in self.text[self.start : self.end])
        return self.text, blank + "^" * max(width, 1)


def point(
    message: str,
    sent: Substitution,
    typed: str,
    *,
    source: str = "",
    start: Position | None = None,
) -> Pointer | None:
    """Find what an error message points at, ``None`` when it names no place.

    Args:
        message: Athena's message; ``line L:C`` in it counts in the text that was sent.
        sent: that text, made from the typed one.
        typed: the statement as it was typed.
        source: where it was typed.
        start: where the statement starts in its source.
    """
    place = locate(message)
    if place is None:
        return None
    sent_start, sent_end = token_span(sent.text, *place)
    first = sent.typed_offset(sent_start)
    last = first
    if sent_end > sent_start:
        inside = sent.typed_offset(sent_end - 1)
        behind = next((span[3] for span in sent.spans if span[2] == inside), inside + 1)
        last = max(behind, first)
    line_start = typed.rfind("\n", 0, first) + 1
    line_end = typed.find("\n", first)
    line_end = len(typed) if line_end < 0 else line_end
    where = place_in(typed, first, start)
    text = typed[line_start:line_end].removesuffix("\r")
    begin = min(first - line_start, len(text))
    end = max(begin, min(last - line_start, len(text)))
    return Pointer(source, where.line, where.column, text, begin, end)


def point_at(typed: str, line: int, column: int, *, source: str = "") -> Pointer:
    """Mark the token at a place of a text, such as one that a ScriptError names."""
    start, end = token_span(typed, line, column)
    offset = offset_of(typed, line, column)
    line_start = typed.rfind("\n", 0, offset) + 1
    text = typed[line_start:].split("\n", 1)[0].removesuffix("\r")
    first = min(max(start - line_start, 0), len(text))
    return Pointer(source, line, column, text, first, min(max(end - line_start, first), len(text)))


def _cells(letter: str) -> int:
    return max(wcswidth(letter), 0)
