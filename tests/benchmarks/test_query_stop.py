"""From Ctrl-C to the prompt: in every state of a statement, with a network that answers or hangs.

``ATHENA_SHELL_TRIES`` sets how often each state is tried.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from athena_shell.athena.errors import CONCURRENT_LIMIT
from athena_shell.core.errors import QueryError, ServiceError
from athena_shell.core.model import (
    Column,
    Intent,
    Page,
    QueryExecution,
    QueryState,
    ResultSet,
    Statement,
    Target,
)
from athena_shell.query.control import Control
from athena_shell.query.foreground import Foreground
from athena_shell.query.progress import Observer
from athena_shell.query.runner import QueryRunner

pytestmark = pytest.mark.benchmark

TRIES = int(os.environ.get("ATHENA_SHELL_TRIES", "2"))
LIMIT = 1.0


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Nothing:
    def intended(self, _intent: Intent) -> None: ...
    def started(self, _token: str, _query_id: str) -> None: ...
    def refused(self, _token: str, _reason: str) -> None: ...
    def ended(self, _execution: QueryExecution) -> None: ...


@dataclass
class Service:
    """Runs for ever; one call may hang, one may fail."""

    hangs: str = ""
    fails: dict[str, ServiceError] = field(default_factory=dict)
    state: QueryState = QueryState.RUNNING
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    signal_at: str = "describe"
    stopped: bool = False

    def _call(self, method: str) -> None:
        if method == self.signal_at:
            self.reached.set()
        if method in self.fails:
            raise self.fails[method]
        if self.hangs in {method, "everything"} and self.reached.is_set():
            self.released.wait(30)

    def start(self, _intent: Intent) -> str:
        self._call("start")
        return "q"

    def describe(self, query_id: str) -> QueryExecution:
        self._call("describe")
        state = QueryState.CANCELLED if self.stopped else self.state
        return QueryExecution(query_id, state, statement_type="DML")

    def stop(self, _query_id: str) -> None:
        self._call("stop")
        self.stopped = True

    def fetch(self, execution: QueryExecution) -> ResultSet:
        self._call("fetch")
        del execution
        time.sleep(0.3)
        return ResultSet((Column("x"),), iter([Page((("1",),))]))


def down() -> ServiceError:
    return ServiceError("No answer.", code="EndpointConnectionError", transient=True)


def full() -> ServiceError:
    return ServiceError("Full.", code=CONCURRENT_LIMIT, transient=True)


STATES: dict[str, Callable[[], Service]] = {
    "start under way": lambda: Service(signal_at="start"),
    "start hangs": lambda: Service(signal_at="start", hangs="start"),
    "start fails": lambda: Service(signal_at="start", fails={"start": down()}),
    "waiting for room": lambda: Service(signal_at="start", fails={"start": full()}),
    "queued": lambda: Service(state=QueryState.QUEUED),
    "running": Service,
    "running, all hangs": lambda: Service(hangs="everything"),
    "describe hangs": lambda: Service(hangs="describe"),
    "describe fails": lambda: Service(fails={"describe": down()}),
    "stop hangs": lambda: Service(hangs="stop"),
    "fetching": lambda: Service(signal_at="fetch", state=QueryState.SUCCEEDED),
    "fetch hangs": lambda: Service(signal_at="fetch", state=QueryState.SUCCEEDED, hangs="fetch"),
}


def returned_after(service: Service) -> float:
    runner = QueryRunner(service, Clock(), Nothing())  # type: ignore[arg-type] # as much of an engine as is used
    sent = 0.0

    def interrupt() -> None:
        nonlocal sent
        service.reached.wait(10)
        time.sleep(0.05)
        sent = time.monotonic()
        os.kill(os.getpid(), signal.SIGINT)

    def work(control: Control, observer: Observer) -> ResultSet:
        execution = runner.run(Statement("x"), Target(), observer=observer, control=control)
        return runner.result(replace(execution), observer)

    sender = threading.Thread(target=interrupt)
    sender.start()
    with pytest.raises(QueryError):
        Foreground(Clock()).run(work)
    back = time.monotonic()
    sender.join()
    service.released.set()
    return back - sent


@pytest.mark.parametrize("state", STATES)
def test_the_way_back_to_the_prompt(state: str) -> None:
    seconds = [returned_after(STATES[state]()) for _ in range(TRIES)]

    print(f"{state}: {max(seconds):.2f} s at most in {TRIES} tries")
    assert max(seconds) <= LIMIT
