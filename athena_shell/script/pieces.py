"""A script's pieces, each with what the comments before it say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from athena_shell.core.model import Statement
from athena_shell.script.directives import Directives, directives_in
from athena_shell.script.sources import Script
from athena_shell.sql.splitter import Piece, StatementCommand, split
from athena_shell.sql.statement import use_target
from athena_shell.sql.variables import place_in

Reading = Callable[[], Directives]
"""Reads the comments before a piece; raises ScriptError for a bad one."""


def pieces_of(script: Script) -> Iterator[tuple[Piece, Reading]]:
    """Yield the script's pieces, each with the reading of the comments before it."""
    end = 0
    for piece in split(script.text, source=script.name, final=True).pieces:
        first = piece.statement if isinstance(piece, StatementCommand) else piece
        yield piece, _reading(script, end, first.start.offset)
        end = piece.start.offset + len(piece.text)


def _reading(script: Script, begin: int, end: int) -> Reading:
    def read_directives() -> Directives:
        before = script.text[begin:end]
        if "@" not in before:
            return Directives()
        return directives_in(before, script.name, place_in(script.text, begin))

    return read_directives


def stands_alone(piece: Piece) -> bool:
    """Tell whether a piece may run beside others: a statement that is no ``USE``."""
    return isinstance(piece, Statement) and use_target(piece.text) is None
