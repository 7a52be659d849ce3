r"""Text to complete statements, with positions.

The rules, in the order they are asked:

* ``;`` ends a statement, and so do ``\G`` (show it vertically) and ``;>`` (run it in the
  background), outside literals and comments; ``\;`` is a ``;``, as Athena takes one statement at
  a time. Pieces of nothing but blanks and comments are no
  statements. The last statement of a text needs no terminator.
* A backslash while nothing is pending opens a :class:`CommandLine` that reaches to the end of the
  line.
* A backslash after the text of a statement is a command when it stands at the start of a line, or
  names one of :data:`ENDING_COMMANDS` or :data:`BUFFER_COMMANDS`; any other is part of the
  statement, which the engine will refuse. Such a command is **one** piece, a
  :class:`StatementCommand`, that carries the statement it works on: ``SELECT 1 AS n \gset`` gives
  ``StatementCommand(text=r"\gset", statement=Statement("SELECT 1 AS n"))``. The statement is not
  given a second time.
* After an ending command nothing is pending. After any other (``keeps`` is true) the statement
  goes on: its text stays in the remainder with the command overwritten by spaces, so
  that positions hold. ``\r`` alone drops the text.
"""

from __future__ import annotations

from dataclasses import field, replace

from athena_shell.core.model import CommandLine, Position, Statement
from athena_shell.core.records import dataclass
from athena_shell.sql.boundaries import BUFFER_COMMANDS, ENDING_COMMANDS, Boundaries, Boundary
from athena_shell.sql.incremental import StatementFinder
from athena_shell.sql.rules import LEADING

__all__ = [
    "BUFFER_COMMANDS",
    "ENDING_COMMANDS",
    "Piece",
    "Split",
    "Splitter",
    "StatementCommand",
    "is_complete",
    "split",
    "statement_at",
    "statements_in_data",
]


@dataclass(frozen=True)
class StatementCommand(CommandLine):
    r"""A command typed after the text of a statement, which it works on.

    ``keeps`` tells that the statement was not ended: its text is still in the remainder.
    """

    statement: Statement = field(default_factory=lambda: Statement(""))
    keeps: bool = False


Piece = Statement | CommandLine


@dataclass(frozen=True)
class Split:
    """Complete pieces in order, then the raw text after them and where that starts."""

    pieces: tuple[Piece, ...]
    remainder: str
    remainder_start: Position


def split(
    text: str,
    *,
    source: str = "",
    commands: bool = True,
    final: bool = False,
    start: Position | None = None,
) -> Split:
    """Split a whole text.

    Args:
        text: SQL and command lines; its end counts as the end of a line.
        source: the name that goes into each piece, such as a file's.
        commands: whether backslash commands are known; if not, a backslash is a plain character.
        final: whether an unterminated last statement is a piece too; the remainder is then empty.
        start: where the text itself starts in its source.
    """
    splitter = Splitter(source, commands=commands, start=start)
    pieces = splitter.take_lines(text)
    if final:
        pieces += splitter.finish()
    return Split(pieces, splitter.remainder, splitter.remainder_start)


def statements_in_data(text: str, source: str = "") -> tuple[Statement, ...]:
    """Return the statements of a text that no user typed: it has no commands, no variables."""
    pieces = split(text, source=source, commands=False, final=True).pieces
    return tuple(replace(piece, literal=True) for piece in pieces if isinstance(piece, Statement))


def is_complete(text: str) -> bool:
    """Whether Enter at the end of the text should submit it.

    That is when nothing but blanks and closed comments follows the last complete piece. Text
    without a piece is complete only when it is blank.
    """
    cut = split(text)
    if not cut.pieces:
        return not text.strip()
    if isinstance(last := cut.pieces[-1], StatementCommand) and last.keeps:
        return not cut.remainder[last.start.offset - cut.remainder_start.offset :].strip()
    match = LEADING.match(cut.remainder)
    return match is not None and match.end() == len(cut.remainder)


def statement_at(text: str, offset: int) -> tuple[int, int]:
    """Return the span of the statement around an offset, blanks before it included.

    The span ends before the terminator. An offset just behind a terminator belongs to the next
    statement; one inside a command line gives that command alone.
    """
    return StatementFinder().find(text, offset)


class Splitter:
    """Split a text that arrives in parts; the pieces do not depend on where it was cut."""

    def __init__(
        self, source: str = "", *, commands: bool = True, start: Position | None = None
    ) -> None:
        self._source = source
        self._boundaries = Boundaries(commands=commands)
        # Everything before the mark is behind the last piece; a line starts at an index of the
        # text, a negative one when it started in a part that is forgotten.
        start = start or Position()
        self._base = start.offset
        self._mark = 0
        self._line = start.line
        self._line_start = 1 - start.column

    @property
    def remainder(self) -> str:
        """The text after the last piece."""
        return self._boundaries.text[self._boundaries.cut :]

    @property
    def remainder_start(self) -> Position:
        """Where the remainder starts in the source."""
        return self._position(self._boundaries.cut)

    def feed(self, text: str) -> tuple[Piece, ...]:
        """Take the next part of the text and return the pieces it completed."""
        return self._advance(text, ended=False)

    def finish(self) -> tuple[Piece, ...]:
        """Return what is still pending; the text is over."""
        pieces = self._advance("", ended=True)
        rest = self._boundaries.rest()
        return pieces if rest is None else (*pieces, self._piece(rest))

    def take_lines(self, text: str) -> tuple[Piece, ...]:
        """Take a part of the text whose end counts as the end of a line."""
        return self._advance(text, ended=True)

    def _advance(self, text: str, *, ended: bool) -> tuple[Piece, ...]:
        boundaries = self._boundaries
        self._move(boundaries.cut)
        self._base += self._mark
        self._line_start -= self._mark
        self._mark = 0
        boundaries.append(text)
        pieces: list[Piece] = []
        while (found := boundaries.next(ended=ended)) is not None:
            pieces.append(self._piece(found))
            if not found.keeps:
                self._move(found.following)
        return tuple(pieces)

    def _piece(self, found: Boundary) -> Piece:
        start, end = found.start, found.end
        statement = Statement(
            self._boundaries.text[start:end], self._source, self._position(start), found.terminator
        )
        if found.command_start == found.command_end:
            return statement
        place = self._position(found.command_start)
        if start == end:
            return CommandLine(found.command, self._source, place)
        return StatementCommand(found.command, self._source, place, statement, found.keeps)

    def _move(self, index: int) -> None:
        """Set the mark to an index at or behind it."""
        text = self._boundaries.text
        found = text.rfind("\n", self._mark, index)
        if found >= 0:
            self._line += text.count("\n", self._mark, index)
            self._line_start = found + 1
        self._mark = index

    def _position(self, index: int) -> Position:
        """Return the place of an index at or behind the mark."""
        text, line, line_start = self._boundaries.text, self._line, self._line_start
        found = text.rfind("\n", self._mark, index)
        if found >= 0:
            line += text.count("\n", self._mark, index)
            line_start = found + 1
        return Position(self._base + index, line, index - line_start + 1)
