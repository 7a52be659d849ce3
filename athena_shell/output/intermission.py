"""The pause in which a person logs in while a result is looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from athena_shell.core.errors import LoginRequired


def _refuse(error: LoginRequired) -> None:
    raise error


def _stay() -> None:
    """Do nothing to come back."""


class Intermission:
    """Lets whoever reads rows have a person asked, on the thread that owns the terminal.

    While a pager or the viewer has the terminal, rows are read on another thread: it waits until
    the owner has left the screen, has asked by ``hold`` and is back.

    Args:
        ask: gets a person to renew the login, or raises LoginRequired.
    """

    def __init__(self, ask: Callable[[LoginRequired], None] = _refuse) -> None:
        self._ask = ask
        self._owner: int | None = None
        self._announce: Callable[[], bool] | None = None
        self._wanted: LoginRequired | None = None
        self._refused: LoginRequired | None = None
        self._over = threading.Event()
        self._lock = threading.Lock()

    @property
    def wanted(self) -> bool:
        """Whether a reader waits for the person."""
        with self._lock:
            return self._wanted is not None

    @contextmanager
    def on_screen(self, announce: Callable[[], bool]) -> Iterator[None]:
        """Give the terminal to somebody else; who must ask waits for ``hold``.

        Args:
            announce: called on the reading thread when a person must be asked; makes the owner
                call ``hold`` soon, and returns false when it will not.
        """
        self._owner, self._announce = threading.get_ident(), announce
        try:
            yield
        finally:
            with self._lock:
                self._announce = None
            if self._wanted is not None:  # the user has left: nobody wants the rest
                self._answer(self._wanted)

    def require(self, error: LoginRequired) -> None:
        """Return when the login works again; raises LoginRequired when nothing came of it."""
        with self._lock:
            announce = self._announce
            if announce is not None:
                self._refused = None
                self._over.clear()
                if not announce():
                    raise error
                self._wanted = error
        if announce is not None:
            self._over.wait()
            if self._refused is not None:
                raise self._refused
        elif self._owner in {None, threading.get_ident()}:
            self._ask(error)
        else:  # a reader that outlived its screen
            raise error

    def hold(self, back: Callable[[], None] = _stay) -> None:
        """Ask the person, come back, and let the reader go on.

        A refusal is told by the reader, and without coming back.

        Args:
            back: takes the screen again, before the reader goes on.
        """
        error = refused = self._wanted
        if error is None:
            return
        try:
            self._ask(error)
            back()
            refused = None
        except LoginRequired as again:
            refused = again
        finally:
            self._answer(refused)

    def _answer(self, refused: LoginRequired | None) -> None:
        self._refused, self._wanted = refused, None
        self._over.set()
