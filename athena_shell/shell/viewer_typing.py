"""Keys in the order they were typed: none is lost while the viewer is busy."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from athena_shell.shell.viewer_keys import ACTION_OF
from athena_shell.shell.viewer_model import ViewerModel
from athena_shell.shell.viewer_parts import Task

_ANSWERED: Final = frozenset({"enter", "escape", "c-c"})


class Typing:
    """The keys on their way to the model; those that must wait are carried out later, in order.

    Leaving waits for nothing, and Escape gives up what is waited for.

    Args:
        model: what the keys are for.
        start: runs the work that a key asks for.
    """

    def __init__(self, model: ViewerModel, start: Callable[[Task], None]) -> None:
        self._model = model
        self._start = start
        self._waiting: deque[tuple[str, str]] = deque()

    def take(self, key: str, text: str = "") -> None:
        """Take a key: its name, and what it types."""
        model = self._model
        held = bool(self._waiting) or model.holds_back(key)
        if held and ACTION_OF.get(key) == "leave" and (key == "c-c" or not self._asked_by_then()):
            self._waiting.clear()
            model.left = True
        elif held and key == "escape" and not model.busy and not self._asked_by_then():
            self._waiting.clear()
            model.waiting = False
            model.loading.stop()
        else:
            if held:
                model.loading.reach_on()
            self._waiting.append((key, text))
            self.go_on()

    def go_on(self) -> None:
        """Carry out the keys that need not wait any longer."""
        model = self._model
        while self._waiting and not model.left and not model.holds_back(self._waiting[0][0]):
            task = model.strike(*self._waiting.popleft())
            if task is not None:
                self._start(task)
        model.waiting = bool(self._waiting)

    def _asked_by_then(self) -> bool:
        """Whether a question is open once the waiting keys are carried out."""
        asked = self._model.question is not None
        for key, _ in self._waiting:
            asked = key not in _ANSWERED if asked else _asks(key)
        return asked


def _asks(key: str) -> bool:
    return ACTION_OF.get(key, "").startswith("ask_") or (key.isdecimal() and key not in ACTION_OF)
