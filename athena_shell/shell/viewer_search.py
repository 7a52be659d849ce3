"""Ways to a place in the viewer: a text that is searched, a row's number, a column's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from athena_shell.core.records import dataclass
from athena_shell.output.sanitize import sanitize
from athena_shell.output.viewport import Viewport
from athena_shell.shell.viewer_loading import END
from athena_shell.shell.viewer_parts import Question, Task

_END_WORD: Final = "$"


@dataclass(frozen=True)
class Search:
    """Looks for a text in the loaded rows.

    Args:
        viewport: what is looked at.
        say: takes a message for the user.
    """

    viewport: Viewport
    say: Callable[[str], None]

    def question(self) -> Question:
        """Ask what to search; matches in sight are marked while it is typed."""
        viewport = self.viewport
        before, row, column = viewport.search, viewport.row, viewport.column

        def changed(text: str) -> None:
            viewport.search = text
            found = viewport.grid.find_near(text, row) if text else None
            viewport.go(row, column)
            if found is not None:
                viewport.go_to_match(found)

        def given_up() -> None:
            viewport.search = before
            viewport.go(row, column)

        def answer(text: str) -> Task | None:
            viewport.search = text or before
            return self.find(viewport.row - 1, again=False) if viewport.search else None

        return Question("/", answer, changed=changed, given_up=given_up)

    def find(self, row: int, *, forward: bool = True, again: bool = True) -> Task | None:
        """Go to the next row after or before one that holds the searched text, around the end.

        Args:
            row: where to begin, counted from 0.
            forward: after it, else before it.
            again: whether the row itself is known to hold the text or was passed.
        """
        text = self.viewport.search
        if not text:
            self.say("search with / first")
            return None

        def done(found: int | None) -> None:
            if found is None:
                self.say(f"no loaded row has {text}")
                return
            self.viewport.go_to_match(found)
            if again and found == row:
                self.say(f"no other loaded row has {text}")
            elif (found <= row) if forward else (found >= row):
                self.say(f"went on from the {'first' if forward else 'last'} loaded row")

        return Task(lambda: self.viewport.grid.find(text, row, forward=forward), done)


@dataclass(frozen=True)
class Jump:
    """Reads where to jump.

    Args:
        viewport: what is looked at.
        say: takes a message for the user.
        seek: goes to a row, counted from 0, that may have to be loaded first.
    """

    viewport: Viewport
    say: Callable[[str], None]
    seek: Callable[[int], None]

    def to(self, text: str) -> None:
        """Go to a row by its number, to the very end by ``$``, or to a column by its name."""
        wanted = text.strip().replace(",", "").replace("_", "")
        place = self.viewport.grid.place(text) if text.strip() else None
        if wanted.isascii() and wanted.isdecimal():
            self.seek(min(int(wanted[:18]), END) - 1)
        elif wanted == _END_WORD:
            self.seek(END)
        elif place is not None:
            self.viewport.go(column=place)
        elif wanted:
            self.say(f"no column is called {sanitize(text.strip())}")
