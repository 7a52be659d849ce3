"""Many queries watched together: one BatchGetQueryExecution call for each fifty of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from athena_shell.athena.patience import delays
from athena_shell.core.errors import AthenaShellError
from athena_shell.core.model import QueryExecution
from athena_shell.core.records import dataclass
from athena_shell.query.verdict import may_revive

if TYPE_CHECKING:
    from athena_shell.core.ports import Engine
    from athena_shell.query.pursuit import Record

_BATCH: Final = 50
_CALLS_A_SECOND: Final = 4.0
_LEAST_PAUSE: Final = 0.5
_MOST_CALLS: Final = 5  # within any second
_INSTANT: Final = 0.001


@dataclass(frozen=True)
class Watched:
    """A query in the background and the statement it runs."""

    query_id: str
    text: str = ""


class Watcher:
    """Watches queries on one thread until each has ended.

    A round asks for all of them, fifty at a time, and the pause between two rounds keeps the calls
    to four a second; in bad weather the pauses grow.

    Args:
        engine: returns the query service; asked at each round, so that it may be replaced.
        journal: where each end is written down.
        ended: told of each end, on the watching thread.
    """

    def __init__(
        self,
        engine: Callable[[], Engine],
        journal: Callable[[], Record],
        ended: Callable[[QueryExecution], None],
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._ended = ended
        self._lock = threading.Lock()
        self._running: dict[str, Watched] = {}
        self._doubted: set[str] = set()
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self.trouble = ""

    @property
    def running(self) -> tuple[Watched, ...]:
        """The queries whose end was not seen yet, in the order they came."""
        with self._lock:
            return tuple(self._running.values())

    def watch(self, query_id: str, text: str = "") -> None:
        """Watch a query; one that is watched already stays."""
        with self._lock:
            self._running.setdefault(query_id, Watched(query_id, text))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="watcher", daemon=True)
                self._thread.start()

    def forget(self, query_id: str) -> None:
        """Watch a query no more, such as one that somebody attaches to."""
        with self._lock:
            self._running.pop(query_id, None)

    def close(self) -> None:
        """Stop watching; the queries go on."""
        self._closed.set()

    def _work(self) -> None:
        weather = delays()
        pause = _LEAST_PAUSE
        passed, recent = 0.0, list[tuple[float, int]]()
        while not self._closed.wait(pause):
            passed += pause
            ids = [watched.query_id for watched in self.running]
            batches = -(-len(ids) // _BATCH)
            recent = [(at, calls) for at, calls in recent if at > passed - 1]
            if recent and batches + sum(calls for _, calls in recent) > _MOST_CALLS:
                pause = recent[0][0] + 1 - passed + _INSTANT
                continue
            recent.append((passed, batches))
            try:
                found = self._engine().describe_many(ids)
            except AthenaShellError as error:
                self.trouble = error.message
                pause = max(next(weather), _LEAST_PAUSE)
                continue
            self.trouble = ""
            weather = delays()
            for execution in found.values():
                self._look(execution)
            if not self._is_needed():
                return
            pause = max(_LEAST_PAUSE, batches / _CALLS_A_SECOND)

    def _look(self, execution: QueryExecution) -> None:
        if not execution.state.is_terminal:
            return
        if may_revive(execution) and execution.id not in self._doubted:
            self._doubted.add(execution.id)
            return
        with self._lock:
            known = self._running.pop(execution.id, None)
        self._doubted.discard(execution.id)
        if known is not None:
            self._journal().ended(execution)
            self._ended(execution)

    def _is_needed(self) -> bool:
        with self._lock:
            if self._running:
                return True
            self._thread = None
            return False
