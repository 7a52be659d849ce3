"""Ctrl-C, termination and hang-up, with a network that answers and one that hangs."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from athena_shell.core.errors import AuthError, LoginRequired, QueryCancelled, QueryError
from athena_shell.core.model import QueryState, ResultSet, Statement, Target
from athena_shell.query.control import Control
from athena_shell.query.foreground import Foreground
from athena_shell.query.interruption import Detached, QueryHungUp, QueryTerminated
from athena_shell.query.progress import Observer, Phase, Progress
from athena_shell.query.runner import QueryRunner

if TYPE_CHECKING:
    from tests.query.conftest import FakeEngine, Notes


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass
class Screen:
    shown: list[Progress] = field(default_factory=list)
    cleared: int = 0

    def show(self, progress: Progress) -> None:
        self.shown.append(progress)

    def clear(self) -> None:
        self.cleared += 1


@pytest.fixture
def clock() -> RealClock:
    return RealClock()


@pytest.fixture
def hang() -> Iterator[threading.Event]:
    """Set it to let everything go that hangs."""
    event = threading.Event()
    yield event
    event.set()


def send_when(
    condition: Callable[[], bool], number: signal.Signals = signal.SIGINT
) -> threading.Thread:
    """Send a signal to this process once the condition holds."""

    def watch() -> None:
        deadline = time.monotonic() + 30
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.005)
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def work(runner: QueryRunner) -> Callable[[Control, Observer], ResultSet]:
    def run(control: Control, observer: Observer) -> ResultSet:
        execution = runner.run(Statement("SELECT 1"), Target(), observer=observer, control=control)
        return runner.result(execution, observer)

    return run


def test_a_result_comes_back_and_the_screen_is_cleared(
    runner: QueryRunner, engine: FakeEngine, clock: RealClock
) -> None:
    engine.seconds = 0.3
    screen = Screen()

    result = Foreground(clock, display=screen).run(work(runner))

    assert list(result.rows()) == [("1",)]
    assert screen.cleared == 1
    assert Phase.RUNNING in {progress.phase for progress in screen.shown}


def test_an_error_of_the_work_is_raised_here(clock: RealClock) -> None:
    def fail(_control: Control, _observer: Observer) -> None:
        raise AuthError("refused")

    with pytest.raises(AuthError, match="refused"):
        Foreground(clock).run(fail)


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (signal.SIGINT, QueryCancelled),
        (signal.SIGTERM, QueryTerminated),
        (signal.SIGHUP, QueryHungUp),
    ],
)
def test_a_signal_stops_the_query_and_its_end_is_confirmed(
    runner: QueryRunner,
    engine: FakeEngine,
    clock: RealClock,
    notes: Notes,
    number: signal.Signals,
    error: type[QueryCancelled],
) -> None:
    engine.seconds = 1000.0
    sender = send_when(lambda: "describe" in engine.calls, number)

    with pytest.raises(error, match="Stopped after scanning"):
        Foreground(clock).run(work(runner))

    sender.join()
    assert engine.executions["q-1"].state is QueryState.CANCELLED
    assert notes.lines[-1] == "ended q-1 CANCELLED"
    assert signal.getsignal(number) is not None


@contextmanager
def hanging(engine: FakeEngine, method: str, hang: threading.Event) -> Iterator[threading.Event]:
    """Let one method of the engine hang from its first call on."""
    original = getattr(engine, method)
    entered = threading.Event()

    def block(*arguments: object) -> object:
        entered.set()
        hang.wait(20)
        return original(*arguments)

    setattr(engine, method, block)
    yield entered


def test_a_second_interrupt_detaches_when_the_stop_hangs(
    runner: QueryRunner,
    engine: FakeEngine,
    clock: RealClock,
    hang: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("athena_shell.query.foreground._GRACE", 60.0)
    engine.seconds = 1000.0
    with hanging(engine, "stop", hang) as entered:
        senders = [send_when(lambda: "describe" in engine.calls), send_when(entered.is_set)]
        with pytest.raises(QueryError) as caught:
            Foreground(clock).run(work(runner))
    for sender in senders:
        sender.join()

    assert isinstance(caught.value, Detached)
    assert caught.value.query_id == "q-1"


@pytest.mark.parametrize("method", ["start", "describe", "stop", "fetch"])
def test_the_user_gets_away_within_a_second_when_the_network_hangs(
    runner: QueryRunner,
    engine: FakeEngine,
    clock: RealClock,
    hang: threading.Event,
    method: str,
) -> None:
    engine.seconds = 0.1 if method == "fetch" else 1000.0
    with hanging(engine, method, hang) as entered:
        waiting_for = (lambda: "describe" in engine.calls) if method == "stop" else entered.is_set
        sender = send_when(waiting_for)
        with pytest.raises(QueryCancelled) as caught:
            Foreground(clock).run(work(runner))
    sender.join()

    expected = {
        "start": "Interrupted before Athena answered",
        "describe": "stop of query q-1 is not confirmed",
        "stop": "stop of query q-1 is not confirmed",
        "fetch": "the query itself had succeeded",
    }
    assert expected[method] in caught.value.message
    if method == "describe":
        assert "stop" in engine.calls


def test_a_question_that_is_interrupted_speaks_of_no_statement(
    clock: RealClock, hang: threading.Event
) -> None:
    asking = threading.Event()

    def ask(_control: Control, _observer: Observer) -> None:
        asking.set()
        hang.wait(30)

    sender = send_when(asking.is_set)
    with pytest.raises(QueryCancelled) as caught:
        Foreground(clock, asks_only=True).run(ask)
    sender.join()
    assert (caught.value.message, caught.value.hint) == ("Stopped waiting for an answer.", "")


def test_a_start_that_answers_late_is_still_stopped(
    runner: QueryRunner, engine: FakeEngine, clock: RealClock, hang: threading.Event
) -> None:
    engine.seconds = 1000.0
    late: list[Progress] = []
    with hanging(engine, "start", hang) as entered:
        sender = send_when(entered.is_set)
        with pytest.raises(QueryCancelled):
            Foreground(clock).run(work(runner), late.append)
    sender.join()
    hang.set()

    deadline = time.monotonic() + 5
    while not (late and late[-1].phase is Phase.ENDED) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert engine.executions["q-1"].state is QueryState.CANCELLED
    assert late[-1].phase is Phase.ENDED


def test_a_statement_given_up_while_logging_in_is_never_sent(
    engine: FakeEngine, clock: RealClock, notes: Notes, hang: threading.Event
) -> None:
    logged_in = threading.Event()

    def log_in() -> None:
        entered.set()
        hang.wait(20)
        logged_in.set()

    entered = threading.Event()
    runner = QueryRunner(engine, clock, notes, login=log_in)
    sender = send_when(entered.is_set)
    with pytest.raises(QueryCancelled) as caught:
        Foreground(clock).run(work(runner))
    sender.join()
    assert caught.value.message == "Stopped before it was started; nothing ran."

    hang.set()
    assert logged_in.wait(5)
    deadline = time.monotonic() + 5
    while notes.lines[-1] != f"refused {caught.value.message}" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert notes.lines[-1] == f"refused {caught.value.message}"
    assert engine.calls == []


def test_a_dead_token_is_asked_for_on_the_main_thread(
    runner: QueryRunner, engine: FakeEngine, clock: RealClock
) -> None:
    engine.seconds = 0.2
    engine.before["describe"] = [LoginRequired("the token has expired")]
    asked: list[threading.Thread] = []

    result = Foreground(clock, login=lambda _error: asked.append(threading.current_thread())).run(
        work(runner)
    )

    assert list(result.rows()) == [("1",)]
    assert asked == [threading.main_thread()]
    assert len(engine.executions) == 1


def test_a_person_who_declines_gets_the_id_of_the_running_query(
    runner: QueryRunner, engine: FakeEngine, clock: RealClock
) -> None:
    engine.seconds = 1000.0
    engine.before["describe"] = [LoginRequired("the token has expired")]

    def decline(_error: LoginRequired) -> None:
        raise KeyboardInterrupt

    with pytest.raises(LoginRequired, match="q-1 goes on unwatched: the token has expired"):
        Foreground(clock, login=decline).run(work(runner))

    assert "stop" not in engine.calls


def test_signals_go_back_to_who_had_them(runner: QueryRunner, engine: FakeEngine) -> None:
    engine.seconds = 0.0
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]

    Foreground(RealClock()).run(work(runner))

    after = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    assert after == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("error", [None, AuthError("no session")])
def test_an_end_that_comes_as_the_work_ends_reaches_who_hears_next(
    clock: RealClock, number: signal.Signals, error: Exception | None
) -> None:
    heard: list[int] = []
    signalled = threading.Event()

    def work(control: Control, observer: Observer) -> str:
        del observer
        signal.pthread_kill(threading.main_thread().ident or 0, number)
        while not control.cancelled:
            signalled.wait(0.01)
        if error is not None:
            raise error
        return "done"

    before = signal.signal(number, lambda heard_number, _: heard.append(heard_number))
    try:
        if error is None:
            assert Foreground(clock).run(work) == "done"
        else:
            with pytest.raises(AuthError):
                Foreground(clock).run(work)
    finally:
        signal.signal(number, before)
    assert heard == [number]
