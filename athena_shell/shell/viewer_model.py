"""What the result viewer does on each key, without any terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from athena_shell.core.errors import AthenaShellError
from athena_shell.core.model import Column, Row
from athena_shell.output.grid import Grid
from athena_shell.output.options import FormatOptions
from athena_shell.output.sanitize import sanitize
from athena_shell.output.statistics import ColumnStatistics
from athena_shell.output.values import type_text
from athena_shell.output.viewport import Line, Viewport, closely
from athena_shell.output.widths import cut, pad
from athena_shell.shell.viewer_keys import help_text
from athena_shell.shell.viewer_parts import (
    Abilities,
    Page,
    Question,
    Task,
    figures_text,
    page_lines,
)

_COPY_LIMIT: Final = 100_000
_LONGEST_PAGE: Final = 1 << 40
_SIFTED: Final = 10_000


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
        self.page: Page | None = None
        self.question: Question | None = None
        self.message = ""
        self.more = True
        self.busy = False
        self.left = False
        self._reach = 0
        self._options = options
        self._abilities = abilities

    # --- what comes in ---

    def press(self, action: str) -> Task | None:
        """Do what a key means; return work that should not hold up the screen."""
        self.message = ""
        self._reach = self.grid.loaded + _SIFTED
        if action == "leave":
            self._leave()
            return None
        if self.busy:
            self.message = "working … q leaves"
            return None
        if self.page is not None:
            return self._on_page(action)
        return _ACTIONS[action](self)

    def type(self, text: str) -> None:
        """Add typed text to the question."""
        if self.question is not None:
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
        self._reach = self.grid.loaded + _SIFTED
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

    def append(self, rows: Sequence[Row], *, more: bool) -> None:
        """Take rows that were loaded."""
        self.grid.append(rows)
        self.more = more

    def failed(self, message: str) -> None:
        """Say that no more rows can be loaded."""
        self.more = False
        self.message = sanitize(message)

    @property
    def wants(self) -> int:
        """How many rows should be loaded for what is looked at; a sorted view fetches no more.

        A filter that lets few rows through has each key load so many and no more.
        """
        if not self.more or self.grid.is_sorted:
            return 0
        missing = self.viewport.needs - len(self.grid)
        wanted = self.grid.loaded + max(0, missing)
        if self.grid.is_filtered:
            wanted = min(wanted, self._reach)
        return wanted if wanted > self.grid.loaded else 0

    def _retype(self, text: str) -> None:
        if self.question is not None:
            self.question = replace(self.question, text=text)
            if self.question.changed is not None:
                self.question.changed(text)

    # --- what is drawn ---

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the whole screen."""
        self.viewport.resize(width, max(1, height - 1))
        body = self._page_lines(width, height - 1) if self.page else self.viewport.lines()
        body += [[("cell", "")]] * (height - 1 - len(body))
        return [*body[: height - 1], self._status(width)]

    def _page_lines(self, width: int, height: int) -> list[Line]:
        page = self.page or Page("", "")
        lines = page_lines(page.text, max(2, width))
        top = min(page.top, max(0, len(lines) - height + 1))
        self.page = replace(page, top=top)
        title = pad(cut(page.title, width), width)
        shown = lines[top : top + height - 1]
        return [[("header", title)], *([("cell", line)] for line in shown)]

    def _status(self, width: int) -> Line:
        if self.question is not None:
            text = f"{self.question.prompt}{self.question.text}"
            return [("question", cut(text, width - 1)), ("cursor", " ")]
        text = self.message or self.viewport.position(more=self.more)
        if self.busy:
            text = "working …"
        text = f" {text}"
        hint = " ? help  q leave "
        room = width - len(hint)
        if room < len(hint):
            return [("status", pad(cut(text, width), width))]
        return [("status", pad(cut(text, room), room) + hint)]

    # --- pages ---

    def _on_page(self, action: str) -> Task | None:
        steps = {
            "up": -1,
            "down": 1,
            "page_up": -self.viewport.page,
            "page_down": self.viewport.page,
            "first_row": -_LONGEST_PAGE,
            "last_row": _LONGEST_PAGE,
        }
        page = self.page
        if page is not None and action in steps:
            top = min(max(0, page.top + steps[action]), page.text.count("\n"))
            self.page = replace(page, top=top)
        elif action in {"show_cell", "show_record", "show_help", "show_statistics"}:
            self.page = None
        return None

    def _leave(self) -> None:
        if self.page is not None:
            self.page = None
        else:
            self.left = True

    def show_cell(self) -> None:
        """Open the value under the cursor."""
        if len(self.grid):
            column = self._column()
            text = closely(self.viewport.cell(), column.type, self._options)
            self.page = Page(self._title(column), text)

    def show_record(self) -> None:
        """Open the row under the cursor."""
        row = self.viewport.current_row()
        if not row:
            return
        parts = []
        for column, cell in zip(self.grid.columns, row, strict=True):
            text = closely(cell, column.type, self._options).replace("\n", "\n    ")
            parts.append(f"{sanitize(column.name)} | {text}")
        number = self.grid.number(self.viewport.row)
        self.page = Page(f"row {number + 1:,}", "\n".join(parts))

    def show_help(self) -> None:
        """Open the list of keys."""
        self.page = Page("keys", help_text())

    def show_statistics(self) -> Task:
        """Work out the figures of the column under the cursor and open them."""
        column, place = self._column(), self.viewport.column

        def done(figures: ColumnStatistics) -> None:
            self.page = Page(f"{self._title(column)}, loaded rows", figures_text(figures))

        return Task(lambda: self.grid.statistics(place), done)

    def _column(self) -> Column:
        return self.grid.shown[self.viewport.column]

    def _title(self, column: Column) -> str:
        return f"{sanitize(column.name)} {type_text(column)}"

    # --- search, jump, filter, sort ---

    def ask_search(self) -> None:
        """Ask what to search; matches in sight are marked while it is typed."""
        before, row = self.viewport.search, self.viewport.row

        def changed(text: str) -> None:
            self.viewport.search = text
            found = self.grid.find_near(text, row) if text else None
            self.viewport.go(row=row if found is None else found)

        def given_up() -> None:
            self.viewport.search = before
            self.viewport.go(row=row)

        self.question = Question(
            "/", lambda text: self._search(text or before), changed=changed, given_up=given_up
        )

    def _search(self, text: str) -> Task | None:
        self.viewport.search = text
        return self.next_match(-1) if text else None

    def next_match(self, back: int = 0) -> Task | None:
        """Go to the next row with the searched text, the current one included for ``back`` -1."""
        return self._find(self.viewport.row + back, forward=True)

    def match_before(self) -> Task | None:
        """Go to the row before with the searched text."""
        return self._find(self.viewport.row, forward=False)

    def _find(self, row: int, *, forward: bool) -> Task | None:
        text = self.viewport.search
        if not text:
            self.message = "search with / first"
            return None

        def done(found: int | None) -> None:
            if found is None:
                self.message = f"no loaded row has {sanitize(text)}"
            else:
                self.viewport.go(row=found)

        return Task(lambda: self.grid.find(text, row, forward=forward), done)

    def ask_jump(self) -> None:
        """Ask for a row number or a column name."""
        self.question = Question(":", self._jump)

    def _jump(self, text: str) -> None:
        wanted = text.strip().replace(",", "")
        if wanted.isdecimal():
            self.viewport.go(row=int(wanted) - 1)
            if int(wanted) > len(self.grid):
                self.message = f"row {int(wanted):,} is not loaded"
        elif wanted:
            place = self.grid.place(text)
            if place is None:
                self.message = f"no column is called {sanitize(text.strip())}"
            else:
                self.viewport.go(column=place)

    def ask_filter(self) -> None:
        """Ask for a condition on the column under the cursor; none shows all rows again."""
        name = sanitize(self._column().name)
        self.question = Question(f"{name}: ", self._filter)

    def _filter(self, text: str) -> Task:
        place = self.viewport.column
        return Task(lambda: self.grid.filter(place, text), lambda _: self.viewport.go(row=0))

    def sort(self) -> Task:
        """Order by the column under the cursor."""
        place = self.viewport.column
        return Task(lambda: self.grid.sort(place), lambda _: self.viewport.go(row=0))

    # --- what leaves the viewer ---

    def copy(self, text: str | None, what: str) -> None:
        """Hand a text to the terminal's clipboard, if the user allowed that."""
        if self._abilities.copy is None:
            self.message = r"copying is off; \set clipboard osc52 turns it on"
        elif text is None:
            self.message = "a missing value has no text"
        elif len(text) > _COPY_LIMIT:
            self.message = f"the {what} is longer than {_COPY_LIMIT:,} characters; export it"
        else:
            self._abilities.copy(text)
            self.message = f"copied the {what}"

    def copy_row(self) -> None:
        """Copy the row's shown columns, parted by tabs."""
        row = self.viewport.current_row()
        cells = (row[self.grid.index(place)] for place in range(len(self.grid.shown)))
        self.copy("\t".join(cell or "" for cell in cells) if row else None, "row")

    def copy_column(self) -> Task:
        """Copy the column's loaded values, one a line."""
        place = self.viewport.column

        def work() -> str:
            size, cells = 0, []
            for row in self.grid.rows():
                cells.append(row[place] or "")
                size += len(cells[-1]) + 1
                if size > _COPY_LIMIT:
                    break
            return "\n".join(cells)

        return Task(work, lambda text: self.copy(text, "column"))

    def ask_export(self) -> None:
        """Ask for the file that gets the rows shown."""
        self.question = Question("export the rows shown to: ", self._export)

    def _export(self, text: str) -> Task | None:
        export = self._abilities.export
        if export is None:
            self.message = "this result cannot be exported from here"
            return None
        if not text.strip():
            return None

        def work() -> str:
            path = Path(text.strip()).expanduser()
            try:
                return export(path, self.grid.shown, self.grid.rows())
            except AthenaShellError as error:
                return error.message  # its hint speaks of the command's words

        return Task(work, self._say)

    def _say(self, text: str) -> None:
        self.message = sanitize(text)


Action = Callable[[ViewerModel], Task | None]

_ACTIONS: Final[dict[str, Action]] = {
    "up": lambda model: model.viewport.move(-1),
    "down": lambda model: model.viewport.move(1),
    "left": lambda model: model.viewport.move(columns=-1),
    "right": lambda model: model.viewport.move(columns=1),
    "page_down": lambda model: model.viewport.move(model.viewport.page),
    "page_up": lambda model: model.viewport.move(-model.viewport.page),
    "screen_left": lambda model: model.viewport.sideways(-1),
    "screen_right": lambda model: model.viewport.sideways(1),
    "first_column": lambda model: model.viewport.go(column=0),
    "last_column": lambda model: model.viewport.go(column=len(model.grid.shown)),
    "first_row": lambda model: model.viewport.go(row=0),
    "last_row": lambda model: model.viewport.go(row=len(model.grid)),
    "widen": lambda model: model.grid.widen(model.viewport.column),
    "freeze": lambda model: model.viewport.freeze(),
    "hide": lambda model: model.grid.hide(model.viewport.column),
    "show_all": lambda model: model.grid.show_all(),
    "carry_left": lambda model: model.viewport.go(
        column=model.grid.carry(model.viewport.column, -1)
    ),
    "carry_right": lambda model: model.viewport.go(
        column=model.grid.carry(model.viewport.column, 1)
    ),
    "copy_cell": lambda model: model.copy(model.viewport.cell(), "value"),
    "redraw": lambda _: None,
    **{
        name: getattr(ViewerModel, name)
        for name in (
            *("ask_jump", "ask_search", "ask_filter", "ask_export"),
            *("show_cell", "show_record", "show_statistics", "show_help"),
            *("next_match", "match_before", "sort", "copy_row", "copy_column"),
        )
    },
}
