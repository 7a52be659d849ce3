"""The shell's own queue for room among the account's concurrent queries."""

from __future__ import annotations

import threading


class WaitingRoom:
    """Lets one statement at a time ask Athena for room, first come, first served.

    Athena refuses a start with TooManyRequestsException and the reason
    CONCURRENT_QUERY_LIMIT_EXCEEDED while the account's limit is reached.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: list[str] = []

    def enter(self, token: str) -> None:
        """Take the last place, or keep the one held."""
        with self._lock:
            if token not in self._tokens:
                self._tokens.append(token)

    def place(self, token: str) -> int:
        """Return the 1-based place that the statement holds or would get."""
        with self._lock:
            if token in self._tokens:
                return self._tokens.index(token) + 1
            return len(self._tokens) + 1

    def leave(self, token: str) -> None:
        """Give the place up, if one is held."""
        with self._lock:
            if token in self._tokens:
                self._tokens.remove(token)
