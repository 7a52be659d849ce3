"""The result viewer's keys: one table for the bindings and for its help."""

from __future__ import annotations

from typing import Final

from athena_shell.core.records import dataclass


@dataclass(frozen=True)
class Binding:
    """Keys that all do the same.

    Args:
        keys: in the terminal library's names.
        action: the method of the model that is called.
        shown: the keys as help shows them; empty leaves them out of help.
        summary: what they do.
    """

    keys: tuple[str, ...]
    action: str
    shown: str = ""
    summary: str = ""


BINDINGS: Final = (
    Binding(("up", "k"), "up", "↑ ↓ ← →, h j k l", "move by a row or a column"),
    Binding(("down", "j"), "down"),
    Binding(("left", "h", "s-tab"), "left"),
    Binding(("right", "l", "tab"), "right"),
    Binding(("pagedown", " ", "c-f"), "page_down", "Space b, PgDn PgUp", "move by a page"),
    Binding(("pageup", "b", "c-b"), "page_up"),
    Binding(("d", "c-d"), "half_down", "d u", "move by half a page"),
    Binding(("u", "c-u"), "half_up"),
    Binding(("<", "s-left"), "screen_left", "< >", "move sideways by a screen of columns"),
    Binding((">", "s-right"), "screen_right"),
    Binding(("home", "0", "^"), "first_column", "Home End", "first or last column"),
    Binding(("end", "$"), "last_column"),
    Binding(("g", "c-home"), "first_row", "g G", "first row, last loaded row; G again: the end"),
    Binding(("G", "c-end"), "last_row"),
    Binding((":",), "ask_jump", ": 123, : name, : $", "jump to a row, to a column, to the end"),
    Binding(("/",), "ask_search", "/ n N", "search, next match, match before"),
    Binding(("n",), "next_match"),
    Binding(("N",), "match_before"),
    Binding(("f", "&"), "ask_filter", "f", "filter the loaded rows by this column"),
    Binding(("s",), "sort", "s", "sort the loaded rows by this column: up, down, off"),
    Binding(("enter",), "show_cell", "Enter", "the whole value"),
    Binding(("v", "r"), "show_record", "v", "the whole row; ← → there turn to the next"),
    Binding(("i", "I"), "show_statistics", "i", "count, missing, distinct, least and greatest"),
    Binding(("w", "_"), "widen", "w", "as wide as the values, or as usual"),
    Binding(("z", "!"), "freeze", "z", "keep the columns up to this one in sight"),
    Binding(("-",), "hide", "- +", "hide this column, show all"),
    Binding(("+",), "show_all"),
    Binding(("[", "H"), "carry_left", "[ ]", "move this column"),
    Binding(("]", "L"), "carry_right"),
    Binding(("y",), "copy_cell", "y Y c", "copy the value, the row, the column"),
    Binding(("Y",), "copy_row"),
    Binding(("c",), "copy_column"),
    Binding(("e",), "ask_export", "e", "export the rows shown to a file"),
    Binding(("?", "f1"), "show_help", "?", "this help"),
    Binding(("q", "Q", "c-c"), "leave", "q", "leave"),
    Binding(("c-l",), "redraw"),
)
"""Every key outside a question; Escape closes what is open, a digit begins a jump."""

ACTION_OF: Final = {key: item.action for item in BINDINGS for key in item.keys}
"""What each key does."""


def help_text() -> str:
    """Return the help page."""
    rows = [(item.shown, item.summary) for item in BINDINGS if item.shown]
    width = max(len(shown) for shown, _ in rows)
    keys = "\n".join(f"{shown:<{width}}  {summary}" for shown, summary in rows)
    return f"{keys}\n\n{_MORE}"


_MORE: Final = """\
A filter is a part of the value, or one of: = v, != v, < v, <= v, > v, >= v,
null, !null, !part. Search, filter, sort and figures know the loaded rows only;
more are fetched as you move down. Escape closes a page or a question and stops
the loading that a key waits for. On a page: ↑ ↓ Space b g G scroll, / searches."""
