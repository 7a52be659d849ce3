"""What really happened at the endpoint, for tests to compare with what a client believes."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from athena_shell.local.clock import Clock


@dataclass(frozen=True)
class Call:
    """One request and what went back.

    Args:
        operation: such as ``GetQueryResults``.
        at: when it came.
        status: the HTTP status of the reply, also of one that was lost.
        sent: bytes of body that were handed to the transport.
        fault: the fault that struck it, empty for none.
        code: the error code of the reply, empty for none.
    """

    operation: str
    at: datetime
    status: int
    sent: int
    fault: str = ""
    code: str = ""


@dataclass(frozen=True)
class Start:
    """One execution that really began to exist."""

    token: str
    query_id: str
    sql: str
    at: datetime


class Ledger:
    """Keeps the calls, the executions by token and the stops; safe for several threads.

    Args:
        clock: dates the entries.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._starts: list[Start] = []
        self._stops: list[str] = []

    def called(self, operation: str, status: int, sent: int, fault: str, code: str) -> None:
        """Note one request."""
        call = Call(operation, self._clock.now(), status, sent, fault, code)
        with self._lock:
            self._calls.append(call)

    def started(self, token: str, query_id: str, sql: str) -> None:
        """Note a new execution; a repeated start is none."""
        start = Start(token, query_id, sql, self._clock.now())
        with self._lock:
            self._starts.append(start)

    def stopped(self, query_id: str) -> None:
        """Note that a stop was asked for."""
        with self._lock:
            self._stops.append(query_id)

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every request, in order."""
        with self._lock:
            return tuple(self._calls)

    @property
    def starts(self) -> tuple[Start, ...]:
        """Every execution, in order."""
        with self._lock:
            return tuple(self._starts)

    @property
    def stops(self) -> tuple[str, ...]:
        """The ids that a stop was asked for, in order."""
        with self._lock:
            return tuple(self._stops)

    def executions(self, token: str) -> tuple[str, ...]:
        """Return the ids of the executions that ``token`` started; more than one is a bug."""
        return tuple(start.query_id for start in self.starts if start.token == token)

    def count(self, operation: str) -> int:
        """Return how often an operation was called."""
        return Counter(call.operation for call in self.calls)[operation]

    def sent(self, operation: str = "") -> int:
        """Return the bytes of body sent, of one operation or of all."""
        return sum(call.sent for call in self.calls if operation in {"", call.operation})
