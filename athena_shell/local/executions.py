"""The executions of the endpoint: started once a token, run on worker threads, stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final
from uuid import uuid4

from athena_shell.local.clock import Clock
from athena_shell.local.pace import Pace
from athena_shell.local.query_execution import (
    CANCELLED,
    SUCCEEDED,
    Execution,
    Moment,
    Order,
    Outcome,
)
from athena_shell.local.wire import ApiError

_WORKERS: Final = 8
_TICK: Final = 0.02

Work = Callable[[Execution], Outcome]
Place = Callable[[str, Order], str]


def invalid(message: str, code: str = "INVALID_INPUT") -> ApiError:
    """Return Athena's refusal of a request."""
    return ApiError("InvalidRequestException", message, fields={"AthenaErrorCode": code})


class Executions:
    """All executions by id; safe for several threads.

    Args:
        clock: times them.
        work: runs one and says how it ended; called on a worker thread, never raises.
        place: where an execution's result goes, from its id and order.
    """

    def __init__(self, clock: Clock, work: Work, place: Place) -> None:
        self._clock = clock
        self._work = work
        self._place = place
        self._lock = threading.Lock()
        self._known: dict[str, Execution] = {}
        self._by_token: dict[str, Execution] = {}
        self._waiting: list[Execution] = []
        self._active: list[Execution] = []
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="athena-local")
        self._closed = threading.Event()
        self._pacer: threading.Thread | None = None
        self.pace = Pace()

    def start(self, order: Order, concurrent: int) -> tuple[Execution, bool]:
        """Start a query, or return the one that the same token started.

        Args:
            order: what to run.
            concurrent: queries of the workgroup that may be queued or running at once.

        Returns:
            The execution, and whether this call started it.
        """
        # A reused result neither takes the time nor scans what its statement's comment says.
        pace = Pace() if self.reusable(order) else self.pace.hinted(order.sql)
        with self._lock:
            known = self._by_token.get(order.token)
            if known is not None:
                if known.order != order:
                    raise invalid("Idempotent parameters do not match")
                return known, False
            self._check_room(order.workgroup, concurrent)
            identifier = str(uuid4())
            execution = Execution(
                id=identifier,
                order=order,
                submitted=self.moment(),
                pace=pace,
                location=self._place(identifier, order),
            )
            self._known[identifier] = execution
            self._by_token[order.token] = execution
            self._active.append(execution)
            if execution.pace.delay:
                self._waiting.append(execution)
                self._wake_pacer()
                return execution, True
        self._launch(execution)
        return execution, True

    def get(self, identifier: str) -> Execution:
        """Return one; ApiError when there is none of that id."""
        self.release_due()
        with self._lock:
            execution = self._known.get(identifier)
        if execution is None:
            raise invalid(f"QueryExecution {identifier} was not found")
        return execution

    def find(self, identifier: str) -> Execution | None:
        """Return one, ``None`` when there is none of that id."""
        self.release_due()
        with self._lock:
            return self._known.get(identifier)

    def of_workgroup(self, name: str) -> list[Execution]:
        """Return a workgroup's executions, newest first."""
        self.release_due()
        with self._lock:
            return [e for e in reversed(self._known.values()) if e.order.workgroup == name]

    def stop(self, identifier: str) -> Execution:
        """Ask for a stop; one that has ended stays as it is."""
        execution = self.get(identifier)
        execution.stop.set()
        with self._lock:
            waited = execution in self._waiting
            if waited:
                self._waiting.remove(execution)
        if waited or execution.began is None:
            execution.end(stopped(), self.moment())
        return execution

    def reusable(self, order: Order) -> Execution | None:
        """Return the newest earlier execution whose result ``order`` may reuse."""
        if not order.reuse_minutes:
            return None
        oldest = self._clock.now() - timedelta(minutes=order.reuse_minutes)
        same = (order.sql, order.parameters, order.catalog, order.database, order.managed)
        for earlier in self.of_workgroup(order.workgroup):
            about = earlier.order
            if earlier.outcome is None or earlier.outcome.state != SUCCEEDED:
                continue
            if (
                (about.sql, about.parameters, about.catalog, about.database, about.managed) == same
                and earlier.outcome.statement == ("DML", "SELECT")
                and not earlier.outcome.reused
                and earlier.submitted.at >= oldest
            ):
                return earlier
        return None

    def moment(self) -> Moment:
        """Return the time now."""
        return Moment(self._clock.now(), self._clock.monotonic())

    def now(self) -> float:
        """Return the stopwatch's reading."""
        return self._clock.monotonic()

    def release_due(self) -> None:
        """Run every paced query whose time has come; done before anything is looked at."""
        now = self._clock.monotonic()
        with self._lock:
            due = [e for e in self._waiting if now >= e.submitted.seconds + e.pace.delay]
            self._waiting = [e for e in self._waiting if e not in due]
        for execution in due:
            self._launch(execution)

    def close(self) -> None:
        """Stop everything and wait for the workers; a second call does nothing."""
        self._closed.set()
        with self._lock:
            self._waiting.clear()
            unfinished = list(self._known.values())
        for execution in unfinished:
            execution.stop.set()
        self._workers.shutdown(wait=True, cancel_futures=True)
        if self._pacer is not None:
            self._pacer.join()

    def _check_room(self, workgroup: str, concurrent: int) -> None:
        self._active = [execution for execution in self._active if execution.outcome is None]
        if sum(one.order.workgroup == workgroup for one in self._active) >= concurrent:
            raise ApiError(
                "TooManyRequestsException",
                "You have exceeded the limit for the number of queries you can run concurrently. "
                "Please reduce the number of concurrent queries submitted by this account.",
                fields={"Reason": "CONCURRENT_QUERY_LIMIT_EXCEEDED"},
            )

    def _launch(self, execution: Execution) -> None:
        if not self._closed.is_set():
            self._workers.submit(self._run, execution)

    def _run(self, execution: Execution) -> None:
        with execution.lock:
            if execution.outcome is not None:
                return
            execution.began = self.moment()
        execution.end(self._work(execution), self.moment())

    def _wake_pacer(self) -> None:
        if self._pacer is None:
            self._pacer = threading.Thread(target=self._keep_pace, name="athena-local-pace")
            self._pacer.start()

    def _keep_pace(self) -> None:
        # A tick, not one long wait: the injected clock may be moved by hand.
        while not self._closed.wait(_TICK):
            self.release_due()


def stopped() -> Outcome:
    """Return the end of a query that somebody stopped."""
    return Outcome(CANCELLED, "Query cancelled!")
