"""A statement in the foreground: it runs on its own thread, the main thread draws and hears Ctrl-C.

A call that hangs in the network never holds the user: the main thread returns within a second of
the first interrupt whether or not the service has answered. What is left of the work (a stop under
way) goes on in the background, and the journal keeps the query until its end was seen.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar, cast

from athena_shell.core.errors import AthenaShellError, LoginRequired, OutputError
from athena_shell.query.control import Control, StopReason
from athena_shell.query.interruption import (
    UNSENT,
    QueryHungUp,
    QueryTerminated,
    cancelled,
    detached,
)
from athena_shell.query.progress import Observer, Phase, Progress

if TYPE_CHECKING:
    from athena_shell.core.ports import Clock

T = TypeVar("T")

TICK: Final = 0.1
_SEND_ASIDE: Final = 0.25
_GRACE: Final = 0.8
_FRESH: Final = 0.4
_LONGEST_GRACE: Final = 5.0
_REASONS: Final = {
    signal.SIGINT: StopReason.USER,
    signal.SIGTERM: StopReason.TERMINATE,
    signal.SIGHUP: StopReason.HANGUP,
}


class Display(Protocol):
    """Where the progress of a statement is shown."""

    def show(self, progress: Progress) -> None:
        """Draw how things stand; called ten times a second."""

    def clear(self) -> None:
        """Take the drawing away."""


class Hidden:
    """Shows nothing."""

    def show(self, progress: Progress) -> None:
        """Draw nothing."""

    def clear(self) -> None:
        """Take nothing away."""


Work = Callable[[Control, Observer], T]
"""What runs on the statement's own thread, such as ``QueryRunner.run`` with both passed on."""


class Foreground:
    """Runs one statement at a time for the main thread.

    Args:
        clock: time.
        login: asks a person for a new token, on the main thread; returns when the session works
            again and raises LoginRequired otherwise. ``None`` when nobody can be asked.
        display: where progress is drawn.
        asks_only: whether the work only asks, so that it can have started nothing.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        login: Callable[[LoginRequired], None] | None = None,
        display: Display | None = None,
        asks_only: bool = False,
    ) -> None:
        self._asks_only = asks_only
        self._clock = clock
        self._login = login
        self._display = display or Hidden()

    def run(self, work: Work[T], late: Callable[[Progress], None] | None = None) -> T:
        """Run the work and return what it returns, or raise what it raises.

        The first interrupt stops the query, the second leaves it running. SIGTERM and SIGHUP stop
        it too. Off the main thread no signal is heard.

        Args:
            work: the statement's work.
            late: told, on the work's own thread, what still becomes known after this returned.

        Raises:
            QueryCancelled: stopped, perhaps not confirmed by Athena yet; the message tells.
            Detached: left running.
        """
        statement: _Run[T] = _Run(
            self._clock, self._login, self._display, late, asks_only=self._asks_only
        )
        return statement.run(work)


class _Run(Generic[T]):
    """The main thread's side of one statement."""

    def __init__(
        self,
        clock: Clock,
        login: Callable[[LoginRequired], None] | None,
        display: Display,
        late: Callable[[Progress], None] | None,
        *,
        asks_only: bool,
    ) -> None:
        self._asks_only = asks_only
        self._clock = clock
        self._login = login
        self._display = display
        self._late = late
        self._events: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._control = Control(self._ask_main if login is not None else None)
        self._progress = Progress(Phase.CONNECTING)
        self._heard = clock.monotonic()
        self._began = self._heard
        self._interrupted: float | None = None
        self._sent_aside = False
        self._blind = False
        self._asked_to_end: signal.Signals | None = None
        self._left = False
        self._finished = False
        self._result: T | None = None
        self._error: BaseException | None = None

    def run(self, work: Work[T]) -> T:
        thread = threading.Thread(target=self._work, args=(work,), name="statement", daemon=True)
        with self._signals():
            thread.start()
            try:
                while not self._finished:
                    self._turn()
            finally:
                self._left = True
                with suppress(OutputError):
                    self._display.clear()
        self._pass_on()
        if self._error is not None:
            raise self._error
        return cast("T", self._result)

    # --- on the statement's own thread ---

    def _work(self, work: Work[T]) -> None:
        try:
            result = work(self._control, self._observe)
        except BaseException as error:  # noqa: BLE001 - it is raised again on the main thread
            caught = error
            self._events.put(lambda: self._end(None, caught))
        else:
            self._events.put(lambda: self._end(result, None))

    def _observe(self, progress: Progress) -> None:
        if self._left:
            if self._late is not None:
                self._late(progress)
            return
        self._events.put(lambda: self._hear(progress))

    def _ask_main(self, error: LoginRequired) -> None:
        """Have the main thread ask the person, and wait for the answer."""
        answered = threading.Event()
        refusal: list[LoginRequired] = []

        def ask() -> None:
            try:
                self._ask_person(error)
            except LoginRequired as refused:
                refusal.append(refused)
            except (KeyboardInterrupt, EOFError):
                refusal.append(error)
            finally:
                answered.set()

        if self._left:
            raise error
        self._events.put(ask)
        while not answered.wait(TICK):
            if self._left:
                raise error
        if refusal:
            raise refusal[0]

    # --- on the main thread ---

    def _turn(self) -> None:
        with suppress(Empty):
            self._events.get(timeout=TICK)()
            while not self._events.empty() and not self._finished:
                self._events.get_nowait()()
        if self._finished:
            return
        self._draw()
        self._mind_the_user()

    def _draw(self) -> None:
        """Show how things stand; a display that is gone is a terminal that hung up."""
        if self._blind:
            return
        elapsed = max(self._progress.elapsed, self._clock.monotonic() - self._began)
        try:
            self._display.show(replace(self._progress, elapsed=elapsed))
        except OutputError:
            self._blind = True
            self._interrupt(StopReason.HANGUP)

    def _hear(self, progress: Progress) -> None:
        self._progress = progress
        self._heard = self._clock.monotonic()

    def _end(self, result: T | None, error: BaseException | None) -> None:
        self._result, self._error, self._finished = result, error, True

    def _ask_person(self, error: LoginRequired) -> None:
        assert self._login is not None  # noqa: S101 - the control has no way here without it
        self._display.clear()
        with _signals_as({signal.SIGINT: signal.default_int_handler}):
            self._login(error)

    def _interrupt(self, reason: StopReason) -> None:
        """Note a wish of the user; runs between two instructions of the main thread."""
        if self._interrupted is None:
            self._interrupted = self._clock.monotonic()
            self._control.cancel(reason)
        elif reason is StopReason.USER:
            self._control.detach()

    def _mind_the_user(self) -> None:
        """After an interrupt, see to it that the user gets away in time."""
        if self._interrupted is None:
            return
        waited = self._clock.monotonic() - self._interrupted
        if self._progress.phase is Phase.FETCHING:
            self._leave(
                cancelled(
                    self._control.reason,
                    "Reading the result was interrupted; the query itself had succeeded.",
                    rf"\result {self._progress.query_id} shows the result; nothing runs again.",
                    query_id=self._progress.query_id,
                )
            )
        elif self._control.detached:
            self._leave(self._detached())
        elif waited > _SEND_ASIDE and not self._sent_aside:
            self._sent_aside = True
            threading.Thread(target=self._stop_aside, name="stop", daemon=True).start()
        elif waited > _GRACE and not self._still_talking(waited):
            self._leave(self._unconfirmed())

    def _still_talking(self, waited: float) -> bool:
        """Whether Athena is answering, so that the end of the query will be known soon."""
        if self._progress.phase is not Phase.STOPPING or self._progress.weather:
            return False
        return waited < _LONGEST_GRACE and self._clock.monotonic() - self._heard < _FRESH

    def _stop_aside(self) -> None:
        """Send a stop while the statement's own thread may hang in another call."""
        with suppress(AthenaShellError):
            self._control.stop_now()

    def _detached(self) -> AthenaShellError:
        if self._progress.query_id:
            return detached(self._progress.query_id)
        return self._unconfirmed()

    def _unconfirmed(self) -> AthenaShellError:
        query_id = self._progress.query_id
        if query_id:
            return cancelled(
                self._control.reason,
                f"The stop of query {query_id} is not confirmed: Athena has not answered yet.",
                rf"\stop {query_id} asks again, \attach {query_id} watches it.",
                query_id=query_id,
            )
        if self._asks_only:
            return cancelled(self._control.reason, "Stopped waiting for an answer.")
        if self._progress.phase in {Phase.CONNECTING, Phase.LOGGING_IN}:
            return cancelled(self._control.reason, UNSENT)
        return cancelled(
            self._control.reason,
            "Interrupted before Athena answered; should the statement have been started, it is"
            " stopped as soon as its id is known.",
            r"\queries shows what runs.",
        )

    def _leave(self, error: AthenaShellError) -> None:
        self._error, self._finished = error, True

    def _pass_on(self) -> None:
        """Let an end that came as the work was ending by itself reach who hears signals now."""
        if self._asked_to_end and not isinstance(self._error, QueryTerminated | QueryHungUp):
            signal.raise_signal(self._asked_to_end)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def hear(number: int, _frame: FrameType | None) -> None:
            if number != signal.SIGINT:
                self._asked_to_end = signal.Signals(number)
            self._interrupt(_REASONS[signal.Signals(number)])
            self._events.put(lambda: None)

        with _signals_as(dict.fromkeys(_REASONS, hear)):
            yield


_Handler = Callable[[int, FrameType | None], object]


@contextmanager
def _signals_as(handlers: dict[signal.Signals, _Handler]) -> Iterator[None]:
    """Handle signals so for a while; off the main thread change nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
