"""The hint line: what the cursor is in, found out on a thread so that no key waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from athena_shell.output.sanitize import sanitize

if TYPE_CHECKING:
    from prompt_toolkit.formatted_text import StyleAndTextTuples

    from athena_shell.completion.hint import Hint

LEAST_WIDTH: Final = 40
"""Columns below which there is no room for a hint."""

_TEXT: Final = "class:bottom-toolbar.hint"
_ARGUMENT: Final = "class:bottom-toolbar.argument"
_CUT: Final = "…"
_LEAVE_SECONDS: Final = 1.0

Find = Callable[[str, int], "Hint | None"]
"""Text and cursor to what there is to say."""


class Hints:
    """Finds hints for a text that is being typed; only the newest question is answered.

    Args:
        find: finds the hint; is called on the hints' own thread.
        changed: told, on that thread, that another hint is there.
        broken: told of the first unexpected error; hints end then, typing goes on.
    """

    def __init__(
        self,
        find: Find,
        changed: Callable[[], None],
        broken: Callable[[BaseException], None] = lambda _: None,
    ) -> None:
        self._find = find
        self._changed = changed
        self._broken = broken
        self._condition = threading.Condition()
        self._asked: tuple[str, int] = ("", 0)
        self._waiting = False
        self._hint: Hint | None = None
        self._thread: threading.Thread | None = None
        self._is_over = False

    def at(self, text: str, cursor: int) -> Hint | None:
        """Return the newest hint there is, and ask for the one of this place; never waits."""
        if self._asked == (text, cursor) or self._is_over:
            return self._hint
        with self._condition:
            self._asked = (text, cursor)
            if not text:
                self._waiting, self._hint = False, None
                return None
            self._waiting = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="hints", daemon=True)
                self._thread.start()
            self._condition.notify_all()
        return self._hint

    def close(self) -> None:
        """End the thread; hints end with it."""
        with self._condition:
            self._is_over = True
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join(_LEAVE_SECONDS)

    def _work(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._waiting or self._is_over)
                if self._is_over:
                    return
                self._waiting = False
                asked = self._asked
            try:
                found = self._find(*asked)
            except Exception as error:  # noqa: BLE001 - a fault here must not take the prompt away
                self._is_over, found = True, None
                self._broken(error)
            self._answer(asked, found)

    def _answer(self, asked: tuple[str, int], found: Hint | None) -> None:
        with self._condition:
            if asked[0] and not self._asked[0]:
                return  # submitted meanwhile: the next prompt starts without a hint
            changed, self._hint = found != self._hint, found
        if changed:
            self._changed()


def hint_line(hint: Hint, width: int) -> StyleAndTextTuples:
    """Return a hint on one line of a width, cut so that the marked argument is on it."""
    text, start, end = hint.text, hint.start, hint.end
    room = width - 1
    if len(text) > room:
        first = max(0, min(end + len(_CUT) - room, start - len(_CUT)))
        if first:
            text, start, end = _CUT + text[first + 1 :], start - first, end - first
        if len(text) > room:
            text = text[: room - len(_CUT)] + _CUT
    pieces = [(_TEXT, text[:start]), (_ARGUMENT, text[start:end]), (_TEXT, text[end:])]
    return [(style, sanitize(piece)) for style, piece in pieces if piece]
