"""The failures of a run: each is told at its place, then the run goes on or ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from athena_shell.core.errors import (
    AthenaShellError,
    CommandError,
    CostRefused,
    QueryFailed,
    QueryTimedOut,
    ScriptError,
)
from athena_shell.core.session import Session
from athena_shell.script.ending import EndOfRun
from athena_shell.script.stage import Stage
from athena_shell.script.talk import Talk
from athena_shell.script.turn import Turn
from athena_shell.script.turns import Turns
from athena_shell.sql.splitter import Piece, StatementCommand
from athena_shell.sql.variables import Substitution

if TYPE_CHECKING:
    from athena_shell.completion.index import NameIndex

_SURVIVABLE: Final = (QueryFailed, QueryTimedOut, CostRefused, CommandError, ScriptError)


class Failures:
    """Tells failures and remembers what they mean for the run.

    Args:
        stage: what the run is on.
        talk: says what people should know.
        turns: the statements of the run.
    """

    def __init__(self, stage: Stage, talk: Talk, turns: Turns) -> None:
        self._stage = stage
        self._talk = talk
        self._turns = turns
        self.code = 0
        """The exit code of the first failure; 0 when there was none."""
        self.last: AthenaShellError | None = None

    @property
    def goes_on(self) -> bool:
        """Whether the run goes on after a statement's failure."""
        on_error = self._turns.state.settings.on_error
        return on_error == "continue" or self._stage.options.dry_run

    @contextmanager
    def told(self, piece: Piece, *, ends: bool = False, text: str = "") -> Iterator[None]:
        """Tell a failure with its place; go on after it, or end the run.

        Args:
            piece: what the failure belongs to.
            ends: whether a failure ends the run in any case.
            text: the whole script, where the failure may be anywhere in it.

        Raises:
            EndOfRun: the run ends here.
        """
        try:
            yield
        except AthenaShellError as error:
            turn = self._turns.current
            self.last = error
            if not self._stage.out.closed_by_reader:
                from athena_shell.script.diagnostics import draw, place_of

                place = place_of(error, *_blamed(piece, turn, error)).within(text)
                started = turn.record.query_id if turn is not None else ""
                self._talk.always(draw(error, place, *self._known(error), started))
            self.code = self.code or int(error.exit_code)
            if turn is not None:
                self.note(turn, error)
            else:
                self._turns.blame(piece, error)
            if ends or not (self.goes_on and isinstance(error, _SURVIVABLE)):
                raise EndOfRun(int(error.exit_code), whole=False) from error
        finally:
            self._turns.close()

    def _known(self, error: AthenaShellError) -> tuple[Session, NameIndex | None]:
        """Return where the run is, and what an interactive shell has saved of the names there."""
        session = self._turns.state.session
        if not isinstance(error, QueryFailed):
            return session, None
        names = self._stage.services.connect().names
        return session, names.known(session.catalog, session.database)

    def note(self, turn: Turn, error: AthenaShellError) -> None:
        """Take a failure, and what was scanned and is to be paid until then."""
        state = self._turns.state
        cost = turn.record.fail(error, self._stage.price)
        self._turns.state = replace(state, spent=state.spent + cost)


def _blamed(
    piece: Piece, turn: Turn | None, error: AthenaShellError
) -> tuple[Piece, Substitution | None]:
    """Return the part of a piece that its failure belongs to, and what was sent for it."""
    if turn is None or (isinstance(piece, StatementCommand) and isinstance(error, CommandError)):
        return piece, None
    return turn.statement, turn.sent
