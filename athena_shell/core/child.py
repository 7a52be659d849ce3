"""A program that has the terminal for a while: a pager, an editor, a line of the user's own."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interrupts_left_to_the_child() -> Iterator[None]:
    """Do nothing on Ctrl-C while a child owns the terminal; it receives its own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # A function, as a child inherits signals that are ignored, but not those that are handled.
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def how_it_ended(code: int) -> str:
    """Return text such as ``with 3``, or ``by SIGINT`` for a child that a signal has ended."""
    if code >= 0:
        return f"with {code}"
    try:
        return f"by {signal.Signals(-code).name}"
    except ValueError:
        return f"by signal {-code}"
