"""What the result viewer does on each key, without any terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from athena_shell.core.counting import counted
from athena_shell.output.grid import Grid
from athena_shell.output.options import FormatOptions
from athena_shell.output.sanitize import sanitize
from athena_shell.output.statistics import ColumnStatistics
from athena_shell.output.viewport import Line, Viewport
from athena_shell.output.widths import cut, display_width, pad
from athena_shell.shell.viewer_exits import Exits
from athena_shell.shell.viewer_keys import ACTION_OF
from athena_shell.shell.viewer_loading import END, Loading
from athena_shell.shell.viewer_pages import (
    Page,
    cell_page,
    figures_page,
    help_page,
    record_page,
)
from athena_shell.shell.viewer_parts import Abilities, Question, Task
from athena_shell.shell.viewer_search import Jump, Search

_LONGEST_PAGE: Final = 1 << 40


class ViewerModel:
    """The state of one look at a result.

    Args:
        grid: the loaded rows.
        options: how values look.
        abilities: what may leave the viewer.
    """

    def __init__(self, grid: Grid, options: FormatOptions, abilities: Abilities) -> None:
        self.grid = grid
        self.viewport = Viewport(grid, options)
        self.search = Search(self.viewport, self.say)
        self.exits = Exits(self.viewport, abilities, self.say)
        self.page: Page | None = None
        self.question: Question | None = None
        self.message = ""
        self.loading = Loading(self.viewport, self.say)
        self.busy = False
        self.waiting = False
        self.left = False
        self._width = 80
        self._options = options

    # --- what comes in ---

    def press(self, action: str) -> Task | None:
        """Do what a key means; return work that should not hold up the screen."""
        self.message = ""
        self.loading.reach_on()
        if action == "leave":
            self._leave()
            return None
        if self.page is not None:
            return self._on_page(self.page, action)
        return _ACTIONS[action](self)

    def strike(self, key: str, text: str) -> Task | None:
        """Take a key, for the question being asked or for what it does.

        Args:
            key: its name.
            text: what it types; empty for none.
        """
        if self.question is not None:
            return self._on_question(key, text)
        if key == "escape":
            self.escape()
        elif key in ACTION_OF:
            return self.press(ACTION_OF[key])
        elif key.isascii() and key.isdecimal() and self.page is None:
            self.press("ask_jump")
            self.type(text)
        return None

    def _on_question(self, key: str, text: str) -> Task | None:
        if key == "enter":
            return self.answer()
        if key in {"escape", "c-c"}:
            self.escape()
        elif key == "backspace":
            self.erase()
        elif key == "c-u":
            self._retype("")
        elif key == "c-w":
            kept = self.question.text.rstrip().rpartition(" ") if self.question else ("", "", "")
            self._retype(kept[0] + kept[1])
        else:
            self.type(text)
        return None

    def type(self, text: str) -> None:
        """Add typed text to the question."""
        if self.question is not None and text:
            self._retype(self.question.text + sanitize(text))

    def erase(self) -> None:
        """Take back a character of the answer; an empty answer closes the question."""
        if self.question is not None and self.question.text:
            self._retype(self.question.text[:-1])
        else:
            self.escape()

    def answer(self) -> Task | None:
        """Use the answer that was typed."""
        question, self.question = self.question, None
        self.loading.reach_on()
        return question.answer(question.text) if question else None

    def escape(self) -> None:
        """Close a question or a page, or forget the search."""
        self.message = ""
        question, self.question = self.question, None
        if question is not None:
            if question.given_up is not None:
                question.given_up()
        elif self.page is not None:
            self.page = None
        else:
            self.viewport.search = ""

    def say(self, text: str) -> None:
        """Show a message until the next key."""
        self.message = sanitize(text)

    def _retype(self, text: str) -> None:
        if self.question is not None:
            self.question = replace(self.question, text=text)
            if self.question.changed is not None:
                self.question.changed(text)

    def holds_back(self, key: str) -> bool:
        """Whether a key must wait: for work under way, or for the rows it would move to."""
        if self.busy or self.loading.seeking:
            return True
        if self.question is not None or self.page is not None or not self.loading.wants:
            return False
        step = {"down": 1, "page_down": self.viewport.page, "half_down": self.viewport.half}
        return self.viewport.row + step.get(ACTION_OF.get(key, ""), 0) >= len(self.grid)

    # --- what is drawn ---

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the whole screen."""
        self._width = max(2, width)
        self.viewport.resize(width, max(1, height - 1))
        if self.page is None:
            body = self.viewport.lines()
        else:
            self.page = self.page.at(self.page.top, self._width, height - 1)
            body = self.page.draw(self._width, height - 1, unicode=self._options.unicode)
        body += [[("cell", "")]] * (height - 1 - len(body))
        return [*body[: height - 1], self._status(width)]

    def _status(self, width: int) -> Line:
        if self.question is not None:
            text = f"{self.question.prompt}{self.question.text}"
            over = display_width(text) - (width - 1)
            while over > 0:  # the end is where it is typed
                text = text[over:]
                over = display_width(text) - (width - 1)
            return [("question", cut(text, width - 1)), ("cursor", " ")]
        hint = " ? help  q leave " if self.page is None else " q close "
        text = f" {self._state()}"
        room = width - len(hint)
        if room < len(hint):
            return [("status", pad(cut(text, width), width))]
        return [("status", pad(cut(text, room), room) + hint)]

    def _state(self) -> str:
        if self.busy:
            return "working … q leaves"
        if self.loading.seeking or self.waiting:
            return self.loading.state()
        return self.message or self.viewport.position(more=self.loading.more)

    # --- pages ---

    def _on_page(self, page: Page, action: str) -> Task | None:
        steps = {
            "up": -1,
            "down": 1,
            "page_up": -self.viewport.page,
            "page_down": self.viewport.page,
            "half_up": -self.viewport.half,
            "half_down": self.viewport.half,
            "first_row": -_LONGEST_PAGE,
            "last_row": _LONGEST_PAGE,
        }
        if action in steps:
            self.page = page.at(page.top + steps[action], self._width, self.viewport.height)
        elif action in {"left", "right"} and page.of_row:
            self.viewport.move(1 if action == "right" else -1)
            turned = record_page(self.viewport, self._options)
            self.page = replace(turned, top=page.top, search=page.search) if turned else page
        elif action == "ask_search":
            self.question = Question("/", self._search_page)
        elif action in {"next_match", "match_before"}:
            self._turn_to_match(page, forward=action == "next_match")
        elif action in {"show_cell", "show_record", "show_help", "show_statistics"}:
            self.page = None
        elif action in {"copy_cell", "copy_row"}:
            return _ACTIONS["copy_row" if page.of_row else action](self)
        return None

    def _search_page(self, text: str) -> None:
        if self.page is not None and text:
            page = replace(self.page, search=sanitize(text))
            self.page = page
            self._turn_to_match(page, line=page.top - 1)

    def _turn_to_match(self, page: Page, *, forward: bool = True, line: int | None = None) -> None:
        if not page.search:
            self.say("search with / first")
            return
        start = page.top if line is None else line
        found = page.found(page.search, start, self._width, forward=forward)
        if found is None:
            self.say(f"this page does not have {page.search}")
        else:
            self.page = page.at(found, self._width, self.viewport.height)

    def _leave(self) -> None:
        if self.page is not None:
            self.page = None
        else:
            self.left = True

    def show_cell(self) -> None:
        """Open the value under the cursor."""
        self.page = cell_page(self.viewport, self._options)

    def show_record(self) -> None:
        """Open the row under the cursor."""
        self.page = record_page(self.viewport, self._options)

    def show_help(self) -> None:
        """Open the list of keys."""
        self.page = help_page()

    def show_statistics(self) -> Task:
        """Work out the figures of the column under the cursor and open them."""
        column, place = self.grid.shown[self.viewport.column], self.viewport.column

        def done(figures: ColumnStatistics) -> None:
            self.page = figures_page(column, figures, filtered=self.grid.is_filtered)

        return Task(lambda: self.grid.statistics(place), done)

    # --- places, columns, order ---

    def ask_search(self) -> None:
        """Ask what to search."""
        self.question = self.search.question()

    def ask_jump(self) -> None:
        """Ask for a row number or a column name."""
        self.question = Question(":", self._jump)

    def _jump(self, text: str) -> None:
        if text.strip() in {"q", "q!", "quit"} and self.grid.place(text, whole=True) is None:
            self.left = True
        else:
            Jump(self.viewport, self.say, self.loading.seek).to(text)

    def last_row(self) -> None:
        """Go to the last loaded row; from there to the last one of all, loading the rest."""
        if self.viewport.row + 1 < len(self.grid):
            self.viewport.go(row=len(self.grid))
        elif self.loading.more and self.grid.is_sorted:
            self.say("a sorted view loads no more; s on its column ends the order")
        elif self.loading.more:
            self.loading.seek(END)

    def ask_filter(self) -> None:
        """Ask for a condition on the column under the cursor; none shows all rows again."""
        place = self.viewport.column

        def answer(text: str) -> Task:
            return Task(lambda: self.grid.filter(place, text), lambda _: self.viewport.go(row=0))

        self.question = Question(f"filter {sanitize(self.grid.shown[place].name)}: ", answer)

    def sort(self) -> Task:
        """Order by the column under the cursor."""
        place = self.viewport.column
        return Task(lambda: self.grid.sort(place), lambda _: self.viewport.go(row=0))

    def freeze(self) -> None:
        """Keep the columns up to the cursor's in sight, as far as there is room."""
        self.viewport.freeze()
        kept, wanted = self.viewport.kept, self.viewport.frozen
        if kept < wanted:
            self.say(f"{wanted} columns do not fit beside another one; {kept} are kept in sight")

    def hide(self) -> None:
        """Leave the column under the cursor out."""
        self.grid.hide(self.viewport.column)
        self.viewport.move()

    def show_all(self) -> None:
        """Show hidden columns again; the cursor stays on its column."""
        index = self.grid.index(self.viewport.column)
        self.grid.show_all()
        self.viewport.go(column=self.grid.place_of(index))

    def ask_export(self) -> None:
        """Ask for the file that gets the rows shown."""
        kind = "loaded row" if self.loading.more else "row"
        rows = counted(len(self.grid), kind)
        self.question = Question(f"export {rows} to: ", self.exits.export)


Action = Callable[[ViewerModel], Task | None]

_ACTIONS: Final[dict[str, Action]] = {
    "up": lambda model: model.viewport.move(-1),
    "down": lambda model: model.viewport.move(1),
    "left": lambda model: model.viewport.move(columns=-1),
    "right": lambda model: model.viewport.move(columns=1),
    "page_down": lambda model: model.viewport.move(model.viewport.page),
    "page_up": lambda model: model.viewport.move(-model.viewport.page),
    "half_down": lambda model: model.viewport.move(model.viewport.half),
    "half_up": lambda model: model.viewport.move(-model.viewport.half),
    "screen_left": lambda model: model.viewport.sideways(-1),
    "screen_right": lambda model: model.viewport.sideways(1),
    "first_column": lambda model: model.viewport.go(column=0),
    "last_column": lambda model: model.viewport.go(column=len(model.grid.shown)),
    "first_row": lambda model: model.viewport.go(row=0),
    "widen": lambda model: model.grid.widen(model.viewport.column),
    "carry_left": lambda model: model.viewport.go(
        column=model.grid.carry(model.viewport.column, -1)
    ),
    "carry_right": lambda model: model.viewport.go(
        column=model.grid.carry(model.viewport.column, 1)
    ),
    "next_match": lambda model: model.search.find(model.viewport.row),
    "match_before": lambda model: model.search.find(model.viewport.row, forward=False),
    "copy_cell": lambda model: model.exits.copy_cell(),
    "copy_row": lambda model: model.exits.copy_row(),
    "copy_column": lambda model: model.exits.copy_column(),
    "redraw": lambda _: None,
    **{
        name: getattr(ViewerModel, name)
        for name in (
            *("ask_jump", "ask_search", "ask_filter", "ask_export", "last_row"),
            *("freeze", "hide", "show_all"),
            *("show_cell", "show_record", "show_statistics", "show_help", "sort"),
        )
    },
}
