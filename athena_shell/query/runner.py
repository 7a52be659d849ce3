"""Runs statements: one intent each, started at most once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING

from athena_shell.core.errors import LoginRequired
from athena_shell.core.model import Intent, QueryExecution, Statement, Target
from athena_shell.core.records import dataclass
from athena_shell.query.control import Control
from athena_shell.query.cost import Price
from athena_shell.query.progress import Observer, Phase, Progress, ignore
from athena_shell.query.pursuit import Pursuit, Record, Service
from athena_shell.query.rereading import ask
from athena_shell.query.room import WaitingRoom
from athena_shell.query.start import start
from athena_shell.query.terms import Limits, Pace, Persistence
from athena_shell.query.watch import follow

if TYPE_CHECKING:
    from athena_shell.core.model import ResultSet
    from athena_shell.core.ports import Clock, Engine


@dataclass(frozen=True)
class Terms:
    """How a runner treats all its statements.

    Args:
        price: to say what a stopped query cost; ``None`` says bytes only.
        pace: how often a running query is looked at.
        persistence: for how long a failing service is waited for.
    """

    price: Price | None = None
    pace: Pace = field(default_factory=Pace)
    persistence: Persistence = field(default_factory=Persistence)


class QueryRunner:
    """Runs statements; one runner serves many threads.

    Args:
        engine: the query service.
        clock: time.
        journal: where intents are written before they are sent.
        terms: price, pace, persistence.
        login: obtains a session when there is none that is valid, and raises as the engine does;
            ``None`` where none is needed.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        journal: Record,
        terms: Terms | None = None,
        login: Callable[[], object] | None = None,
    ) -> None:
        terms = terms or Terms()
        self._service = Service(
            engine=engine,
            clock=clock,
            journal=journal,
            room=WaitingRoom(),
            price=terms.price,
            pace=terms.pace,
            persistence=terms.persistence,
            login=login,
        )

    @property
    def engine(self) -> Engine:
        """The query service."""
        return self._service.engine

    @property
    def pace(self) -> Pace:
        """How often running queries are looked at; a change counts from the next look on."""
        return self._service.pace

    @pace.setter
    def pace(self, pace: Pace) -> None:
        self._service.pace = pace

    @property
    def price(self) -> Price | None:
        """What scanning costs; a change counts from the next stopped query on."""
        return self._service.price

    @price.setter
    def price(self, price: Price | None) -> None:
        self._service.price = price

    def run(  # noqa: PLR0913 - each is one thing the user can say about a statement
        self,
        statement: Statement,
        target: Target,
        *,
        parameters: tuple[str, ...] = (),
        reuse_minutes: int = 0,
        limits: Limits | None = None,
        observer: Observer = ignore,
        control: Control | None = None,
    ) -> QueryExecution:
        """Start the statement once and return its execution when it has succeeded.

        Raises:
            QueryFailed: Athena refused the statement or says FAILED; it is never run again.
            QueryCancelled: it was stopped, by the user or by somebody else.
            QueryTimedOut: the time limit stopped it.
            CostRefused: the scan limit stopped it.
            Detached: the user left it running.
            AuthError: no session; a started query goes on and its id is in the message.
            ServiceError: Athena stayed unreachable or refuses to tell about the query.
        """
        intent = new_intent(statement, target, parameters=parameters, reuse_minutes=reuse_minutes)
        pursuit = self._pursuit(observer, control, limits, int(intent.token[:4], 16))
        start(pursuit, intent)
        return follow(pursuit)

    def begin(
        self, intent: Intent, *, observer: Observer = ignore, control: Control | None = None
    ) -> str:
        """Start an intent without waiting for its end; return the query id."""
        return start(self._pursuit(observer, control, None, int(intent.token[:4], 16)), intent)

    def attach(
        self,
        query_id: str,
        *,
        limits: Limits | None = None,
        observer: Observer = ignore,
        control: Control | None = None,
    ) -> QueryExecution:
        """Watch a query that is known already; as ``run`` from there on."""
        pursuit = self._pursuit(observer, control, limits, 0)
        pursuit.query_id, pursuit.hearsay = query_id, True
        return follow(pursuit)

    def result(
        self,
        execution: QueryExecution,
        observer: Observer = ignore,
        control: Control | None = None,
    ) -> ResultSet:
        """Open a succeeded query's result, telling the observer that it is being fetched.

        When that needs a login, a person is asked as for the query itself. Raises LoginRequired
        with the way to the result when nothing comes of it.
        """
        observer(Progress(Phase.FETCHING, query_id=execution.id, execution=execution))
        control = control or Control()
        while True:
            try:
                return self._service.engine.fetch(execution)
            except LoginRequired as error:
                ask(error, execution.id, control.require_login)

    def _pursuit(
        self, observer: Observer, control: Control | None, limits: Limits | None, seed: int
    ) -> Pursuit:
        return Pursuit(self._service, observer, control or Control(), limits or Limits(), seed)


def new_intent(
    statement: Statement,
    target: Target,
    *,
    parameters: tuple[str, ...] = (),
    reuse_minutes: int = 0,
) -> Intent:
    """Return one wish to run a statement, with a token of its own.

    The token is random, never made from the text: a token made from the text brings back an old
    result (blazer issue 234).
    """
    return Intent(
        token=str(uuid.uuid4()),
        statement=statement,
        target=target,
        parameters=parameters,
        reuse_minutes=reuse_minutes,
    )
