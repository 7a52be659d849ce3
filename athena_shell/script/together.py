"""Several statements at once, their outcomes in order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from athena_shell.core.errors import AthenaShellError, QueryCancelled
from athena_shell.query.control import Control
from athena_shell.query.interruption import cancelled, detached
from athena_shell.query.progress import Observer, Phase, Progress
from athena_shell.script.execution import Done
from athena_shell.script.signals import EndSignal
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
    team = _Team(stage, Batch(stage.standing.number - len(jobs)), goes_on=goes_on)

    def work(control: Control, observer: Observer) -> None:
        with ThreadPoolExecutor(at_once, thread_name_prefix="statement") as pool:
            team.wishes = control
            control.stop_by(team.stop_now)
            futures = [pool.submit(team.run, each, n) for n, each in enumerate(jobs)]
            team.watch(futures, observer)

    stage.standing.batch(team.batch)
    try:
        stage.foreground.run(work)
    except EndSignal:
        # Where it stopped a statement, the end is told as that one's failure.
        if not team.stopped:
            raise
    except AthenaShellError as error:
        return team.left(len(jobs), error)
    finally:
        stage.standing.batch(None)
    return team.left(len(jobs))


class _Team:
    """The running statements of one batch."""

    def __init__(self, stage: Stage, batch: Batch, *, goes_on: bool) -> None:
        self.batch = batch
        self.wishes = Control()
        self._stage = stage
        self._goes_on = goes_on
        self._lock = threading.Lock()
        self._controls: dict[int, Control] = {}
        self._outcomes: dict[int, Done | AthenaShellError] = {}
        self._failed = False

    @property
    def stopped(self) -> bool:
        """Whether a statement was stopped by an interrupt."""
        return any(isinstance(each, QueryCancelled) for each in self._outcomes.values())

    def left(self, count: int, error: AthenaShellError | None = None) -> list[Outcome]:
        """Return what became of each; of one that still runs, why nobody waits for it.

        Raises that error where it belongs to none of them.
        """
        with self._lock:
            outcomes: dict[int, Outcome] = dict(self._outcomes)
            running = list(self._controls)
        if error is not None:
            for number in running:
                outcomes[number] = _unseen(error, self.wishes, self.batch.query_id(number))
            if not any(isinstance(each, AthenaShellError) for each in outcomes.values()):
                raise error
        return [outcomes.get(number) for number in range(count)]

    def run(self, job: Job, number: int) -> None:
        """Run one statement, unless the batch is over."""
        own = Control()
        with self._lock:
            if self.wishes.cancelled or (self._failed and not self._goes_on):
                return
            self._controls[number] = own
            self.batch.running += 1
        outcome: Done | AthenaShellError | None = None
        try:
            outcome = job(own, lambda seen: self.batch.see(number, seen))
        except AthenaShellError as error:
            outcome = error
        finally:
            with self._lock:
                if outcome is not None:
                    self._outcomes[number] = outcome
                self._failed = self._failed or isinstance(outcome, AthenaShellError)
                del self._controls[number]
                self.batch.running -= 1
                self.batch.done += 1

    def watch(self, futures: Sequence[Future[None]], observer: Observer) -> None:
        """Hand the user's wishes on until every statement has ended."""
        began = self._stage.services.clock.monotonic()
        pending = set(futures)
        while pending:
            ended, pending = wait(pending, timeout=_LOOK, return_when=FIRST_COMPLETED)
            for future in ended:
                future.result()
            elapsed = self._stage.services.clock.monotonic() - began
            observer(Progress(Phase.RUNNING, elapsed))
            self._each(self._hand_on)

    def stop_now(self) -> None:
        """Send a stop to every query, from the thread that asks."""
        self._each(Control.stop_now)

    def _hand_on(self, own: Control) -> None:
        if self.wishes.reason is not None:
            own.cancel(self.wishes.reason)
        if self.wishes.detached:
            own.detach()

    def _each(self, act: Callable[[Control], None]) -> None:
        with self._lock:
            controls = list(self._controls.values())
        for control in controls:
            act(control)


def _unseen(error: AthenaShellError, wishes: Control, query_id: str) -> AthenaShellError:
    """Return why nobody waits for a statement that still runs."""
    if wishes.detached and query_id:
        return detached(query_id)
    return cancelled(wishes.reason, error.message, error.hint, query_id=query_id)
