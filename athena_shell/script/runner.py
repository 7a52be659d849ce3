"""Runs scripts: pieces in order, stop or continue, one exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from athena_shell.config.habits import note_of_variable
from athena_shell.config.settings import Settings
from athena_shell.core.errors import ScriptError
from athena_shell.core.model import CommandLine, Statement
from athena_shell.script.assertion import TRUE, as_query, asserted, require_true, what_it_says
from athena_shell.script.batch import Batch
from athena_shell.script.conditions import Conditions, refuse_unended
from athena_shell.script.delivery import Delivery, print_text, reading, show
from athena_shell.script.directives import behind_comments
from athena_shell.script.diversion import Diversion
from athena_shell.script.ending import EndOfRun
from athena_shell.script.execution import Done, State, use
from athena_shell.script.failures import Failures
from athena_shell.script.foreign import refuse_foreign
from athena_shell.script.foresight import before_all, foreseen
from athena_shell.script.pieces import (
    Reading,
    format_of,
    is_counted,
    pieces_of,
    stands_alone,
)
from athena_shell.script.preview import is_obeyed
from athena_shell.script.record import SUCCEEDED
from athena_shell.script.reports import Reports
from athena_shell.script.resume import Earlier
from athena_shell.script.safety import refuse_include, refuse_lifted_limits
from athena_shell.script.sources import Script, read
from athena_shell.script.stage import Stage
from athena_shell.script.survey import survey
from athena_shell.script.talk import Talk, figures_of
from athena_shell.script.turn import Turn
from athena_shell.script.turns import Turns, as_it_is
from athena_shell.script.unloading import UnloadDelivery
from athena_shell.sql.splitter import Piece, StatementCommand
from athena_shell.sql.statement import classify, use_target
from athena_shell.sql.variables import Substitution, place_in

if TYPE_CHECKING:
    from athena_shell.commands.request import Divert

_DEEPEST: Final = 16


class ScriptRunner:
    """One run over several scripts.

    Args:
        stage: what it runs on.
        delivery: where results go.
        reports: takes what became of each statement.
        earlier: what a broken run has done already; ``None`` when none is resumed.
    """

    def __init__(
        self,
        stage: Stage,
        delivery: Delivery,
        reports: Reports,
        earlier: Earlier | None = None,
    ) -> None:
        self.stage = stage
        self.talk = Talk.on(stage)
        self._turns = Turns(stage, self.talk, delivery, reports, earlier)
        self._delivery = delivery
        self._reports = reports
        self._unloading = delivery if isinstance(delivery, UnloadDelivery) else None
        self._failures = Failures(stage, self.talk, self._turns)
        self._batch = Batch(stage, self.talk, self._turns, self._failures, self)
        self._diversion = Diversion(stage.services.formatters)
        self._nesting: list[Script] = []
        self._obeyed = CommandLine("")

    @property
    def state(self) -> State:
        """Where the run stands."""
        return self._turns.state

    @state.setter
    def state(self, state: State) -> None:
        self._turns.state = state

    def run(self, scripts: tuple[Script, ...]) -> int:
        """Run the scripts in order and return the exit code; raises EndOfRun where they end."""
        for script in scripts:
            self._look_over(script)
        for name in self.stage.options.variables:
            if note := note_of_variable(name):
                self.talk.normal(note)
        self._refuse_foreseen(scripts)
        with self._diversion:
            for script in scripts:
                self._script(script)
        return self._failures.code

    def _look_over(self, script: Script) -> None:
        """Count a script's statements; one whose shape is wrong ends the run before it begins."""
        whole = CommandLine("", script.name)
        with self._failures.told(whole, ends=True, text=script.text):
            try:
                self.stage.standing.expect(survey(script))
            except ScriptError as error:
                raise before_all(error) from None

    def _refuse_foreseen(self, scripts: tuple[Script, ...]) -> None:
        """End a run before its beginning when one of its results has nowhere to go."""
        if self._failures.goes_on:
            return
        refused = foreseen(scripts, self._delivery, self.state.settings)
        if refused is not None:
            self._turns.pass_over(refused.number - 1)
            with self._failures.told(refused.piece, ends=True):
                raise before_all(refused.error)

    # --- what commands ask for ---

    @property
    def delivery(self) -> Delivery:
        """Where results go now."""
        return self._diversion.delivery or self._delivery

    @property
    def last_statement(self) -> Statement | None:
        """The statement that ran last, which commands without one work on."""
        return self._turns.last_statement

    def made(self, text: str) -> Statement:
        """Return a text that the command at hand brings as a statement of its place."""
        command = self._obeyed
        first = max(0, command.text.find(text))
        return Statement(text, command.source, place_in(command.text, first, command.start))

    def divert(self, divert: Divert) -> None:
        """Send results to a file, or back to where they went; raises OutputError."""
        self._diversion.turn(divert)

    def include(self, path: str, *, relative: bool) -> None:
        """Run a file as if its text stood here; raises ScriptError when that is not allowed."""
        here = self._nesting[-1].directory or self.stage.services.directory
        wanted = here / path if relative else self.stage.services.directory / path
        if len(self._nesting) >= _DEEPEST:
            raise ScriptError(
                f"{path} is the {_DEEPEST + 1}th file inside another.", "Does it include itself?"
            )
        if not self.stage.options.unrestricted:
            refuse_include(path, wanted, here)
        script = read(str(wanted))
        self.stage.standing.expect(survey(script))
        self._script(script)

    def statement(
        self, statement: Statement, *, format_name: str = "", delivery: Delivery | None = None
    ) -> None:
        """Run one statement and deliver its result; raises what it fails with."""
        done = self.result_of(statement, shown=None if delivery else format_name)
        if done is not None:
            self.show(done, format_name=format_name, delivery=delivery)

    def show(self, done: Done, *, format_name: str = "", delivery: Delivery | None = None) -> None:
        """Deliver an open result and say what it took; raises as ``delivery.show``."""
        turn = self._turns.current
        note = ""
        if self._unloading is not None and turn is not None and turn.unloads:
            with reading():
                rows, note = self._unloading.fetch(done.execution)
        else:
            rows = show(delivery or self.delivery, done.result, self._shown(format_name))
            if turn is not None and not done.result.columns and not turn.record.counts_rows:
                rows = None
            if delivery is None and done.result.columns:
                self._diversion.delivered()
        self.tell(done, rows, note)

    def tell(self, done: Done, rows: int | None, note: str = "") -> None:
        """Say what a statement took.

        Args:
            done: the statement.
            rows: how many rows it gave; ``None`` when nobody counted.
            note: what else there is to say.
        """
        turn = self._turns.current
        if turn is not None:
            turn.record.rows = rows
        if self.state.settings.timing:
            price = None if turn is not None and turn.paid else self.stage.price
            parts = figures_of(done.execution, rows, done.seconds, price)
            place = self.stage.standing.brief if turn is not None else ""
            parts[0] = f"{place} {parts[0]}".lstrip()
            self.talk.figures([*parts, *filter(None, [note])])
        elif note:
            self.talk.normal(note)

    def result_of(
        self,
        statement: Statement,
        *,
        shown: str | None = None,
        change: Callable[[Substitution], Substitution] = as_it_is,
    ) -> Done | None:
        """Run one statement and open its result.

        Args:
            statement: as it stands in its script.
            shown: the format in which its result goes where the run's results go, empty for the
                one of the settings; ``None`` when it goes elsewhere.
            change: what is sent in its place.

        ``None`` for ``USE``, which the shell does itself, and for what need not be run again.
        """
        turns = self._turns
        turn = turns.take(statement, turns.directives)
        turns.prepare(turn, change)
        target = use_target(turn.final.text)
        if target is not None:
            session = use(target, self.state.session, self.stage)
            turn.record.state = SUCCEEDED
            self.state = replace(self.state, session=session)
            return None
        if self.stage.options.dry_run:
            turns.rehearse(turn)
            return None
        self.announce(turn)
        if shown is not None:
            self.expect(turn, shown)
        turns.look_back(turn)
        return None if turn.is_done else turns.run(turn)

    def expect(self, turn: Turn, format_name: str = "") -> None:
        """Refuse a result that could not be delivered, before it costs anything.

        Has Athena write the result itself, if this run wants that.
        """
        if classify(turn.final.text).has_header:
            self.delivery.expect(self._shown(format_name))
        if self._unloading is not None:
            self._unloading.wrap(turn, self.state.session.target)

    def _shown(self, format_name: str) -> Settings:
        settings = self.state.settings
        return replace(settings, format=format_name) if format_name else settings

    def announce(self, turn: Turn) -> None:
        """Say which statement starts, where that is wanted."""
        first = behind_comments(turn.final).offset - turn.final.start.offset
        line = f"{turn.place}: {turn.final.text[first:].splitlines()[0]}"
        place = self.stage.standing.text
        self.talk.verbose(f"{place} · {line}" if place else line)

    # --- pieces ---

    def _script(self, script: Script) -> None:
        self._enter(script)
        conditions = Conditions()
        try:
            for piece, directives in self._pieces(script):
                self._next(piece, directives, conditions)
            self._batch.run()
            with self._failures.told(conditions.opened or CommandLine("", script.name), ends=True):
                conditions.finish()
        finally:
            self._nesting.pop()

    def _enter(self, script: Script) -> None:
        run = self.stage.run
        run.opened(script.name, script.path)
        if not self._nesting and not self.stage.options.dry_run:
            run.script = script.path
        self._nesting.append(script)

    def _pieces(self, script: Script) -> Iterator[tuple[Piece, Reading]]:
        """Yield the script's pieces; what cannot be read ends the run."""
        pieces = pieces_of(script)
        while True:
            with self._failures.told(CommandLine("", script.name), ends=True):
                found = next(pieces, None)
            if found is None:
                return
            yield found

    def _next(self, piece: Piece, directives: Reading, conditions: Conditions) -> None:
        options = self.stage.options
        joins = options.parallel > 1 and not options.dry_run and stands_alone(piece)
        if not joins:
            self._batch.run()
        if isinstance(piece, CommandLine) and not isinstance(piece, StatementCommand):
            with self._failures.told(piece, ends=True):
                if conditions.take(piece, self.state.variables):
                    return
        if not conditions.active:
            if is_counted(piece):
                self.stage.standing.expect(-1)
            return
        with self._failures.told(piece):
            self._turns.directives = directives()
            if joins and isinstance(piece, Statement):
                refuse_foreign(piece.text)
                self._batch.add(piece, self._turns.directives)
            else:
                self._piece(piece)
        if self._reports.broken is not None:
            raise EndOfRun(int(self._reports.broken.exit_code), whole=False)

    def _piece(self, piece: Piece) -> None:
        if isinstance(piece, StatementCommand) and piece.text.strip() == r"\g":
            self.statement(piece.statement)  # without a file it is a semicolon
        elif isinstance(piece, StatementCommand):
            refuse_unended(piece)
            self._command(piece, piece.statement if piece.statement.text else None)
        elif isinstance(piece, CommandLine):
            condition = asserted(piece)
            if condition is not None:
                self._assert(condition)
            elif piece.text.strip() != r"\barrier":
                self._command(piece, None)
        else:
            refuse_foreign(piece.text)
            self.statement(piece, format_name=format_of(piece))

    def _assert(self, condition: Statement) -> None:
        turns = self._turns
        turn = turns.take_assertion(condition)
        turns.prepare(turn, as_query)
        if self.stage.options.dry_run:
            turns.rehearse(turn)
            return
        self.announce(turn)
        turns.look_back(turn)
        done = turns.run(turn)
        said = what_it_says(done)
        if said != TRUE and turn.earlier is not None:  # what it tests may have been mended
            turn.earlier = None
            done = turns.run(turn)
            said = what_it_says(done)
        require_true(said, done, condition.text)
        self.tell(done, None)

    def _command(self, command: CommandLine, typed: Statement | None) -> None:
        # Most scripts hold statements alone: what commands need is loaded with the first.
        from athena_shell.commands.invocation import Situation
        from athena_shell.script.requests import serve

        state = self.state
        if self.stage.options.dry_run and not is_obeyed(command):
            self._rehearse(command, typed)
            return
        situation = Situation(
            session=state.session,
            settings=state.settings,
            variables=state.variables,
            last_error=self._failures.last,
            last_execution=state.last,
            restricted=not self.stage.options.unrestricted,
        )
        self._obeyed = command
        outcome = self.stage.registry().dispatch(command.text, situation, self.stage.services)
        if outcome.settings is not None:
            refuse_lifted_limits(self.stage.settings, outcome.settings, self.stage.options)
        self.state = replace(
            state,
            session=outcome.session or state.session,
            settings=outcome.settings or state.settings,
            variables=state.variables if outcome.variables is None else outcome.variables,
        )
        if outcome.message:
            self.talk.normal(outcome.message)
        if outcome.text:
            print_text(self.stage.out, outcome.text)
        if outcome.columns:
            self.delivery.deliver(
                outcome.columns, outcome.rows, self.state.settings, outcome.content
            )
        if outcome.footer:
            self.talk.normal(outcome.footer)
        if outcome.request is not None:
            serve(outcome.request, self, typed)

    def _rehearse(self, command: CommandLine, typed: Statement | None) -> None:
        """Make sure that a command would be obeyed, and rehearse the statement before it."""
        registry = self.stage.registry()
        name = registry.parse(command.text)[0]
        registry.allowed(name, restricted=not self.stage.options.unrestricted)
        if typed is not None:
            self.result_of(typed)
        if name.lower() == "gset":
            self._turns.preview.unknown = True
