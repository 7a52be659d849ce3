"""One statement on its way: what its start and its watch share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, Final, Protocol

from athena_shell.core.errors import (
    AthenaShellError,
    AuthError,
    LoginRequired,
    QueryFailed,
    ServiceError,
)
from athena_shell.core.model import Intent, QueryExecution
from athena_shell.core.records import dataclass
from athena_shell.query.control import Control, StopReason
from athena_shell.query.cost import Price
from athena_shell.query.progress import Observer, Phase, Progress
from athena_shell.query.terms import Limits, Pace, Persistence
from athena_shell.query.weather import Weather

if TYPE_CHECKING:
    from athena_shell.core.ports import Clock, Engine

_LEAST_PAUSE: Final = 0.001


class Record(Protocol):
    """Where intents are written down; ``query.journal.Journal`` is the real one."""

    def intended(self, intent: Intent) -> None:
        """Write an intent down, synced, before it is sent for the first time."""

    def started(self, token: str, query_id: str) -> None:
        """Write down the id that Athena gave to an intent."""

    def refused(self, token: str, reason: str) -> None:
        """Write down that an intent was certainly not started."""

    def ended(self, execution: QueryExecution) -> None:
        """Write down that a query's end was seen."""


class Room(Protocol):
    """The shell's own queue for room among the account's concurrent queries."""

    def enter(self, token: str) -> None:
        """Take the last place, or keep the one held."""

    def place(self, token: str) -> int:
        """Return the 1-based place; 0 for the first of those that hold none, when all is clear."""

    def leave(self, token: str) -> None:
        """Give the place up."""


@dataclass
class Service:
    """What all statements of a shell share.

    Args:
        engine: the query service.
        clock: time.
        journal: where intents are written before they are sent.
        room: the shell's own queue.
        price: to say what a stopped query cost.
        answered: whether the service has ever answered.
        login: obtains a session when there is none that is valid; ``None`` where none is needed.
    """

    engine: Engine
    clock: Clock
    journal: Record
    room: Room
    price: Price | None = None
    pace: Pace = field(default_factory=Pace)
    persistence: Persistence = field(default_factory=Persistence)
    answered: bool = False
    login: Callable[[], object] | None = None


@dataclass
class Pursuit:
    """The state of one statement, changed by one thread only.

    Args:
        hearsay: whether the id is only what a user has typed, so that there may be no such query.
    """

    service: Service
    observer: Observer
    control: Control
    limits: Limits
    seed: int = 0
    query_id: str = ""
    hearsay: bool = False
    execution: QueryExecution | None = None
    phase: Phase = field(default=Phase.CONNECTING, init=False)
    weather: Weather = field(init=False)
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.service.clock.monotonic()
        self.weather = Weather(self.service.clock, self.seed)

    @property
    def elapsed(self) -> float:
        """Seconds since Enter."""
        return self.service.clock.monotonic() - self._began

    def tell(self, phase: Phase, *, delay: float = 0.0, place: int = 0) -> None:
        """Tell the observer how things stand; ``delay`` is the pause before the next try."""
        self.phase = phase
        self.observer(
            Progress(
                phase=phase,
                elapsed=self.elapsed,
                query_id=self.query_id,
                execution=self.execution,
                weather=self.weather.text(delay),
                place=place,
            )
        )

    def pause(self, seconds: float) -> None:
        """Wait, but not past the time limit or a new wish of the user."""
        if self.limits.seconds is not None and not self.control.cancelled:
            seconds = min(seconds, max(self.limits.seconds - self.elapsed, _LEAST_PAUSE))
        self.control.pause(self.service.clock, seconds)

    def heed_time(self) -> None:
        """Ask for a stop when the time limit has passed."""
        if self.limits.seconds is not None and self.elapsed >= self.limits.seconds:
            self.control.cancel(StopReason.TIMEOUT)

    def succeed(self) -> None:
        """Note that the service answered."""
        self.service.answered = True
        self.weather.clear()

    def turn_to(self, phase: Phase) -> None:
        """Tell the observer of a phase that was not told last."""
        if phase is not self.phase:
            self.tell(phase)

    def sit_out(self, error: ServiceError, phase: Phase) -> None:
        """Wait for better weather."""
        delay = self.weather.next_delay()
        self.weather.worsen(error)
        self.tell(phase, delay=delay)
        self.pause(delay)

    def renew_login(self, error: LoginRequired) -> None:
        """Let a person renew the session; a running query is not touched meanwhile."""
        try:
            self.control.require_login(error)
        except LoginRequired as refused:
            if not self.query_id:
                raise
            raise self.still_running(refused, "goes on unwatched") from error

    def still_running(self, error: AthenaShellError, what: str) -> AthenaShellError:
        """Return the error with the query's id in it: the query was started and goes on.

        An id that is hearsay, and that Athena has refused to tell of, may stand for no query.
        """
        transient = isinstance(error, ServiceError) and error.transient
        refused = isinstance(error, QueryFailed | ServiceError) and not transient
        if refused and self.hearsay and self.execution is None:
            return type(error)(error.message, error.hint, code=error.code)
        where = rf"\attach {self.query_id} watches it again, \stop {self.query_id} stops it."
        hint = f"{error.hint} {where}" if error.hint else where
        message = f"Query {self.query_id} {what}: {error.message}"
        if isinstance(error, AuthError):
            return type(error)(message, hint, code=error.code)
        return ServiceError(message, hint, code=error.code, transient=transient)
