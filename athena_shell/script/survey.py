r"""A whole script looked over before anything of it is sent.

A run that sends an INSERT and then finds a quote without its partner would have to be taken apart
by hand before it can be run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from athena_shell.core.model import CommandLine
from athena_shell.script.conditions import Conditions
from athena_shell.script.pieces import is_counted
from athena_shell.script.sources import Script, parts
from athena_shell.script.unclosed import refuse_unclosed
from athena_shell.sql.splitter import Piece, Splitter

_LEAVING: Final = frozenset({r"\quit", r"\q", r"\exit"})


def survey(script: Script) -> int | None:
    r"""Return how many statements a script holds; ``None`` when nobody knows before its end.

    Raises ScriptError at the place of a quote or comment that is never closed, and of an ``\if``,
    ``\elif``, ``\else`` or ``\endif`` that has no partner.
    """
    if script.stream is not None:
        return None
    splitter = Splitter(script.name)
    conditions = Conditions(judging=False)
    count = 0
    for piece in _pieces(splitter, script):
        conditions.pair(piece)
        if _leaves(piece, conditions):
            return count
        count += is_counted(piece)
    refuse_unclosed(splitter, script.name)
    conditions.finish()
    return count + sum(map(is_counted, splitter.finish()))


def _pieces(splitter: Splitter, script: Script) -> Iterator[Piece]:
    for text in parts(script):
        yield from splitter.feed(text)
    yield from splitter.take_lines("")


def _leaves(piece: Piece, conditions: Conditions) -> bool:
    """Whether the run ends here in any case: what stands behind it is no script."""
    if not isinstance(piece, CommandLine) or conditions.opened is not None:
        return False
    return piece.text.split(None, 1)[0] in _LEAVING
