"""A script's pieces, each with what the comments before it say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from athena_shell.core.model import Position, Statement, Terminator
from athena_shell.script.assertion import is_assertion
from athena_shell.script.directives import Directives, behind_comments, directives_in
from athena_shell.script.sources import Script, parts
from athena_shell.script.unclosed import refuse_unclosed
from athena_shell.sql.splitter import Piece, Splitter, StatementCommand
from athena_shell.sql.statement import use_target
from athena_shell.sql.variables import place_in

Reading = Callable[[], Directives]
"""Reads the comments before a piece; raises ScriptError for a bad one."""


def pieces_of(script: Script) -> Iterator[tuple[Piece, Reading]]:
    """Yield the script's pieces as its text comes, each with the reading of the comments before it.

    Raises ScriptError where the text cannot be read.
    """
    splitter = Splitter(script.name)
    gap = _Gap(script.name)
    for text in parts(script):
        gap.grow(text)
        for piece in splitter.feed(text):
            yield piece, gap.before(piece)
    for piece in splitter.take_lines(""):  # the last line may have no end
        yield piece, gap.before(piece)
    refuse_unclosed(splitter, script.name)
    for piece in splitter.finish():
        yield piece, gap.before(piece)


def is_counted(piece: Piece) -> bool:
    """Tell whether a piece is a statement to run, rather than a command."""
    if isinstance(piece, Statement):
        return True
    if isinstance(piece, StatementCommand):
        return not piece.keeps
    return is_assertion(piece)


class _Gap:
    """The text behind the last piece, where comments about the next one stand."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._text = ""
        self._index = 0
        self._start = Position()

    def grow(self, text: str) -> None:
        """Take the next part of the script."""
        # A local name alone holds the text while it grows, so that it grows in place.
        grown, self._text = self._text, ""
        if self._index:
            grown, self._index = grown[self._index :], 0
        grown += text
        self._text = grown

    def before(self, piece: Piece) -> Reading:
        """Go on behind a piece and return the reading of what stands before it."""
        first = piece.statement if isinstance(piece, StatementCommand) else piece
        source, start = self._source, self._start
        begin = behind_comments(first) if isinstance(first, Statement) else first.start
        comments = self._to(begin.offset)
        if not (isinstance(piece, StatementCommand) and piece.keeps):
            passed = self._to(piece.start.offset + len(piece.text))
            self._index += len(passed)
            self._start = place_in(passed, len(passed), start)

        def read_directives() -> Directives:
            return directives_in(comments, source, start) if "@" in comments else Directives()

        return read_directives

    def _to(self, offset: int) -> str:
        return self._text[self._index : self._index + offset - self._start.offset]


def stands_alone(piece: Piece) -> bool:
    """Tell whether a piece may run beside others: a statement that is no ``USE``."""
    return isinstance(piece, Statement) and use_target(piece.text) is None


def format_of(statement: Statement) -> str:
    """Return the format that a statement's end asks for; empty for the one of the settings."""
    return "vertical" if statement.terminator is Terminator.VERTICAL else ""
