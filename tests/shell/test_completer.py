"""Suggestions as the menu shows them."""

from __future__ import annotations

from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from athena_shell.completion.suggestion import Suggestion
from athena_shell.shell.completer import SuggestionCompleter, marked

_MARK = "class:completion-menu.matched"


def test_matched_letters_are_marked() -> None:
    assert marked("order_items", (0, 6)) == [
        (_MARK, "o"),
        ("", "rder_"),
        (_MARK, "i"),
        ("", "tems"),
    ]
    assert marked("orders", ()) == [("", "orders")]


def test_the_menu_shows_marks_and_no_control_characters() -> None:
    suggestion = Suggestion("orders", 7, "or\x1b[2Jders", "a \x07table", "table", (0, 1))
    completer = SuggestionCompleter(lambda _text, _cursor: [suggestion], lambda: True)
    (shown,) = completer.get_completions(Document("SELECT or"), CompleteEvent())
    assert (shown.text, shown.start_position) == ("orders", -2)
    assert next(iter(shown.display)) == (_MARK, "or")
    assert "\x1b" not in shown.display_text
    assert "\x07" not in shown.display_meta_text
