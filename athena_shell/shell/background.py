"""Queries that nobody waits for: all of them are looked at together, and each end is a notice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from athena_shell.core.errors import AthenaShellError
from athena_shell.core.model import QueryExecution, QueryState
from athena_shell.core.ports import Engine

_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 30.0
_SHOWN: Final = 50


@dataclass(frozen=True)
class Watched:
    """A query in the background and the statement it runs."""

    query_id: str
    text: str


class Background:
    """Watches queries on one thread until each has ended.

    Args:
        engine: returns the query service.
        ended: told of each end, on the watching thread.
        pause: seconds between two looks; longer while the service cannot be reached.
    """

    def __init__(
        self,
        engine: Callable[[], Engine],
        ended: Callable[[QueryExecution], None],
        pause: float = _PAUSE,
    ) -> None:
        self._engine = engine
        self._ended = ended
        self._pause = pause
        self._lock = threading.Lock()
        self._running: dict[str, Watched] = {}
        self._watching = False
        self._closed = threading.Event()

    @property
    def running(self) -> tuple[Watched, ...]:
        """The queries whose end was not seen yet."""
        with self._lock:
            return tuple(self._running.values())

    def watch(self, query_id: str, text: str) -> None:
        """Watch a query."""
        with self._lock:
            self._running[query_id] = Watched(query_id, text)
            if self._watching:
                return
            self._watching = True
        threading.Thread(target=self._work, name="background", daemon=True).start()

    def close(self) -> None:
        """Stop watching; the queries go on."""
        self._closed.set()

    def _work(self) -> None:
        pause = self._pause
        while not self._closed.wait(pause):
            try:
                found = self._engine().describe_many([each.query_id for each in self.running])
            except AthenaShellError:
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            pause = self._pause
            if not self._take(found):
                return

    def _take(self, found: Mapping[str, QueryExecution]) -> bool:
        """Tell what has ended; whether anything is left to watch."""
        for execution in found.values():
            if execution.state.is_terminal:
                with self._lock:
                    known = self._running.pop(execution.id, None)
                if known is not None:
                    self._ended(execution)
        with self._lock:
            self._watching = bool(self._running)
            return self._watching


def notice_of(execution: QueryExecution) -> str:
    """Return the notice of an end."""
    text = " ".join(execution.text.split())
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    line = f"{execution.id} {execution.state.value}: {shown}"
    if execution.state is QueryState.SUCCEEDED:
        return f"{line}\n\\result {execution.id} shows the result."
    return f"{line}\n{execution.reason}" if execution.reason else line
