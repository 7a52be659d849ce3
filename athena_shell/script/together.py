"""Several statements at once, their outcomes in order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from athena_shell.core.errors import AthenaShellError
from athena_shell.query.control import Control
from athena_shell.query.progress import Observer, Phase, Progress
from athena_shell.script.execution import Done
from athena_shell.script.stage import Stage
from athena_shell.script.standing import Batch

Job = Callable[[Control, Observer], Done]
"""Runs one statement, or takes up one that was started; raises what it fails with."""

Outcome = Done | AthenaShellError | None
"""A result, a failure, or nothing: the statement was not started."""

_LOOK: Final = 0.05


def run_together(
    jobs: Sequence[Job], stage: Stage, *, at_once: int, goes_on: bool
) -> list[Outcome]:
    """Run statements on threads of their own and return what became of each, in order.

    An interrupt stops them all, as one statement would be. Unless the run goes on after failures,
    nothing is started any more once one has failed; what runs already comes to its end.

    Args:
        jobs: what to run.
        stage: what to run on.
        at_once: how many at a time.
        goes_on: whether a failure keeps the rest from being started.
    """

    def work(control: Control, observer: Observer) -> list[Outcome]:
        team = _Team(stage, control, observer, batch, goes_on=goes_on)
        with ThreadPoolExecutor(at_once, thread_name_prefix="statement") as pool:
            control.stop_by(team.stop_now)
            futures = [pool.submit(team.run, each, n) for n, each in enumerate(jobs)]
            team.watch(futures)
        return [future.result() for future in futures]

    batch = Batch(stage.standing.number - len(jobs))
    stage.standing.batch(batch)
    try:
        return stage.foreground.run(work)
    finally:
        stage.standing.batch(None)


class _Team:
    """The running statements of one batch."""

    def __init__(
        self, stage: Stage, control: Control, observer: Observer, batch: Batch, *, goes_on: bool
    ) -> None:
        self._stage = stage
        self._control = control
        self._observer = observer
        self._batch = batch
        self._goes_on = goes_on
        self._lock = threading.Lock()
        self._controls: list[Control] = []
        self._failed = False

    def run(self, job: Job, number: int) -> Outcome:
        """Run one statement, unless the batch is over."""
        own = Control()
        with self._lock:
            if self._control.cancelled or (self._failed and not self._goes_on):
                return None
            self._controls.append(own)
            self._batch.running += 1
        try:
            return job(own, lambda seen: self._batch.see(number, seen))
        except AthenaShellError as error:
            with self._lock:
                self._failed = True
            return error
        finally:
            with self._lock:
                self._controls.remove(own)
                self._batch.running -= 1
                self._batch.done += 1

    def watch(self, futures: Sequence[Future[Outcome]]) -> None:
        """Hand the user's wishes on until every statement has ended."""
        began = self._stage.services.clock.monotonic()
        pending = set(futures)
        while pending:
            _, pending = wait(pending, timeout=_LOOK, return_when=FIRST_COMPLETED)
            elapsed = self._stage.services.clock.monotonic() - began
            self._observer(Progress(Phase.RUNNING, elapsed))
            self._each(self._hand_on)

    def stop_now(self) -> None:
        """Send a stop to every query, from the thread that asks."""
        self._each(Control.stop_now)

    def _hand_on(self, control: Control) -> None:
        if self._control.reason is not None:
            control.cancel(self._control.reason)
        if self._control.detached:
            control.detach()

    def _each(self, act: Callable[[Control], None]) -> None:
        with self._lock:
            controls = list(self._controls)
        for control in controls:
            act(control)
