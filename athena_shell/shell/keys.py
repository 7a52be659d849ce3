"""What the keys do at the prompt, beyond the terminal library's own bindings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import (
    Condition,
    completion_is_selected,
    emacs_insert_mode,
    has_focus,
    vi_insert_mode,
)
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from athena_shell.core.records import dataclass

_INDENT = "    "
_TURN = 0.02  # seconds between two looks for suggestions
_TURNS = 150


@dataclass(frozen=True)
class Keys:
    """What the bindings need of the shell.

    Args:
        ends: whether Enter submits this text.
        edit: returns the text as the user left it in the editor.
        toggle: changes a setting to its next value by name.
    """

    ends: Callable[[str], bool]
    edit: Callable[[str], str]
    toggle: Callable[[str], None]

    def bindings(self) -> KeyBindings:
        """Return the bindings."""
        bindings = KeyBindings()
        typing = has_focus(DEFAULT_BUFFER)
        bindings.add("enter", filter=typing & completion_is_selected)(_take_completion)
        bindings.add("enter", filter=typing & ~completion_is_selected)(self._enter)
        # With vi keys Escape leaves insert mode, and Enter behind it runs what is typed.
        bindings.add("escape", "enter", filter=typing & emacs_insert_mode)(_new_line)
        bindings.add("c-x", "c-e", filter=typing)(self._edit)
        bindings.add("f9", filter=typing)(self._edit)
        bindings.add("f2")(lambda _: self.toggle("completion"))
        bindings.add("f3")(lambda _: self.toggle("multi_line"))
        bindings.add("f4")(lambda _: self.toggle("key_bindings"))
        bindings.add("tab", filter=typing & Condition(_only_blanks_before))(_indent)
        writing = typing & (emacs_insert_mode | vi_insert_mode)
        bindings.add(")", filter=writing & Condition(_only_blanks_before))(_close_bracket)
        bindings.add("tab", filter=typing & ~Condition(_only_blanks_before))(_complete)
        return bindings

    def _enter(self, event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if self.ends(buffer.text):
            buffer.cancel_completion()
            buffer.validate_and_handle()
        else:
            _break_line(buffer)

    def _edit(self, event: KeyPressEvent) -> None:
        from prompt_toolkit.application import run_in_terminal

        buffer = event.current_buffer

        def edit() -> None:
            buffer.text = self.edit(buffer.text)
            buffer.cursor_position = len(buffer.text)

        run_in_terminal(edit)


def _take_completion(event: KeyPressEvent) -> None:
    """Close the menu; what was chosen in it is in the text already."""
    event.current_buffer.complete_state = None


def _new_line(event: KeyPressEvent) -> None:
    _break_line(event.current_buffer)


def _break_line(buffer: Buffer) -> None:
    """Begin a new line where the statement goes on."""
    from athena_shell.sql.indentation import next_margin

    buffer.cancel_completion()
    margin = next_margin(buffer.document.text_before_cursor)
    buffer.insert_text("\n" + margin)


def _close_bracket(event: KeyPressEvent) -> None:
    """Put a closing bracket under the line of the one it closes."""
    from athena_shell.sql.indentation import closing_margin

    buffer = event.current_buffer
    buffer.delete_before_cursor(len(buffer.document.current_line_before_cursor))
    buffer.insert_text(closing_margin(buffer.document.text_before_cursor) + event.data)


def _only_blanks_before() -> bool:
    document = get_app().current_buffer.document
    return not document.current_line_before_cursor.strip() and bool(document.text.strip())


def _indent(event: KeyPressEvent) -> None:
    event.current_buffer.insert_text(_INDENT)


def _complete(event: KeyPressEvent) -> None:
    """Choose the next suggestion; when there is none yet, the first one as soon as it is there."""
    buffer = event.current_buffer
    if buffer.complete_state is not None and buffer.complete_state.completions:
        buffer.complete_next()
        return
    buffer.start_completion()
    event.app.create_background_task(_choose_first(buffer))


async def _choose_first(buffer: Buffer) -> None:
    """Wait for suggestions to the text as it is now, and choose the first."""
    text = buffer.text
    for _ in range(_TURNS):
        await asyncio.sleep(_TURN)
        if buffer.text != text:
            return
        state = buffer.complete_state
        if state is not None and state.completions:
            if state.complete_index is None:
                buffer.complete_next()
            return
