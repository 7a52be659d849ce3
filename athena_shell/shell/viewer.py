"""The full-screen result viewer on a terminal."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from prompt_toolkit.application import Application
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.mouse_events import MouseEvent, MouseEventType
from prompt_toolkit.styles import Style

from athena_shell.core.model import Column, Row
from athena_shell.core.records import dataclass
from athena_shell.output.grid import Grid
from athena_shell.output.intermission import Intermission
from athena_shell.output.options import FormatOptions
from athena_shell.output.rowstore import RowStore
from athena_shell.shell.keyboard import typed_ahead_kept
from athena_shell.shell.viewer_keys import ACTION_OF
from athena_shell.shell.viewer_model import ViewerModel
from athena_shell.shell.viewer_parts import Abilities, Task
from athena_shell.shell.viewer_renderer import LineRenderer
from athena_shell.shell.viewer_typing import Typing

if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output

_GROUP: Final = 500
_WHEEL: Final = 3
_SOON_DONE: Final = 20_000  # cells that are worked through between two keys
_ESCAPE_DELAY: Final = 0.05
_EDITING: Final = ("escape", "backspace", "c-w")
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
        self._typing = Typing(self._model, self._start)
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
        self._model.loading.append(rows, more=len(rows) == _GROUP)
        with typed_ahead_kept(self._app.input), intermission.on_screen(self._step_aside):
            self._app.run()
            while intermission.wanted and not self._model.left:
                with typed_ahead_kept(self._app.input):
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
        if not self._loading and self._model.loading.wants and not self._model.busy:
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
        self._model.loading.append(rows, more=len(rows) == _GROUP)
        if self._failure is not None:
            self._model.loading.failed(str(self._failure))
        self._go_on()

    def _go_on(self) -> None:
        self._typing.go_on()
        self._leave_if_done()

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
            self._click(event.position.x, event.position.y)

    def _click(self, x: int, y: int) -> None:
        """Choose the cell, or the column whose name was clicked."""
        viewport = self._model.viewport
        if y < viewport.height:  # above the status line
            below = y - viewport.header_lines
            viewport.go(viewport.top + below if below >= 0 else None, viewport.place_at(x))

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        for key in (*ACTION_OF, *_EDITING):
            if len(key) > 1:
                bindings.add(key, eager=key == "escape")(self._struck(key))
        bindings.add("c-z")(lambda event: event.app.suspend_to_background())
        bindings.add(Keys.Any)(self._any)
        bindings.add(Keys.BracketedPaste)(lambda event: self._typed(event, "paste", event.data))
        return bindings

    def _struck(self, key: str) -> Callable[[KeyPressEvent], None]:
        def handler(event: KeyPressEvent) -> None:
            self._typed(event, key)

        return handler

    def _any(self, event: KeyPressEvent) -> None:
        if not isinstance(event.key_sequence[0].key, Keys):  # those without a meaning here
            self._typed(event, event.data, event.data)

    def _typed(self, event: KeyPressEvent, key: str, text: str = "") -> None:
        if ACTION_OF.get(key) == "redraw":
            event.app.renderer.clear()
        else:
            self._typing.take(key, text)
            self._leave_if_done()

    def _leave_if_done(self) -> None:
        if self._model.left and not self._app.is_done:
            self._app.exit()

    def _start(self, task: Task) -> None:
        if self._model.grid.loaded * len(self._model.grid.columns) < _SOON_DONE:
            self._worked(task, *_outcome(task))
            return
        self._model.busy = True
        threading.Thread(target=self._work, args=(task,), name="viewer-task", daemon=True).start()

    def _work(self, task: Task) -> None:
        result, failure = _outcome(task)

        def back() -> None:
            self._worked(task, result, failure)
            if self._waiting is not None:
                self._loaded(self._waiting)
            self._go_on()

        self._later(back)

    def _worked(self, task: Task, result: object, failure: Exception | None) -> None:
        self._model.busy = False
        self._model.message = ""
        if failure is None:
            task.done(result)
        else:
            self._model.say(str(failure))

    def _copy(self, text: str) -> None:
        encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
        self._app.output.write_raw(f"\x1b]52;c;{encoded}\x07")
        self._app.output.flush()


def _outcome(task: Task) -> tuple[Any, Exception | None]:
    try:
        return task.work(), None
    except Exception as error:  # noqa: BLE001 - shown in the status line
        return None, error
