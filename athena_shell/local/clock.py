"""Time as the endpoint sees it: injected, so that tests can make a session expire."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

_EPOCH: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Clock(Protocol):
    """What the endpoint asks of time; the shell's own clock satisfies it."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start, never going back."""

    def sleep(self, seconds: float) -> None:
        """Pause the calling thread."""


class ManualClock:
    """A clock that moves only when told to; a sleep moves it at once.

    Args:
        start: the first ``now``, aware.
    """

    def __init__(self, start: datetime = _EPOCH) -> None:
        self._start = start
        self._elapsed = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the start plus everything the clock was advanced by."""
        with self._lock:
            return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Return the seconds the clock was advanced by."""
        with self._lock:
            return self._elapsed

    def sleep(self, seconds: float) -> None:
        """Advance instead of waiting."""
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``, which is never negative."""
        if seconds < 0:
            raise ValueError("a clock never goes back")
        with self._lock:
            self._elapsed += seconds
