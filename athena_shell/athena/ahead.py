"""A call that is made ahead of its need, on a thread that never holds the program's end up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar, cast

T = TypeVar("T")


class Ahead(Generic[T]):
    """Makes a call at once in the background; its outcome is had from ``result``.

    Args:
        call: is made exactly once.
    """

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._value: T | None = None
        self._error: BaseException | None = None
        self._done = threading.Event()
        threading.Thread(target=self._run, name="ahead", daemon=True).start()

    def _run(self) -> None:
        try:
            self._value = self._call()
        except BaseException as error:  # noqa: BLE001 - it is raised again by result
            self._error = error
        finally:
            self._done.set()

    @property
    def is_done(self) -> bool:
        """Whether ``result`` need not wait."""
        return self._done.is_set()

    def result(self) -> T:
        """Wait for the call, and return or raise what it did."""
        self._done.wait()
        if self._error is not None:
            raise self._error
        return cast("T", self._value)
