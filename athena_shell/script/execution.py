"""One statement of a script: from its text as written to its open result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from decimal import Decimal

from athena_shell.commands.tuning import tuned
from athena_shell.config.settings import Settings
from athena_shell.core.errors import CommandError, CostRefused, LoginRequired
from athena_shell.core.model import QueryExecution, ResultSet, Statement
from athena_shell.core.records import dataclass
from athena_shell.core.session import Session
from athena_shell.query.consent import Consent
from athena_shell.query.control import Control
from athena_shell.query.cost import Price, format_cost
from athena_shell.query.estimate import Estimate
from athena_shell.query.progress import Observer
from athena_shell.query.rereading import read_on
from athena_shell.query.runner import QueryRunner
from athena_shell.query.terms import Limits
from athena_shell.script.stage import Stage
from athena_shell.sql.statement import analyzed
from athena_shell.sql.variables import substituted


@dataclass(frozen=True)
class State:
    """Where a run stands; commands replace it.

    Args:
        session: where the next statement runs.
        settings: how it runs and how its result looks.
        variables: values by name.
        parameters: SQL literals for the ``?`` of the next statement.
        spent: what the run has cost so far.
        last: the last execution that was started.
    """

    session: Session
    settings: Settings
    variables: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[str, ...] = ()
    spent: Decimal = Decimal(0)
    last: QueryExecution | None = None

    def after(self, execution: QueryExecution, price: Price | None) -> State:
        """Return the state after a statement."""
        cost = price.of_query(execution) if price else None
        return replace(self, last=execution, spent=self.spent + (cost or Decimal(0)))


@dataclass(frozen=True)
class Done:
    """A statement that succeeded: its execution, its open result, the seconds until then."""

    execution: QueryExecution
    result: ResultSet
    seconds: float


def variables_of(stage: Stage) -> dict[str, str]:
    """Return the variables a run starts with; raises CommandError for an unset environment one."""
    values = dict(stage.options.variables)
    for name in stage.options.environment_variables:
        if name not in stage.services.environment:
            raise CommandError(
                f"The environment has no variable {name}.", "Export it, or leave --env-var out."
            )
        values.setdefault(name, stage.services.environment[name])
    return values


def use(target: tuple[str | None, str], session: Session, stage: Stage) -> Session:
    """Return the session in another database, which must exist; raises CommandError."""
    from athena_shell.commands.session import switched

    return switched(session, stage.services.connect().metadata, *target)


def execute(statement: Statement, state: State, stage: Stage) -> Done:
    """Run a statement in the foreground and open its result; raises as ``QueryRunner.run``."""
    refuse_over_limit(state, stage)

    def work(control: Control, observer: Observer) -> Done:
        return run_one(statement, state, stage, control, observer)

    return stage.foreground.run(work)


def run_one(
    statement: Statement, state: State, stage: Stage, control: Control, observer: Observer
) -> Done:
    """Run a statement on this thread and open its result; raises as ``QueryRunner.run``."""
    began = stage.services.clock.monotonic()
    settings = state.settings
    connection = tuned(stage.services.connect(), settings)
    connection.journal.run = stage.run
    runner = connection.runner
    _refuse_over_estimate(statement, state, stage, control, observer)
    execution = runner.run(
        statement,
        state.session.target,
        parameters=state.parameters,
        reuse_minutes=settings.reuse,
        limits=Limits(settings.timeout or None, settings.max_scan_per_query or None),
        observer=observer,
        control=control,
    )
    result = _opened(runner, execution, control, observer)
    return Done(execution, result, stage.services.clock.monotonic() - began)


def _opened(
    runner: QueryRunner, execution: QueryExecution, control: Control, observer: Observer
) -> ResultSet:
    """Open a result; a login that a later page needs is an error with the way to the result."""
    result = runner.result(execution, observer, control)
    return read_on(result, execution, lambda: runner.engine, _nobody)


def _nobody(error: LoginRequired) -> None:
    raise error


def estimated(statement: Statement, state: State, stage: Stage) -> str:
    """Return what a statement scans at most, to go behind its other figures; may be empty."""
    estimate = estimate_of(statement, state, stage)
    if estimate.size is None:
        return ""
    headline = estimate.text(stage.price).splitlines()[0].removesuffix(".")
    return f" · {headline[0].lower()}{headline[1:]}"


def estimate_text(statement: Statement, state: State, stage: Stage) -> str:
    r"""Return what ``\estimate`` says of a statement as written; runs nothing that is charged."""
    sent = substituted(statement, state.variables, raw=stage.options.raw_variables)
    estimate = estimate_of(replace(statement, text=sent.text), state, stage)
    return estimate.text(stage.price) + "\n"


def estimate_of(statement: Statement, state: State, stage: Stage) -> Estimate:
    """Return what a statement scans at most, found by free means."""
    estimator = stage.services.connect().estimator
    if estimator is None:
        return Estimate(reason="there is no way to make one here.")

    def work(control: Control, observer: Observer) -> Estimate:
        return estimator.estimate(
            statement,
            state.session.target,
            parameters=state.parameters,
            observer=observer,
            control=control,
        )

    return stage.foreground.run(work)


def _refuse_over_estimate(
    statement: Statement, state: State, stage: Stage, control: Control, observer: Observer
) -> None:
    """Refuse what is estimated dearer than ``confirm_over``; a script can ask nobody."""
    consent = Consent.of(state.settings.confirm_over)
    statement = replace(statement, text=analyzed(statement.text))
    if stage.options.yes or not consent.concerns(statement.text, stage.price):
        return
    estimator = stage.services.connect().estimator
    estimate = Estimate(reason="there is no way to make one here.")
    if estimator is not None:
        target = state.session.target
        estimate = estimator.estimate(
            statement, target, parameters=state.parameters, observer=observer, control=control
        )
    if not consent.covers(estimate, stage.price):
        raise CostRefused(
            f"The statement was not sent. {estimate.text(stage.price)}",
            f"confirm_over is {state.settings.confirm_over}, and a script asks nobody:"
            " --yes runs it, or set confirm_over higher.",
        )


def attach(query_id: str, stage: Stage) -> Done:
    """Watch a started query to its end and open its result; raises as ``QueryRunner.run``."""

    def work(control: Control, observer: Observer) -> Done:
        return attach_one(query_id, stage, control, observer)

    return stage.foreground.run(work)


def attach_one(query_id: str, stage: Stage, control: Control, observer: Observer) -> Done:
    """Watch a started query on this thread and open its result; raises as ``attach``."""
    began = stage.services.clock.monotonic()
    runner = stage.services.connect().runner
    execution = runner.attach(query_id, observer=observer, control=control)
    result = _opened(runner, execution, control, observer)
    return Done(execution, result, stage.services.clock.monotonic() - began)


def refuse_over_limit(state: State, stage: Stage) -> None:
    """Refuse a statement when the run has cost its limit; raises CostRefused."""
    limit = Decimal(str(state.settings.max_cost_per_session))
    if limit and state.spent >= limit:
        symbol = stage.price.symbol if stage.price else "$"
        raise CostRefused(
            f"The statement was not sent: this run has cost {format_cost(state.spent, symbol)}, "
            f"and max_cost_per_session is {format_cost(limit, symbol)}.",
            "Raise it with --set max_cost_per_session=AMOUNT.",
        )
