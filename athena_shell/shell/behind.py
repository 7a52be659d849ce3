"""The connection that is made behind the first prompt."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

_LEAVE_SECONDS: Final = 0.5


class Behind(Generic[T]):
    """A value that is made on a thread of its own, or by the first who needs it.

    Args:
        make: makes the value; may take seconds and raise.
        ready: called on the making thread after a success.
        failed: called on the making thread after a failure of the thread's own try, or of
            ``ready``.
    """

    def __init__(
        self,
        make: Callable[[], T],
        *,
        ready: Callable[[T], None] = lambda _: None,
        failed: Callable[[BaseException], None] = lambda _: None,
    ) -> None:
        self._make = make
        self._ready = ready
        self._failed = failed
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._closed = False
        self._value: T | None = None
        self._thread: threading.Thread | None = None
        self.in_vain = False
        """Whether the thread has tried and failed, and nobody has succeeded since."""

    @property
    def value(self) -> T | None:
        """The value if it is there already."""
        return self._value

    def start(self) -> None:
        """Begin to make the value on a thread; further calls, and one after the end, do nothing."""
        with self._starting:
            if self._closed or self._thread is not None:
                return
            self._thread = threading.Thread(target=self._work, name="connection", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Give the thread a moment to end; a hanging network does not keep the user.

        The user may leave while the thread is about to be started, by another one.
        """
        with self._starting:
            self._closed = True
        if self._thread is not None:
            self._thread.join(_LEAVE_SECONDS)

    def get(self) -> T:
        """Return the value, waiting for it or making it; raises what ``make`` raises.

        A failure is not kept: the next call tries again.
        """
        with self._lock:
            if self._value is None:
                self._value = self._make()
                self.in_vain = False
            return self._value

    def _work(self) -> None:
        try:
            self._ready(self.get())
        except Exception as error:  # noqa: BLE001 - whoever needs the value meets it again
            self.in_vain = self._value is None
            self._failed(error)
