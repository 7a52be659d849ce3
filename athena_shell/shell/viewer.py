"""The full-screen result viewer on a terminal."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from prompt_toolkit.application import Application
from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.mouse_events import MouseEvent, MouseEventType
from prompt_toolkit.styles import Style

from athena_shell.core.model import Column, Row
from athena_shell.output.grid import Grid
from athena_shell.output.intermission import Intermission
from athena_shell.output.options import FormatOptions
from athena_shell.output.rowstore import RowStore
from athena_shell.output.sanitize import sanitize
from athena_shell.shell.viewer_keys import BINDINGS
from athena_shell.shell.viewer_model import ViewerModel
from athena_shell.shell.viewer_parts import Abilities, Task
from athena_shell.shell.viewer_renderer import LineRenderer

if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output

_GROUP: Final = 500
_WHEEL: Final = 3
_SOON_DONE: Final = 20_000  # cells that are worked through between two keys
_ESCAPE_DELAY: Final = 0.05
_COLORS: Final = {
    "viewer.header": "bold underline",
    "viewer.header.current": "bold underline reverse",
    "viewer.type": "italic ansibrightblack",
    "viewer.type.current": "italic",
    "viewer.line": "ansibrightblack",
    "viewer.null": "ansibrightblack italic",
    "viewer.cursor": "reverse",
    "viewer.row": "bold",
    "viewer.match": "bg:ansiyellow ansiblack",
    "viewer.status": "reverse",
    "viewer.question": "bold",
}
_PLAIN: Final = {
    "viewer.header": "bold underline",
    "viewer.header.current": "bold underline reverse",
    "viewer.cursor": "reverse",
    "viewer.row": "bold",
    "viewer.match": "underline bold",
    "viewer.status": "reverse",
    "viewer.question": "bold",
}


@dataclass(frozen=True)
class Terminal:
    """The devices of a look at a result; ``None`` means the process's own."""

    input: Input | None = None
    output: Output | None = None


def view(
    columns: Sequence[Column],
    rows: Iterator[Row],
    options: FormatOptions,
    abilities: Abilities | None = None,
    terminal: Terminal | None = None,
    intermission: Intermission | None = None,
) -> None:
    """Show a result full-screen until the user leaves; rows are fetched only as they are needed.

    Args:
        columns: at least one.
        rows: the result, read on another thread.
        options: how values look.
        abilities: what may leave the viewer; its ``copy`` is replaced by the terminal's own when
            it is given at all.
        terminal: where to show it.
        intermission: asks for a login that the next rows need; the viewer is left meanwhile.

    Raises:
        AthenaShellError: a page could not be fetched; raised once the viewer is closed.
    """
    store = RowStore(len(columns))
    try:
        look = _View(
            columns, rows, store, options, abilities or Abilities(), terminal or Terminal()
        )
        look.run(intermission or Intermission())
    finally:
        store.close()


class _View:
    """One look at a result: the model, the loader and the application around them."""

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Iterator[Row],
        store: RowStore,
        options: FormatOptions,
        abilities: Abilities,
        terminal: Terminal,
    ) -> None:
        if abilities.copy is not None:
            abilities = replace(abilities, copy=self._copy)
        self._model = ViewerModel(Grid(columns, store), options, abilities)
        self._rows = rows
        self._loading = False
        self._waiting: list[Row] | None = None
        self._failure: BaseException | None = None
        self._changes: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._app: Application[None] = Application(
            layout=Layout(Window(always_hide_cursor=True)),
            key_bindings=self._bindings(),
            style=Style.from_dict(_COLORS if options.color else _PLAIN),
            full_screen=True,
            mouse_support=True,
            input=terminal.input,
            output=terminal.output,
            before_render=self._before_render,
        )
        self._app.renderer = LineRenderer(self._app, self._model.lines, self._mouse)
        self._app.timeoutlen = _ESCAPE_DELAY
        self._app.ttimeoutlen = _ESCAPE_DELAY

    def run(self, intermission: Intermission) -> None:
        """Show it; raise what went wrong while rows were fetched."""
        rows = list(islice(self._rows, _GROUP))
        self._model.append(rows, more=len(rows) == _GROUP)
        with intermission.on_screen(self._step_aside):
            self._app.run()
            while intermission.wanted and not self._model.left:
                intermission.hold()
                self._app.run()
        if self._failure is not None:
            raise self._failure

    def _step_aside(self) -> bool:
        """Leave the screen for a question."""

        def leave() -> None:
            if not self._app.is_done:
                self._app.exit()

        self._later(leave)
        return True

    # --- rows on their way ---

    def _before_render(self, _app: Application[None]) -> None:
        self._catch_up()
        if not self._loading and self._model.wants and not self._model.busy:
            self._loading = True
            threading.Thread(target=self._load, name="viewer", daemon=True).start()

    def _load(self) -> None:
        rows: list[Row] = []
        try:
            rows = list(islice(self._rows, _GROUP))
        except BaseException as error:  # noqa: BLE001 - raised again when the viewer closes
            self._failure = error
        self._later(lambda: self._loaded(rows))

    def _loaded(self, rows: list[Row]) -> None:
        if self._model.busy:  # a filter or an order is being worked out on the rows as they are
            self._waiting = rows
            return
        self._loading = False
        self._waiting = None
        self._model.append(rows, more=len(rows) == _GROUP)
        if self._failure is not None:
            self._model.failed(str(self._failure))

    def _later(self, change: Callable[[], None]) -> None:
        """Make a change on the screen's thread and draw it, once the screen is there."""
        self._changes.put(change)
        loop = self._app.loop
        if loop is not None and not loop.is_closed():
            with suppress(RuntimeError):  # it was closed this very moment
                loop.call_soon_threadsafe(self._app.invalidate)

    def _catch_up(self) -> None:
        with suppress(Empty):
            while True:
                self._changes.get_nowait()()

    # --- keys and mouse ---

    def _mouse(self, event: MouseEvent) -> None:
        steps = {MouseEventType.SCROLL_UP: -_WHEEL, MouseEventType.SCROLL_DOWN: _WHEEL}
        step = steps.get(event.event_type)
        viewport = self._model.viewport
        if step is not None and self._model.page is None:
            viewport.scroll(step)
        elif step is not None:
            for _ in range(_WHEEL):
                self._model.press("up" if step < 0 else "down")
        elif event.event_type is MouseEventType.MOUSE_UP and self._model.page is None:
            viewport.go(row=viewport.top + event.position.y - viewport.header_lines)

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        asking = Condition(lambda: self._model.question is not None)
        for binding in BINDINGS:
            for key in binding.keys:
                bindings.add(key, filter=~asking)(self._pressed(binding.action))
        bindings.add("escape", eager=True)(lambda _: self._model.escape())
        bindings.add("enter", filter=asking)(lambda _: self._start(self._model.answer()))
        bindings.add("backspace", filter=asking)(lambda _: self._model.erase())
        bindings.add("c-c", filter=asking)(lambda _: self._model.escape())
        bindings.add("c-u", filter=asking)(lambda _: self._clear())
        bindings.add(Keys.Any, filter=asking)(lambda event: self._model.type(event.data))
        bindings.add(Keys.BracketedPaste, filter=asking)(lambda event: self._model.type(event.data))
        return bindings

    def _clear(self) -> None:
        while self._model.question is not None and self._model.question.text:
            self._model.erase()

    def _pressed(self, action: str) -> Callable[[KeyPressEvent], None]:
        def handler(event: KeyPressEvent) -> None:
            if action == "redraw":
                event.app.renderer.clear()
            self._start(self._model.press(action))
            if self._model.left:
                event.app.exit()

        return handler

    def _start(self, task: Task | None) -> None:
        if task is None:
            return
        if self._model.grid.loaded * len(self._model.grid.columns) < _SOON_DONE:
            self._worked(task, *_outcome(task))
            return
        self._model.busy = True
        threading.Thread(target=self._work, args=(task,), name="viewer-task", daemon=True).start()

    def _work(self, task: Task) -> None:
        result, failure = _outcome(task)
        self._later(lambda: self._worked(task, result, failure))

    def _worked(self, task: Task, result: object, failure: Exception | None) -> None:
        self._model.busy = False
        self._model.message = ""
        if failure is None:
            task.done(result)
        else:
            self._model.message = sanitize(str(failure))
        if self._waiting is not None:
            self._loaded(self._waiting)

    def _copy(self, text: str) -> None:
        encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
        self._app.output.write_raw(f"\x1b]52;c;{encoded}\x07")
        self._app.output.flush()


def _outcome(task: Task) -> tuple[Any, Exception | None]:
    try:
        return task.work(), None
    except Exception as error:  # noqa: BLE001 - shown in the status line
        return None, error
