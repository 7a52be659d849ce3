"""SIGTERM and SIGHUP while no query runs: the shell ends in order and says so by its exit code."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from athena_shell.core.errors import ExitCode

_CODES: Final = {
    signal.SIGTERM: ExitCode.TERMINATED,
    signal.SIGHUP: ExitCode.HANGUP,
}


class Ended(BaseException):
    """The program was asked to end from outside."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def ending_in_order(leave_prompt: Callable[[BaseException], bool]) -> Iterator[None]:
    """Turn the signals into Ended for a while; off the main thread change nothing.

    Args:
        leave_prompt: makes a shown prompt raise the exception; false when none is shown.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _frame: FrameType | None) -> None:
        ended = Ended(_CODES[signal.Signals(number)])
        if not leave_prompt(ended):
            raise ended

    before = {number: signal.signal(number, end) for number in _CODES}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
