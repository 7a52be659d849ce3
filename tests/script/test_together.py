"""What a batch tells when the program does not wait for its end."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.core.errors import QueryCancelled
from athena_shell.core.model import Statement
from athena_shell.output.sink import Sink
from athena_shell.query.control import Control, StopReason
from athena_shell.query.interruption import QueryTerminated, cancelled
from athena_shell.script.execution import Done, State, run_one
from athena_shell.script.stage import Stage
from athena_shell.script.together import Job, Outcome, run_together

if TYPE_CHECKING:
    Script = Any  # the class lives in conftest.py, which has no importable name

DEADLINE = 20.0


@dataclass
class Leaves:
    """A foreground that goes away while statements run, as when Athena answers no more.

    Args:
        ready: whether it is time to go.
        reason: why it goes.
    """

    ready: Callable[[Control], bool]
    reason: StopReason = StopReason.USER
    threads: list[threading.Thread] = field(default_factory=list)

    def run(self, work: Callable[..., object]) -> object:
        """Begin the work and leave; what ran into the end of the test is of no interest."""
        control = Control()

        def begin() -> None:
            with suppress(threading.BrokenBarrierError):
                work(control, lambda _: None)

        self.threads.append(threading.Thread(target=begin))
        self.threads[0].start()
        end = time.monotonic() + DEADLINE
        while not self.ready(control):
            assert time.monotonic() < end
            time.sleep(0.005)
        control.cancel(self.reason)
        raise cancelled(self.reason, "The stop is not confirmed.")


@pytest.fixture
def hold() -> Iterator[threading.Barrier]:
    """Holds a statement's start until the test is over."""
    barrier = threading.Barrier(2)
    yield barrier
    barrier.abort()


def job(text: str, stage: Stage) -> Job:
    """Return what runs a statement."""
    return partial(run_one, Statement(text), State(stage.session, stage.settings), stage)


def left(script: Script, foreground: Leaves, hold: threading.Barrier) -> list[Outcome]:
    """Run a statement that ends and one whose start is never answered."""
    script.answers["SELECT held"] = replace(script.any_answer, meeting=hold)
    stage = script.stage(script.engine(), Sink(io.StringIO()), io.StringIO(), ())
    stage = replace(stage, foreground=foreground)
    jobs = [job(text, stage) for text in ("SELECT 1", "SELECT held")]
    try:
        return run_together(jobs, stage, at_once=1, goes_on=False)
    finally:
        hold.abort()
        foreground.threads[0].join(DEADLINE)


def test_what_has_ended_is_told_and_of_the_rest_why_nobody_waits(
    script: Script, hold: threading.Barrier
) -> None:
    leaves = Leaves(lambda _: hold.n_waiting == 1, StopReason.TERMINATE)
    done, held = left(script, leaves, hold)
    assert isinstance(done, Done)
    assert isinstance(held, QueryTerminated)
    assert (held.message, held.exit_code) == ("The stop is not confirmed.", 143)


def test_an_interrupt_behind_the_last_end_is_not_lost(script: Script) -> None:
    stage = script.stage(script.engine(), Sink(io.StringIO()), io.StringIO(), ())
    leaves = Leaves(lambda _: not leaves.threads[0].is_alive())
    stage = replace(stage, foreground=leaves)
    with pytest.raises(QueryCancelled, match="not confirmed"):
        run_together([job("SELECT 1", stage)], stage, at_once=1, goes_on=False)
