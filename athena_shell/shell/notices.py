"""Talk that comes by itself: above the prompt when one is shown, before the next one otherwise."""

from __future__ import annotations

import threading
from collections.abc import Callable

from athena_shell.shell.console import Console
from athena_shell.shell.theme import Role

Above = Callable[[Callable[[], None]], bool]
"""Runs a writer above the shown prompt from any thread; false when no prompt is shown."""


class Notices:
    """Collects notices from any thread.

    Args:
        console: where they are written.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._waiting: list[str] = []
        self.above: Above = lambda _: False

    def add(self, text: str) -> None:
        """Show a notice as soon as that disturbs nothing."""
        with self._lock:
            self._waiting.append(text)
        self.above(self.flush)

    def shown(self) -> None:
        """Show above a prompt what came while it was on its way to the screen."""
        if self._waiting:
            self.above(self.flush)

    def flush(self) -> None:
        """Write what has come; call it where writing disturbs nothing."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for text in waiting:
            self._console.say(text, Role.NOTICE)
