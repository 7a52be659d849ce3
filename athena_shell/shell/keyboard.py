"""The keyboard while no prompt is shown: typed keys wait, unseen, for the next prompt."""

from __future__ import annotations

import os
import select
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from prompt_toolkit.input import Input

_LOCAL_FLAGS: Final = 3
_CONTROL: Final = 6
_BLOCK: Final = 4096
_ENOUGH: Final = 1 << 20


class Keyboard:
    """The terminal's input side.

    Args:
        stdin: the stream keys come from; anything but a terminal makes every method do nothing.
    """

    def __init__(self, stdin: TextIO | None = None) -> None:
        stream = stdin or sys.stdin
        try:
            self._descriptor = stream.fileno() if stream.isatty() else -1
        except (OSError, ValueError):
            self._descriptor = -1
        self._waiting = bytearray()

    @property
    def is_taken(self) -> bool:
        """Whether another program reads single keys from the terminal, as a pager does."""
        if self._descriptor < 0:
            return False
        return not termios.tcgetattr(self._descriptor)[_LOCAL_FLAGS] & termios.ICANON

    @contextmanager
    def unechoed(self) -> Iterator[None]:
        """Do not echo what is typed inside the block; it waits for whoever reads next."""
        if self._descriptor < 0:
            yield
            return
        before = termios.tcgetattr(self._descriptor)
        changed = termios.tcgetattr(self._descriptor)
        changed[_LOCAL_FLAGS] &= ~termios.ECHO
        termios.tcsetattr(self._descriptor, termios.TCSANOW, changed)
        try:
            yield
        finally:
            termios.tcsetattr(self._descriptor, termios.TCSANOW, before)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Neither echo nor lose what is typed inside the block; Ctrl-C stays a signal."""
        if self._descriptor < 0:
            yield
            return
        before = termios.tcgetattr(self._descriptor)
        changed = termios.tcgetattr(self._descriptor)
        changed[_LOCAL_FLAGS] &= ~(termios.ECHO | termios.ICANON)
        changed[_CONTROL][termios.VMIN] = 1
        changed[_CONTROL][termios.VTIME] = 0
        termios.tcsetattr(self._descriptor, termios.TCSANOW, changed)
        try:
            yield
        finally:
            self._take()
            termios.tcsetattr(self._descriptor, termios.TCSANOW, before)

    def _take(self) -> None:
        """Read what was typed, so that a pager does not take it for its own keys."""
        while len(self._waiting) < _ENOUGH:
            ready, _, _ = select.select([self._descriptor], [], [], 0)
            if not ready:
                return
            data = os.read(self._descriptor, _BLOCK)
            if not data:
                return
            self._waiting += data

    def replay(self, prompt_input: Input) -> None:
        """Give what was typed meanwhile to the next prompt."""
        if not self._waiting:
            return
        from prompt_toolkit.input.typeahead import store_typeahead
        from prompt_toolkit.input.vt100_parser import Vt100Parser
        from prompt_toolkit.key_binding import KeyPress

        pressed: list[KeyPress] = []
        parser = Vt100Parser(pressed.append)
        parser.feed_and_flush(self._waiting.decode("utf-8", "surrogateescape"))
        self._waiting.clear()
        store_typeahead(prompt_input, pressed)
