"""The thread that interrupts running statements whose event is set."""

from __future__ import annotations

import threading
from typing import Any, Final

_POLL_SECONDS: Final = 0.05


class Watch:
    """Interrupts cursors as soon as their events are set; one thread, asleep while none runs."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._running: dict[int, tuple[Any, threading.Event]] = {}
        self._thread: threading.Thread | None = None
        self._closed = False

    def add(self, cursor: Any, event: threading.Event) -> None:
        """Watch a cursor until it is removed."""
        with self._condition:
            self._running[id(cursor)] = (cursor, event)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="interrupts", daemon=True)
                self._thread.start()
            self._condition.notify()

    def remove(self, cursor: Any) -> None:
        """Stop watching a cursor; once this has returned it is not interrupted any more."""
        with self._condition:
            self._running.pop(id(cursor), None)

    def close(self) -> None:
        """End the thread; cursors still watched are interrupted."""
        with self._condition:
            self._closed = True
            for cursor, _ in self._running.values():
                cursor.interrupt()
            self._running.clear()
            self._condition.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        with self._condition:
            while not self._closed:
                self._condition.wait(_POLL_SECONDS if self._running else None)
                for cursor, event in self._running.values():
                    if event.is_set():
                        cursor.interrupt()
