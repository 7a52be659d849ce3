"""The statements between two barriers, which run at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Protocol

from athena_shell.core.errors import AthenaShellError
from athena_shell.core.model import Statement
from athena_shell.output.sanitize import sanitize
from athena_shell.script.directives import Directives
from athena_shell.script.ending import EndOfRun
from athena_shell.script.execution import Done, attach_one, refuse_over_limit, run_one
from athena_shell.script.failures import Failures
from athena_shell.script.pieces import format_of
from athena_shell.script.stage import Stage
from athena_shell.script.talk import Talk
from athena_shell.script.turn import Turn
from athena_shell.script.turns import Turns

if TYPE_CHECKING:
    from athena_shell.script.together import Job, Outcome


class Shower(Protocol):
    """Takes results to where they go."""

    def announce(self, turn: Turn) -> None:
        """Say which statement starts, where that is wanted."""

    def expect(self, turn: Turn, format_name: str = "") -> None:
        """Refuse what could not be delivered; raises CommandError and OutputError."""

    def show(self, done: Done, *, format_name: str = "") -> None:
        """Deliver an open result."""


class Batch:
    """Gathers statements, runs them at once and delivers their results in order.

    Args:
        stage: what they run on.
        talk: says what people should know.
        turns: the statements of the run.
        failures: tells failures.
        shower: takes the results.
    """

    def __init__(
        self, stage: Stage, talk: Talk, turns: Turns, failures: Failures, shower: Shower
    ) -> None:
        self._stage = stage
        self._talk = talk
        self._turns = turns
        self._failures = failures
        self._shower = shower
        self._gathered: list[tuple[Statement, Directives]] = []

    def add(self, statement: Statement, directives: Directives) -> None:
        """Gather a statement; nothing is sent yet."""
        self._gathered.append((statement, directives))

    def run(self) -> None:
        """Run the gathered statements; raises EndOfRun when a failure ends the run."""
        if not self._gathered:
            return
        from athena_shell.script.together import run_together

        turns = self._prepared()
        outcomes = iter(
            run_together(
                [self._job(turn) for turn in turns if not _is_settled(turn)],
                self._stage,
                at_once=self._stage.options.parallel,
                goes_on=self._failures.goes_on,
            )
        )
        left = iter(turns)
        try:
            for turn in left:
                outcome = turn.error if _is_settled(turn) else next(outcomes)
                if turn.is_done:
                    self._turns.turn_to(turn)
                    self._turns.close()
                elif outcome is not None:
                    with self._failures.told(turn.statement):
                        self._turns.turn_to(turn)
                        if isinstance(outcome, AthenaShellError):
                            raise outcome
                        done = self._turns.noted(turn, outcome)
                        self._shower.show(done, format_name=format_of(turn.statement))
        except EndOfRun:
            self._report_rest(left, outcomes)
            raise

    def _job(self, turn: Turn) -> Job:
        if turn.earlier is not None:
            return partial(attach_one, turn.earlier.query_id, self._stage)
        return partial(run_one, turn.final, self._turns.limited(turn), self._stage)

    def _prepared(self) -> list[Turn]:
        """Prepare statements; unless the run goes on, those behind a failure are left out."""
        gathered, self._gathered = self._gathered, []
        turns: list[Turn] = []
        for statement, directives in gathered:
            turn = self._turns.take(statement, directives)
            self._turns.current = None
            turns.append(turn)
            try:
                refuse_over_limit(self._turns.state, self._stage)
                self._turns.prepare(turn)
                self._shower.announce(turn)
                self._shower.expect(turn, format_of(turn.statement))
                self._turns.look_back(turn)
            except AthenaShellError as error:
                turn.error = error
                if not self._failures.goes_on:
                    break
        return turns

    def _report_rest(self, turns: Iterator[Turn], outcomes: Iterator[Outcome]) -> None:
        """Report what ran at once with a statement whose failure ends the run."""
        for turn in turns:
            outcome = None if _is_settled(turn) else next(outcomes)
            if outcome is None and not turn.is_done:
                continue
            self._turns.turn_to(turn)
            if outcome is None:
                self._turns.close()
                continue
            if isinstance(outcome, AthenaShellError):
                self._failures.note(turn, outcome)
                self._talk.always(f"{turn.place}: {sanitize(turn.record.error)}")
            else:
                self._turns.noted(turn, outcome)
                left_out = "; its result is left out" if outcome.result.columns else ""
                self._talk.normal(f"{turn.place}: succeeded{left_out} · {outcome.execution.id}")
            self._turns.close()


def _is_settled(turn: Turn) -> bool:
    """Whether there is nothing to run for a statement: it is refused, or done already."""
    return turn.error is not None or turn.is_done
