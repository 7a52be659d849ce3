"""SIGTERM and SIGHUP between statements and while results are written: an orderly end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from athena_shell.core.errors import ExitCode
from athena_shell.query.control import StopReason

_REASONS: Final = {
    signal.SIGTERM: (StopReason.TERMINATE, ExitCode.TERMINATED),
    signal.SIGHUP: (StopReason.HANGUP, ExitCode.HANGUP),
}


class EndSignal(KeyboardInterrupt):
    """The program was asked to end; travels as Ctrl-C does."""

    def __init__(self, reason: StopReason, code: ExitCode) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


@contextmanager
def end_signals() -> Iterator[None]:
    """Raise EndSignal for SIGTERM and SIGHUP, on the main thread; elsewhere change nothing.

    While a statement runs, the foreground hears these signals instead and stops the query.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _end) for number in _REASONS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _frame: FrameType | None) -> None:
    raise EndSignal(*_REASONS[signal.Signals(number)])
