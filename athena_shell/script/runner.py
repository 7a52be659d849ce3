"""Runs scripts: pieces in order, stop or continue, one exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from athena_shell.commands.invocation import Situation
from athena_shell.core.errors import (
    AthenaShellError,
    CommandError,
    CostRefused,
    ExitCode,
    QueryFailed,
    QueryTimedOut,
    ScriptError,
)
from athena_shell.core.model import CommandLine, Statement, Terminator
from athena_shell.script.delivery import Delivery, ScreenDelivery, delivery_to_file, show
from athena_shell.script.diagnostics import draw, place_of
from athena_shell.script.execution import Done, State, attach, execute, substituted, use
from athena_shell.script.requests import EndOfRun, serve
from athena_shell.script.sources import Script, inside, load, read
from athena_shell.script.stage import Stage
from athena_shell.script.talk import Talk, summary
from athena_shell.sql.splitter import Piece, StatementCommand, split
from athena_shell.sql.statement import use_target
from athena_shell.sql.variables import Substitution

_DEEPEST: Final = 16
_SURVIVABLE: Final = (QueryFailed, QueryTimedOut, CostRefused, CommandError, ScriptError)


@dataclass(frozen=True)
class Ending:
    """How a run ended; ``whole`` tells that it came to its end, so that its file may appear."""

    code: int
    whole: bool = True


class _Unfinished(Exception):
    pass


def run_script(stage: Stage) -> int:
    """Run every source of the stage in order and return the exit code.

    All scripts named are read before anything runs. Raises ScriptError when one cannot be read,
    CommandError for an unknown format and OutputError when the output file cannot be made; what
    fails later is told on standard error.
    """
    scripts = load(stage.sources, stage.stdin)
    formatters = stage.services.formatters
    formatters.named(stage.settings.format)
    if not stage.output:
        screen = ScreenDelivery(formatters, stage.out, stage.screen)
        return ScriptRunner(stage, screen).run(scripts).code
    ending = Ending(ExitCode.OK)
    try:
        with delivery_to_file(
            formatters, Path(stage.output), force=stage.force, format_name=stage.format_name
        ) as delivery:
            ending = ScriptRunner(stage, delivery).run(scripts)
            _leave_unless_whole(ending)
    except _Unfinished:
        pass
    return ending.code


def _leave_unless_whole(ending: Ending) -> None:
    """Leave the file's context with an error, so that the file does not appear."""
    if not ending.whole:
        raise _Unfinished


def run_attached(stage: Stage, query_id: str) -> int:
    """Watch a started query to its end and show its result; raises what the watching raises."""
    done = attach(query_id, stage)
    delivery = ScreenDelivery(stage.services.formatters, stage.out, stage.screen)
    rows = show(delivery, done.result, stage.settings)
    Talk(stage.talk, stage.options.verbosity).normal(
        summary(done.execution, rows, done.seconds, stage.price)
    )
    return int(ExitCode.OK)


class ScriptRunner:
    """One run over several scripts.

    Args:
        stage: what it runs on.
        delivery: where results go.
    """

    def __init__(self, stage: Stage, delivery: Delivery) -> None:
        self.stage = stage
        self.talk = Talk(stage.talk, stage.options.verbosity)
        self.state = State(stage.session, stage.settings, dict(stage.options.variables))
        self.last_statement: Statement | None = None
        self._delivery = delivery
        self._nesting: list[Script] = []
        self._code = 0
        self._error: AthenaShellError | None = None
        self._sent: Substitution | None = None

    def run(self, scripts: tuple[Script, ...]) -> Ending:
        """Run the scripts in order."""
        try:
            for script in scripts:
                self._script(script)
        except EndOfRun as end:
            return Ending(end.code, end.whole)
        return Ending(self._code)

    def include(self, path: str, *, relative: bool) -> None:
        """Run a file as if its text stood here; raises ScriptError when that is not allowed."""
        here = self._nesting[-1].directory or self.stage.services.directory
        wanted = here / path if relative else self.stage.services.directory / path
        if len(self._nesting) >= _DEEPEST:
            raise ScriptError(
                f"{path} is the {_DEEPEST + 1}th file inside another.", "Does it include itself?"
            )
        if not self.stage.options.unrestricted and not inside(wanted, here):
            raise ScriptError(
                f"{path} is outside the script's own directory, and this script runs restricted.",
                "Start the program with --unrestricted if you trust the script.",
            )
        self._script(read(str(wanted)))

    def statement(
        self, statement: Statement, *, format_name: str = "", delivery: Delivery | None = None
    ) -> None:
        """Run one statement and deliver its result; raises what it fails with."""
        done = self.result_of(statement)
        if done is None:
            return
        self.show(done, format_name=format_name, delivery=delivery)

    def show(self, done: Done, *, format_name: str = "", delivery: Delivery | None = None) -> None:
        """Deliver an open result and say what it took; raises as ``delivery.show``."""
        settings = self.state.settings
        shown = replace(settings, format=format_name) if format_name else settings
        rows = show(delivery or self._delivery, done.result, shown)
        if settings.timing:
            self.talk.normal(summary(done.execution, rows, done.seconds, self.stage.price))

    def result_of(self, statement: Statement) -> Done | None:
        """Run one statement and open its result; ``None`` for ``USE``, which the shell does."""
        self._sent = None
        self.last_statement = statement
        sent = substituted(statement, self.state, raw=self.stage.options.raw_variables)
        self._sent = sent
        target = use_target(sent.text)
        if target is not None:
            session = use(target, self.state.session, self.stage)
            self.state = replace(self.state, session=session)
            return None
        place = f"{statement.source}:{statement.start.line}"
        self.talk.verbose(f"{place}: {sent.text.splitlines()[0]}")
        done = execute(replace(statement, text=sent.text), self.state, self.stage)
        self.state = self.state.after(done.execution, self.stage.price)
        return done

    def _script(self, script: Script) -> None:
        self._nesting.append(script)
        try:
            for piece in split(script.text, source=script.name, final=True).pieces:
                with self._told(piece):
                    self._piece(piece)
        finally:
            self._nesting.pop()

    def _piece(self, piece: Piece) -> None:
        if isinstance(piece, StatementCommand):
            self._command(piece, piece.statement if piece.statement.text else self.last_statement)
        elif isinstance(piece, CommandLine):
            self._command(piece, self.last_statement)
        else:
            vertical = piece.terminator is Terminator.VERTICAL
            self.statement(piece, format_name="vertical" if vertical else "")

    def _command(self, command: CommandLine, statement: Statement | None) -> None:
        state = self.state
        situation = Situation(
            session=state.session,
            settings=state.settings,
            variables=state.variables,
            last_error=self._error,
            last_execution=state.last,
            restricted=not self.stage.options.unrestricted,
        )
        outcome = self.stage.registry.dispatch(command.text, situation, self.stage.services)
        self.state = replace(
            state,
            session=outcome.session or state.session,
            settings=outcome.settings or state.settings,
            variables=state.variables if outcome.variables is None else outcome.variables,
        )
        if outcome.message:
            self.talk.normal(outcome.message)
        if outcome.text:
            self.stage.out.write_all([outcome.text.removesuffix("\n") + "\n"])
        if outcome.columns:
            self._delivery.deliver(outcome.columns, outcome.rows, self.state.settings)
        if outcome.request is not None:
            serve(outcome.request, self, statement)

    @contextmanager
    def _told(self, piece: Piece) -> Iterator[None]:
        """Tell a failure with its place; go on after it, or end the run."""
        self._sent = None
        try:
            yield
        except AthenaShellError as error:
            self._error = error
            if not self.stage.out.closed_by_reader:
                self.talk.always(draw(error, place_of(error, _of(piece, error), self._sent)))
            self._code = self._code or int(error.exit_code)
            goes_on = isinstance(error, _SURVIVABLE) and self.state.settings.on_error == "continue"
            if not goes_on:
                raise EndOfRun(int(error.exit_code), whole=False) from error


def _of(piece: Piece, error: AthenaShellError) -> Piece:
    """Return the part of a piece that its failure belongs to."""
    if isinstance(piece, StatementCommand) and not isinstance(error, CommandError):
        return piece.statement
    return piece
