"""One statement from the typed text to the line after its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from athena_shell.commands.request import Delivery, EndStatement
from athena_shell.commands.session import switched
from athena_shell.completion.held_names import mentions_held
from athena_shell.completion.nearest import did_you_mean
from athena_shell.completion.unfiltered import unfiltered
from athena_shell.core.errors import CommandError, CostRefused, QueryError
from athena_shell.core.model import (
    Column,
    QueryExecution,
    QueryState,
    ResultSet,
    Statement,
    Terminator,
)
from athena_shell.core.records import dataclass
from athena_shell.query.consent import Consent
from athena_shell.query.control import Control
from athena_shell.query.cost import format_cost
from athena_shell.query.estimate import Estimate
from athena_shell.query.interruption import detached
from athena_shell.query.progress import Observer
from athena_shell.query.runner import new_intent
from athena_shell.query.terms import Limits
from athena_shell.query.totals import saved_by_reuse
from athena_shell.query.watcher import Watcher
from athena_shell.script.assertion import as_query, require_true, what_it_says
from athena_shell.script.execution import Done
from athena_shell.script.wrapping import wrapped
from athena_shell.shell.delivery import Deliveries, Finished
from athena_shell.shell.mistakes import drawn
from athena_shell.shell.theme import Role
from athena_shell.shell.tools import Tools
from athena_shell.sql.advice import advise
from athena_shell.sql.errors import relocated
from athena_shell.sql.places import require_places
from athena_shell.sql.pointing import point
from athena_shell.sql.statement import StatementKind, analyzed, classify, use_target
from athena_shell.sql.variables import Substitution, substituted

T = TypeVar("T")
_ENDINGS = {
    Terminator.VERTICAL: EndStatement(Delivery.VERTICAL),
    Terminator.BACKGROUND: EndStatement(Delivery.BACKGROUND),
}
_PREPARING = frozenset({"PREPARE", "DEALLOCATE"})
_SCREEN = EndStatement(Delivery.SCREEN)


@dataclass(frozen=True)
class Ran:
    """A statement that has succeeded."""

    execution: QueryExecution
    result: ResultSet
    elapsed: float


class Statements:
    """Runs statements for the shell.

    Args:
        tools: the shell's parts.
        deliveries: brings results where they belong.
        background: watches statements that nobody waits for.
    """

    def __init__(self, tools: Tools, deliveries: Deliveries, background: Watcher) -> None:
        self._tools = tools
        self.deliveries = deliveries
        self._background = background
        self._warned = ""

    def run(
        self,
        statement: Statement,
        end: EndStatement | None = None,
        *,
        quiet: bool = False,
        behind: str = "",
    ) -> Ran | None:
        """Run a statement and deliver its result.

        Args:
            statement: as typed, variables not yet filled in.
            end: where the result goes; by default what the terminator says.
            quiet: leave out the line after the result.
            behind: what is sent before the statement, such as ``EXPLAIN``.

        Raises:
            AthenaShellError: whatever went wrong; when Athena refused the statement, the place was
                drawn already.
        """
        filled = self._filled(statement, behind)
        if (place := use_target(filled.text)) is not None:
            self._use(*place)
            return None
        end = end or _ENDINGS.get(statement.terminator, _SCREEN)
        self.deliveries.expect(filled.text, end)
        if end.delivery is Delivery.BACKGROUND:
            self._sent(statement, filled, self._start)
            return None
        ran = self._sent(statement, filled, self._ran)
        self._remember_names(filled.text)
        self.deliveries.deliver(Finished(ran.execution, ran.result, ran.elapsed, quiet=quiet), end)
        connection = self._tools.services.connect()
        location = self._tools.current.session.output_location
        self._tools.console.say(connection.overruled.told(location, ran.execution), Role.NOTICE)
        if not quiet and self._tools.current.settings.timing:
            saved = saved_by_reuse(connection.journal, ran.execution, connection.price)
            self._tools.console.say(saved, Role.QUIET)
        return ran

    def answer(self, statement: Statement, behind: str = "") -> Ran:
        """Run a statement like ``run`` and leave its result to the caller."""
        return self._sent(statement, self._filled(statement, behind), self._ran)

    def require(self, condition: Statement) -> None:
        """Run a query that must say true; raises QueryFailed when it says something else."""
        ran = self._sent(condition, as_query(self._filled(condition)), self._ran)
        done = Done(ran.execution, ran.result, ran.elapsed)
        require_true(what_it_says(done), done, condition.text)
        self._tools.console.say("It holds.", Role.QUIET)

    def _filled(self, statement: Statement, behind: str = "") -> Substitution:
        current = self._tools.current
        if not statement.literal:
            current.last_statement = statement
        filled = substituted(statement, current.variables)
        return wrapped(filled, behind) if behind else filled

    def _sent(
        self,
        statement: Statement,
        filled: Substitution,
        send: Callable[[Statement, tuple[str, ...]], T],
    ) -> T:
        """Send a statement once the user has agreed to it."""
        current = self._tools.current
        require_places(filled.text, current.parameters)
        parameters, current.parameters = current.parameters, ()
        self._ask_first(filled.text)
        sent = replace(statement, text=filled.text, literal=True)
        self._warn_of_partitions(analyzed(filled.text))
        try:
            self._ask_about_the_price(replace(sent, text=analyzed(filled.text)), parameters)
            return send(sent, parameters)
        except QueryError as error:
            self._explain(error, filled, statement)
            raise

    def _remember_names(self, text: str) -> None:
        """Let completion know what a statement of our own made or dropped."""
        connection = self._tools.behind.value
        if connection is None:
            return
        known = classify(text)
        if known.kind is StatementKind.DDL:
            session = self._tools.current.session
            connection.names.amend(text, session.catalog, session.database)
        elif known.verb in _PREPARING and connection.saved_names is not None:
            connection.saved_names.forget()

    def columns(self, statement: Statement) -> tuple[Column, ...]:
        """Run a statement for the columns of its result alone."""
        filled = substituted(statement, self._tools.current.variables)
        return self._ran(replace(statement, text=filled.text), ()).result.columns

    def estimate(self, statement: Statement, parameters: tuple[str, ...]) -> Estimate:
        """Return what a statement would scan at most; nothing of it is run."""
        tools = self._tools
        filled = substituted(statement, tools.current.variables)
        sent = replace(statement, text=filled.text)

        def work(control: Control, observer: Observer) -> Estimate:
            estimator = tools.services.connect().estimator
            if estimator is None:
                return Estimate(reason="there is no way to make one here.")
            target = tools.current.session.target
            return estimator.estimate(
                sent, target, parameters=parameters, observer=observer, control=control
            )

        return tools.run(work, "estimating")

    def _warn_of_partitions(self, text: str) -> None:
        """Say once which tables are read in all partitions, as far as that is known for sure."""
        connection = self._tools.behind.value
        current = self._tools.current
        if connection is None or not current.settings.partition_warning or text == self._warned:
            return
        self._warned = text
        for table in unfiltered(text, current.session, connection.names.snapshot()):
            names = ", ".join(column.name for column in table.columns if column.is_partition)
            self._tools.console.say(
                f"Reads every partition of {table.name}: no condition on {names}.", Role.NOTICE
            )

    def _ask_about_the_price(self, statement: Statement, parameters: tuple[str, ...]) -> None:
        """Ask before a statement estimated dearer than the user wants to pay unasked."""
        tools = self._tools
        consent = Consent.of(tools.current.settings.confirm_over)
        if not consent.concerns(statement.text, price := tools.services.connect().price):
            return
        estimate = self.estimate(statement, parameters)
        if consent.covers(estimate, price):
            return
        tools.console.say(estimate.text(price))
        if not tools.asker.confirm("Run it?"):
            raise CommandError("Not run.")

    def show(self, find: Callable[[Control, Observer], QueryExecution], taken_up: str = "") -> None:
        """Wait for a query that is there already and show its result.

        Args:
            find: waits for it.
            taken_up: the id of a query that is no longer to be watched in the background.
        """
        self._background.forget(taken_up)
        ran = self._waited(find)
        self.deliveries.deliver(Finished(ran.execution, ran.result, ran.elapsed), _SCREEN)

    def _use(self, catalog: str | None, database: str) -> None:
        current = self._tools.current
        current.session = self._tools.run_again_after_login(
            lambda: switched(
                current.session, self._tools.services.connect().metadata, catalog, database
            )
        )
        self._tools.console.say(f"Using {current.session.catalog}.{current.session.database}.")

    def _ask_first(self, text: str) -> None:
        """Ask before what cannot be taken back; raises CommandError when the answer is no."""
        current = self._tools.current
        known = classify(text)
        production = current.session.production
        warns = current.settings.destructive_warning
        if known.destructive and (
            warns in {"on", "always"} or (warns == "production" and production)
        ):
            question = f"This {known.destructive}. Run it?"
        elif production and not known.reads_only:
            question = f"{current.session.profile} is a production profile. Run this {known.verb}?"
        else:
            return
        if not self._tools.asker.confirm(question):
            raise CommandError("Not run.")

    def _limits(self) -> Limits:
        settings = self._tools.current.settings
        return Limits(
            seconds=settings.timeout or None, scan_bytes=settings.max_scan_per_query or None
        )

    def _start(self, statement: Statement, parameters: tuple[str, ...]) -> None:
        """Start a statement that nobody waits for."""
        self._mind_the_bill()
        current = self._tools.current

        def begin(control: Control, observer: Observer) -> str:
            runner = self._tools.services.connect().runner
            intent = new_intent(
                statement,
                current.session.target,
                parameters=parameters,
                reuse_minutes=current.settings.reuse,
            )
            return runner.begin(intent, observer=observer, control=control)

        query_id = self._tools.run(begin)
        current.last_execution = QueryExecution(query_id, QueryState.QUEUED, statement.text)
        self._background.watch(query_id, statement.text)
        self._tools.console.say(f"Started {query_id}; a notice comes when it ends.", Role.QUIET)

    def detach(self, query_id: str) -> None:
        """Let go of a query in the background: it runs on, and no notice comes.

        Args:
            query_id: empty for the one that was started last.

        Raises:
            CommandError: no such query is watched by this shell.
        """
        running = [each.query_id for each in self._background.running]
        if not running or (query_id and query_id not in running):
            what = f"Query {query_id} is" if query_id else "No query is"
            place = "not in the background" if query_id else "in the background"
            raise CommandError(f"{what} {place} of this shell.", "\\queries lists what runs.")
        left = detached(query_id or running[-1])
        self._background.forget(left.query_id)
        self._tools.console.say(left.message)
        self._tools.console.say(left.hint, Role.HINT)

    def _ran(self, statement: Statement, parameters: tuple[str, ...]) -> Ran:
        self._mind_the_bill()
        current = self._tools.current
        limits = self._limits()

        def run(control: Control, observer: Observer) -> QueryExecution:
            return self._tools.services.connect().runner.run(
                statement,
                current.session.target,
                parameters=parameters,
                reuse_minutes=current.settings.reuse,
                limits=limits,
                observer=observer,
                control=control,
            )

        return self._waited(run)

    def _waited(self, find: Callable[[Control, Observer], QueryExecution]) -> Ran:
        tools = self._tools
        began = tools.clock.monotonic()

        def work(control: Control, observer: Observer) -> tuple[QueryExecution, ResultSet]:
            execution = find(control, observer)
            tools.current.last_execution = execution
            runner = tools.services.connect().runner
            return execution, runner.result(execution, observer, control)

        execution, result = tools.run(work)
        result = tools.read_on(result, execution)
        elapsed = tools.clock.monotonic() - began
        return Ran(execution, result, elapsed)

    def _mind_the_bill(self) -> None:
        cost = self._tools.current.bill.cost
        limit = Decimal(str(self._tools.current.settings.max_cost_per_session))
        if limit and cost >= limit:
            price = self._tools.price()
            symbol = price.symbol if price else "$"
            raise CostRefused(
                f"This shell has cost {format_cost(cost, symbol)}, and the limit is"
                f" {format_cost(limit, symbol)}.",
                "\\set max_cost_per_session raises it.",
            )

    def _explain(self, error: QueryError, filled: Substitution, typed: Statement) -> None:
        """Draw the place that Athena complains of, and give the next step its hint lacks."""
        console = self._tools.console
        shown = error.message
        pointer = point(error.message, filled, typed.text, source=typed.source, start=typed.start)
        if pointer is not None:
            width = console.size()[0]
            theme = self._tools.current.settings.theme
            line = drawn(pointer, width, color=console.talk_colored, theme=theme)
            console.write_talk(line + "\n")
            shown = relocated(error.message, pointer.line, pointer.column)
        elif typed.source:
            console.say(f"{typed.source}:{typed.start.line}:{typed.start.column}:", Role.QUIET)
        near = self._nearest(error.message, filled.text)
        advice = advise(error.message, filled.text)
        if mentions_held(filled.text) and self._tools.current.results.names():
            error.hint = r"\local in place of ; queries the results that are held here."
        elif near:
            error.hint = f"Did you mean {' or '.join(near)}?"
        elif advice is not None and not error.hint:
            error.hint = f"{advice.step[0].upper()}{advice.step[1:]}."
        error.message = shown  # str(error) stays what Athena said

    def _nearest(self, message: str, text: str) -> tuple[str, ...]:
        connection = self._tools.behind.value
        if connection is None:
            return ()
        session = self._tools.current.session
        return did_you_mean(message, text, session, connection.names.snapshot())
