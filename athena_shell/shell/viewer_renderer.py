"""Draws a screen of lines by rewriting the lines that changed.

The terminal library keeps a cell for every character of the screen; on a large terminal that costs
more time than a key leaves. A grid changes by whole lines, and those are cheap to compare.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.layout import Layout
from prompt_toolkit.mouse_events import MouseEvent
from prompt_toolkit.renderer import Renderer
from prompt_toolkit.styles import Style

from athena_shell.output.viewport import Line

Draw = Callable[[int, int], list[Line]]
"""Returns the lines for a width and a height."""


class LineRenderer(Renderer):
    """A full-screen renderer of lines; the library still sets the terminal up and resets it.

    Args:
        app: whose style, output and mouse setting are used.
        draw: yields what to draw.
        mouse: hears mouse events.
    """

    def __init__(
        self, app: Application[Any], draw: Draw, mouse: Callable[[MouseEvent], None]
    ) -> None:
        style = app.style or Style([])
        super().__init__(style, app.output, full_screen=True, mouse_support=app.mouse_support)
        self._draw = draw
        self._mouse = mouse
        self._drawn: list[Line] = []
        self._attributes: dict[str, Any] = {}

    def render(self, app: Application[Any], layout: Layout, is_done: bool = False) -> None:  # noqa: FBT001, FBT002 - the library's signature
        """Draw the lines that are not on the screen yet."""
        size = self.output.get_size()
        if is_done or self._last_screen is None or self._last_size != size:
            super().render(app, layout, is_done=is_done)
            self._drawn = []
            if is_done:
                return
            self.mouse_handlers.set_mouse_handler_for_range(
                0, size.columns, 0, size.rows, self._mouse
            )
        lines = self._draw(size.columns, size.rows)
        output = self.output
        output.disable_autowrap()
        for number, line in enumerate(lines):
            if number >= len(self._drawn) or self._drawn[number] != line:
                output.cursor_goto(number + 1, 1)
                self._write(line, app)
        output.flush()
        self._drawn = lines

    def _write(self, line: Line, app: Application[Any]) -> None:
        output = self.output
        output.erase_end_of_line()  # before, since the cursor stays on a line's last character
        for style, text in line:
            attributes = self._attributes.get(style)
            if attributes is None:
                attributes = self.style.get_attrs_for_style_str(f"class:viewer.{style}")
                self._attributes[style] = attributes
            output.set_attributes(attributes, app.color_depth)
            output.write(text)
        output.reset_attributes()
