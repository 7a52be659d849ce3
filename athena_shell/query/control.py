"""The user's wishes about a running statement, told across threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from athena_shell.core.errors import LoginRequired
    from athena_shell.core.ports import Clock

_SLICE: Final = 0.05
_INSTANT: Final = 1e-6


class StopReason(StrEnum):
    """Why a statement is to be stopped."""

    USER = "interrupt"
    TERMINATE = "termination"
    HANGUP = "hang-up"
    TIMEOUT = "time-out"
    COST = "cost limit"


class Control:
    """Wishes of one statement's owner; every method is safe to call from any thread.

    Args:
        login: called on the statement's own thread when only a person can renew the session;
            returns when the session works again, raises LoginRequired when it does not. Without
            it LoginRequired goes up to whoever runs the statement.
    """

    def __init__(self, login: Callable[[LoginRequired], None] | None = None) -> None:
        self._login = login
        self._lock = threading.RLock()  # a signal may interrupt its own handler
        self._reason: StopReason | None = None
        self._detached = False
        self._stopper: Callable[[], None] | None = None

    @property
    def reason(self) -> StopReason | None:
        """Why it is to be stopped; ``None`` while nobody wants that."""
        return self._reason

    @property
    def cancelled(self) -> bool:
        """Whether it is to be stopped."""
        return self._reason is not None

    @property
    def detached(self) -> bool:
        """Whether it is to be left running, unwatched."""
        return self._detached

    def cancel(self, reason: StopReason = StopReason.USER) -> None:
        """Ask for a stop; the first reason stays."""
        with self._lock:
            if self._reason is None:
                self._reason = reason

    def detach(self) -> None:
        """Ask to leave the query running and to return its id."""
        self._detached = True

    def stop_by(self, stopper: Callable[[], None]) -> None:
        """Tell how a stop is sent, for the case that the statement's thread hangs in a call."""
        with self._lock:
            self._stopper = stopper

    def stop_now(self) -> None:
        """Send the stop from the calling thread if the query's id is known; errors are its own."""
        with self._lock:
            stopper = self._stopper
        if stopper is not None:
            stopper()

    def require_login(self, error: LoginRequired) -> None:
        """Get a person to renew the session, or raise the error."""
        if self._login is None:
            raise error
        self._login(error)

    def pause(self, clock: Clock, seconds: float) -> None:
        """Sleep, but wake within 50 ms when a stop or a detaching is newly wished for."""
        before = (self._reason, self._detached)
        end = clock.monotonic() + seconds
        while (self._reason, self._detached) == before:
            left = end - clock.monotonic()
            if left <= _INSTANT:
                return
            clock.sleep(min(left, _SLICE))
