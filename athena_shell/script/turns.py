"""The statements of a run, one after another: each is prepared, run or rehearsed, and reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from athena_shell.core.errors import AthenaShellError, ScriptError
from athena_shell.core.model import Position, Statement
from athena_shell.output.sanitize import sanitize
from athena_shell.script.delivery import Delivery, PatternDelivery
from athena_shell.script.directives import Directives
from athena_shell.script.execution import (
    Done,
    State,
    attach,
    estimated,
    execute,
    variables_of,
)
from athena_shell.script.preview import Preview, validation
from athena_shell.script.record import ASSERTION, SKIPPED, Record
from athena_shell.script.reports import Reports
from athena_shell.script.resume import Earlier
from athena_shell.script.safety import refuse_forbidden
from athena_shell.script.stage import Stage
from athena_shell.script.talk import Talk
from athena_shell.script.turn import Turn
from athena_shell.sql.places import require_places
from athena_shell.sql.splitter import Piece
from athena_shell.sql.statement import use_target
from athena_shell.sql.variables import Substitution, substituted


def as_it_is(sent: Substitution) -> Substitution:
    """Return what was typed: nothing is put around it."""
    return sent


class Turns:
    """Takes statements in turn and keeps where the run stands.

    Args:
        stage: what it runs on.
        talk: says what people should know.
        delivery: where results go.
        reports: takes what became of each statement.
        earlier: what a broken run has done already; ``None`` when none is resumed.
    """

    def __init__(
        self,
        stage: Stage,
        talk: Talk,
        delivery: Delivery,
        reports: Reports,
        earlier: Earlier | None = None,
    ) -> None:
        self.state = State(stage.session, stage.settings, variables_of(stage))
        self.preview = Preview()
        self.directives = Directives()
        self.current: Turn | None = None
        self.last_statement: Statement | None = None
        self._stage = stage
        self._talk = talk
        self._delivery = delivery
        self._reports = reports
        self._earlier = earlier
        self._number = 0

    def pass_over(self, count: int) -> None:
        """Count statements that have no turn."""
        self._number += count

    def take(self, statement: Statement, directives: Directives) -> Turn:
        """Begin the next statement's turn; the one before ends."""
        if not statement.literal:
            self.last_statement = statement
        return self._begin(statement, directives, Record.of)

    def take_assertion(self, condition: Statement) -> Turn:
        r"""Begin the turn of an ``\assert``, which no command works on; the one before ends."""
        return self._begin(condition, self.directives, Record.of_assertion)

    def _begin(
        self,
        statement: Statement,
        directives: Directives,
        record: Callable[[int, str, Statement], Record],
    ) -> Turn:
        self.close()
        self._number += 1
        name = directives.name or str(self._number)
        turn = Turn(statement, directives, record(self._number, name, statement))
        self.turn_to(turn)
        return turn

    def turn_to(self, turn: Turn) -> None:
        """Make a turn the current one."""
        self.current = turn
        self._stage.standing.number = turn.record.number
        if isinstance(self._delivery, PatternDelivery):
            self._delivery.turn(turn.record.number, turn.record.name)

    def close(self) -> None:
        """End the current turn and report it."""
        turn, self.current = self.current, None
        if turn is not None:
            self._reports.add(turn.record)

    def blame(self, piece: Piece, error: AthenaShellError) -> None:
        """Report a failure before its piece had a turn; a statement takes its turn for it."""
        if isinstance(piece, Statement):
            record = self.take(piece, Directives()).record
            self.current = None
        else:
            place = (
                Position(0, error.line, error.column or 1)
                if (isinstance(error, ScriptError) and error.line)
                else piece.start
            )
            record = Record.of_command(piece.text, piece.source, place)
        record.fail(error, None)
        self._reports.add(record)

    def prepare(
        self, turn: Turn, change: Callable[[Substitution], Substitution] = as_it_is
    ) -> None:
        """Find out what is to be sent and whether it may be; raises what forbids it."""
        options = self._stage.options
        values = self.preview.placeholders(turn.statement, dict(self.state.variables))
        turn.sent = change(substituted(turn.statement, values, raw=options.raw_variables))
        turn.final = replace(turn.statement, text=turn.sent.text)
        if change is not as_it_is and turn.record.kind != ASSERTION:
            turn.record.see(turn.final)
        if use_target(turn.final.text) is None:  # the shell itself does that; it has no ?
            turn.arguments = self.state.parameters
            self.state = replace(self.state, parameters=())
            require_places(turn.final.text, turn.arguments)
        refuse_forbidden(turn.final.text, self.state.session, options, self.state.settings)

    def run(self, turn: Turn) -> Done:
        """Run a prepared statement, or take up what an earlier run has started of it.

        Raises as ``QueryRunner.run``.
        """
        if turn.earlier is not None:
            return self.noted(turn, attach(turn.earlier.query_id, self._stage))
        return self.noted(turn, execute(turn.final, self.limited(turn), self._stage))

    def rehearse(self, turn: Turn) -> None:
        """Say what would be sent and have it validated; raises what is wrong with it."""
        from athena_shell.athena.service import LONGEST_STATEMENT, refuse_too_long, statement_size

        text = turn.final.text
        refuse_too_long(text)
        said = self.preview.check(text)
        sent = None if said or turn.sent is None else validation(turn.sent)
        if sent is not None and statement_size(sent.text) > LONGEST_STATEMENT:
            said = "not checked: it is too long to be explained"
        elif sent is not None:
            turn.sent = sent
            execute(replace(turn.final, text=sent.text), self.limited(turn), self._stage)
            said = "valid" + estimated(turn.final, self.state, self._stage)
        line = self.preview.line(turn.place, turn.record.verb, text, checked=said)
        self._stage.out.write_all([sanitize(line) + "\n"])

    def limited(self, turn: Turn) -> State:
        """Return the state a statement runs in: its own limits, what its ``?`` stand for."""
        settings = turn.directives.applied(self.state.settings)
        return replace(self.state, settings=settings, parameters=turn.arguments)

    def noted(self, turn: Turn, done: Done) -> Done:
        """Take note of what a statement took."""
        price = None if turn.paid else self._stage.price
        turn.record.note(done.execution, done.seconds, price)
        location = self.state.session.output_location
        if unheeded := self._stage.services.connect().overruled.told(location, done.execution):
            self._talk.normal(unheeded)
        self.state = self.state.after(done.execution, price)
        return done

    def look_back(self, turn: Turn) -> None:
        """Find out what an earlier run has done of a prepared statement, and say so.

        Raises QueryError when nobody knows.
        """
        if self._earlier is None:
            return
        path = self._stage.run.path_of(turn.final.source)
        target = self.state.session.target
        entry = turn.earlier = self._earlier.take(turn.final, target, turn.arguments, path)
        if entry is None:
            return
        if turn.is_done:
            turn.record.state, turn.record.query_id = SKIPPED, entry.query_id
        what = "done by" if turn.is_done else "taken up from"
        moved = entry.line != turn.final.start.line
        where = f", where it stood in line {entry.line}" if moved else ""
        self._talk.normal(f"{turn.place}: {what} the earlier run{where} · {entry.query_id}")
