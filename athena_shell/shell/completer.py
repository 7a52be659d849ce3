"""Between the pure suggestions and the terminal library's menu."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples

from athena_shell.output.sanitize import sanitize

if TYPE_CHECKING:
    from athena_shell.completion.candidates import Suggestion

MOST: Final = 200
"""Suggestions in one menu: more are never read, and the library's thread adapter slows down."""

_MATCHED: Final = "class:completion-menu.matched"

Suggest = Callable[[str, int], Iterable["Suggestion"]]
"""Text and cursor to suggestions, best first."""


class SuggestionCompleter(Completer):
    """Shows suggestions in the menu; runs on the library's completion thread.

    Args:
        suggest: computes the suggestions.
        wanted: whether suggestions are wanted at all.
        broken: told of the first unexpected error; suggestions end then, typing goes on.
    """

    def __init__(
        self,
        suggest: Suggest,
        wanted: Callable[[], bool],
        broken: Callable[[BaseException], None] = lambda _: None,
    ) -> None:
        self._suggest = suggest
        self._wanted = wanted
        self._broken = broken
        self._is_broken = False

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Yield at most MOST completions; typing alone opens no menu behind a blank."""
        if not self._wanted():
            return
        cursor = document.cursor_position
        if complete_event.text_inserted and not _worth_asking(document):
            return
        for each in self._best(document.text, cursor):
            yield Completion(
                each.text,
                start_position=each.start - cursor,
                display=marked(each.display or each.text, each.matched),
                display_meta=sanitize(each.meta),
            )

    def _best(self, text: str, cursor: int) -> list[Suggestion]:
        try:
            return list(islice(self._suggest(text, cursor), MOST))
        except Exception as error:  # noqa: BLE001 - a fault here must not take the prompt away
            if not self._is_broken:
                self._is_broken = True
                self._broken(error)
            return []


def marked(text: str, places: Iterable[int]) -> StyleAndTextTuples:
    """Return sanitised text in pieces, the characters at these places in a style of their own."""
    wanted = frozenset(places)
    pieces = groupby(enumerate(text), key=lambda item: item[0] in wanted)
    return [
        (_MATCHED if matches else "", sanitize("".join(letter for _, letter in piece)))
        for matches, piece in pieces
    ]


def _worth_asking(document: Document) -> bool:
    """Whether the typed character begins or goes on a name."""
    before = document.char_before_cursor
    return before.isalnum() or before in '_."`\\:'
