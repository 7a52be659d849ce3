"""Results that a run could not deliver, found before its first statement is sent.

A run that sends an INSERT and is refused at the SELECT behind it would have to be taken apart by
hand before it can be run again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from athena_shell.config import settings as setting_table
from athena_shell.config.settings import Settings
from athena_shell.core.errors import AthenaShellError, ScriptError
from athena_shell.core.model import CommandLine, Statement
from athena_shell.core.records import dataclass
from athena_shell.script.assertion import is_assertion
from athena_shell.script.delivery import Delivery, PatternDelivery
from athena_shell.script.pieces import Reading, format_of, pieces_of
from athena_shell.script.sources import Script
from athena_shell.sql.splitter import Piece, StatementCommand
from athena_shell.sql.statement import classify

_SPEAKING: Final = frozenset({"echo", "warn", "barrier"})
_ENDS: Final = {r"\g": "", r"\gx": "vertical"}


@dataclass(frozen=True)
class Refused:
    """A result that has nowhere to go.

    Args:
        piece: what would bring it.
        number: the statement's number in the run, from 1.
        error: why it is refused.
    """

    piece: Piece
    number: int
    error: AthenaShellError


@dataclass(frozen=True)
class _Foreseen:
    piece: Piece
    name: str
    result: Statement | None
    format_name: str = ""


def foreseen(scripts: Sequence[Script], delivery: Delivery, settings: Settings) -> Refused | None:
    """Return the first result of a run that could not be delivered; nothing is sent or written.

    What stands behind a command that may change where results go, or which statements run, is not
    foreseen: it is looked at in its turn.

    Args:
        scripts: the run's scripts, in order.
        delivery: where their results go.
        settings: how the results look at first.
    """
    trial = delivery.trial(settings)
    if trial is None:
        return None
    for number, coming in enumerate(_coming(scripts), start=1):
        if coming.result is None or not classify(coming.result.text).has_header:
            continue
        if isinstance(trial, PatternDelivery):
            trial.turn(number, coming.name or str(number))
        shown = replace(settings, format=coming.format_name) if coming.format_name else settings
        try:
            trial.expect(shown)
        except AthenaShellError as error:
            return Refused(coming.piece, number, error)
    return None


def _coming(scripts: Sequence[Script]) -> Iterator[_Foreseen]:
    """Yield the statements that are sure to have their turn, up to the first that is not."""
    for script in scripts:
        if script.stream is not None:
            return
        try:
            for piece, directives in pieces_of(script):
                if isinstance(piece, CommandLine) and _is_harmless(piece):
                    continue
                coming = _brought(piece, directives)
                if coming is None:
                    return
                yield coming
        except ScriptError:
            return  # what cannot be read is told in its turn


def _brought(piece: Piece, directives: Reading) -> _Foreseen | None:
    """Return what a piece brings; ``None`` when nobody knows before its turn."""
    if isinstance(piece, Statement):
        return _Foreseen(piece, directives().name, piece, format_of(piece))
    if is_assertion(piece):
        return _Foreseen(piece, directives().name, None)
    if not isinstance(piece, StatementCommand) or not piece.statement.text:
        return None
    ending = piece.text.strip()
    if ending.split(None, 1)[0] == r"\gset":
        return _Foreseen(piece, directives().name, None)
    if ending not in _ENDS:
        return None
    return _Foreseen(piece, directives().name, piece.statement, _ENDS[ending])


def _is_harmless(command: CommandLine) -> bool:
    if isinstance(command, StatementCommand):
        return False
    words = command.text.strip().removeprefix("\\").split(None, 2)
    if words and words[0] == "set":
        return len(words) > 1 and words[1].lower() not in setting_table.names()
    return bool(words) and words[0] in _SPEAKING


def before_all(error: AthenaShellError) -> AthenaShellError:
    """Return an error that comes before the first statement, which it says."""
    error.hint = f"{error.hint} Nothing was run.".lstrip()
    return error
