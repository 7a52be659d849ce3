"""The keyboard while no prompt is shown: typed keys wait, unseen, for the next prompt."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, TextIO

if TYPE_CHECKING:
    from prompt_toolkit.input import Input

_LOCAL_FLAGS: Final = 3
_CONTROL: Final = 6
_BLOCK: Final = 4096
_ENOUGH: Final = 1 << 20
_INTERRUPT: Final = b"\x03"


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
        self._struck = False

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
        """Neither echo nor lose what is typed inside the block; Ctrl-C stays a signal.

        So it is again after Ctrl-Z and ``fg``: a shell gives its jobs the terminal as it likes it.
        """
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
            with self._each_time_in_front(changed):
                yield
        finally:
            with suppress(OSError, termios.error):  # a terminal that is gone needs nothing
                self._take()
                termios.tcsetattr(self._descriptor, termios.TCSANOW, before)

    @contextmanager
    def _each_time_in_front(self, attributes: list[Any]) -> Iterator[None]:
        """Give the terminal these attributes each time the program goes on in the foreground."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def go_on(_number: int, _frame: FrameType | None) -> None:
            with suppress(OSError, termios.error):  # a terminal that is gone needs nothing
                if os.tcgetpgrp(self._descriptor) == os.getpgrp():
                    termios.tcsetattr(self._descriptor, termios.TCSANOW, attributes)

        before = signal.signal(signal.SIGCONT, go_on)
        try:
            yield
        finally:
            signal.signal(signal.SIGCONT, before)

    def listen_back(self, prompt_input: Input) -> None:
        """Look for a Ctrl-C among the keys that came together with Enter, too late for the prompt.

        What was typed before it is dropped, as a terminal does; what came after it stays.
        """
        from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
        from prompt_toolkit.keys import Keys

        pressed = get_typeahead(prompt_input)
        places = [place for place, key in enumerate(pressed) if key.key == Keys.ControlC]
        self._struck = bool(places)
        store_typeahead(prompt_input, pressed[places[-1] + 1 :] if places else pressed)

    def forget_unread(self) -> None:
        """Drop what was typed and not read yet."""
        if self._descriptor >= 0:
            termios.tcflush(self._descriptor, termios.TCIFLUSH)

    def take_interrupt(self) -> bool:
        """Whether Ctrl-C was pressed since the prompt was left, before anybody heard signals."""
        if self._descriptor >= 0:
            self._take()
        _, struck, after = self._waiting.rpartition(_INTERRUPT)
        if struck:
            self._waiting = after
        found = self._struck or bool(struck)
        self._struck = False
        return found

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


@contextmanager
def typed_ahead_kept(prompt_input: Input) -> Iterator[None]:
    """Keep keys that were read too early from whoever reads inside the block."""
    from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead

    kept = get_typeahead(prompt_input)
    try:
        yield
    finally:
        since = get_typeahead(prompt_input)
        store_typeahead(prompt_input, [*kept, *since])
