"""What each key of the result viewer does, told by the lines it draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from athena_shell.core.errors import OutputError
from athena_shell.core.model import Column, Row
from athena_shell.output.grid import Grid
from athena_shell.output.options import FormatOptions
from athena_shell.output.rowstore import RowStore
from athena_shell.shell.viewer_keys import BINDINGS, help_text
from athena_shell.shell.viewer_model import ViewerModel
from athena_shell.shell.viewer_parts import Abilities, Task

COLUMNS = (Column("id", "bigint"), Column("name"), Column("doc", "json"))
ROWS: list[Row] = [
    (str(number), f"name {number * 7 % 10}", '{"a": [1.50]}' if number % 2 else None)
    for number in range(30)
]


class Shell:
    """What the viewer hands out, kept for a look."""

    def __init__(self) -> None:
        self.copied: list[str] = []
        self.exported: list[tuple[Path, list[str], list[Row]]] = []

    def export(self, path: Path, columns: Sequence[Column], rows: Iterator[Row]) -> str:
        if path.name == "full":
            raise OutputError("No space.", "Free some.")
        self.exported.append((path, [column.name for column in columns], list(rows)))
        return f"written to {path}"


@pytest.fixture
def shell() -> Shell:
    return Shell()


@pytest.fixture
def model(shell: Shell) -> Iterator[ViewerModel]:
    store = RowStore(len(COLUMNS))
    abilities = Abilities(shell.export, shell.copied.append)
    model = ViewerModel(Grid(COLUMNS, store), FormatOptions(), abilities)
    model.loading.append(ROWS, more=True)
    yield model
    store.close()


def done(task: Task | None) -> None:
    if task is not None:
        task.done(task.work())


def press(model: ViewerModel, *actions: str) -> None:
    for action in actions:
        done(model.press(action))


def ask(model: ViewerModel, action: str, text: str) -> None:
    press(model, action)
    for character in text:
        model.type(character)
    done(model.answer())


def screen(model: ViewerModel, width: int = 60, height: int = 7) -> list[str]:
    return ["".join(text for _, text in line).rstrip() for line in model.lines(width, height)]


def test_the_first_screen(model: ViewerModel) -> None:
    assert screen(model) == [
        " id │ name   │ doc",
        "  0 │ name 0 │ NULL",
        '  1 │ name 7 │ {"a": [1.50]}',
        "  2 │ name 4 │ NULL",
        '  3 │ name 1 │ {"a": [1.50]}',
        "  4 │ name 8 │ NULL",
        " row 1 of 30+ · 1/3 id bigint               ? help  q leave",
    ]


def test_more_is_wanted_only_near_the_end(model: ViewerModel) -> None:
    screen(model)
    assert model.loading.wants == 0
    press(model, "last_row")
    assert model.loading.wants > 30
    press(model, "sort")
    assert model.loading.wants == 0
    press(model, "sort", "sort", "last_row")
    model.loading.append([], more=False)
    assert model.loading.wants == 0
    assert screen(model)[-1].startswith(" row 30 of 30 · ")


def test_every_bound_action_works_anywhere(model: ViewerModel) -> None:
    for binding in BINDINGS:
        press(model, binding.action)
        screen(model)
        model.escape()
        model.escape()
    assert model.left


def test_a_whole_value_and_a_whole_row(model: ViewerModel) -> None:
    press(model, "down", "right", "right", "show_cell")
    assert screen(model) == [
        "doc json, row 2",
        "{",
        '  "a": [',
        "    1.50",
        "  ]",
        "}",
        " row 2 of 30+ · 3/3 doc json                        q close",
    ]
    press(model, "leave")
    assert not model.left
    press(model, "show_record")
    assert screen(model)[:6] == [
        "row 2                                       ↓ lines 1–5 of 7",
        "id   | 1",
        "name | name 7",
        "doc  | {",
        '     |   "a": [',
        "     |     1.50",
    ]
    press(model, "down")
    assert screen(model)[:2] == [
        "row 2                                      ↑↓ lines 2–6 of 7",
        "name | name 7",
    ]
    press(model, "page_down", "last_row")
    assert screen(model)[0].endswith("  ↑  lines 3–7 of 7")
    press(model, "first_row", "half_down", "half_up", "right")
    assert screen(model)[:4] == ["row 3", "id   | 2", "name | name 4", "doc  | NULL"]
    press(model, "left", "left", "left")
    assert screen(model)[0] == "row 1"
    assert model.viewport.row == 0


def test_a_record_of_wide_and_long_names_is_aligned() -> None:
    columns = [Column("日本"), Column("n" * 100), Column("é")]
    grid = Grid(columns, RowStore(3))
    model = ViewerModel(grid, FormatOptions(), Abilities())
    model.loading.append([("1", "a" * 30, "three\nlines\nhere")], more=False)
    press(model, "show_record")
    assert screen(model, width=40, height=9)[1:7] == [
        "日本" + " " * 13 + " | 1",
        "n" * 16 + "… | " + "a" * 20,
        " " * 17 + " | " + "a" * 10,
        "é" + " " * 16 + " | three",
        " " * 17 + " | lines",
        " " * 17 + " | here",
    ]
    assert screen(model, width=12, height=9)[1:3] == ["日本", "1"]


def test_a_page_is_searched(model: ViewerModel) -> None:
    press(model, "down", "right", "right", "show_cell")
    screen(model, height=4)
    ask(model, "ask_search", "nothing")
    assert "this page does not have nothing" in screen(model, height=4)[-1]
    ask(model, "ask_search", "1.5")
    lines = model.lines(60, 4)
    assert [("cell", "    "), ("match", "1.5"), ("cell", "0")] in lines
    press(model, "next_match", "match_before")
    assert model.page is not None
    press(model, "show_cell", "show_help", "next_match")
    assert "search with / first" in screen(model)[-1]


def test_search_marks_goes_and_comes_back(model: ViewerModel) -> None:
    ask(model, "ask_search", "name 4")
    assert model.viewport.row == 2
    press(model, "next_match")
    assert model.viewport.row == 12
    press(model, "match_before", "match_before")
    assert model.viewport.row == 22
    press(model, "ask_search")
    model.type("name 9")
    assert model.viewport.row == 27
    assert screen(model)[-1] == "/name 9"
    model.escape()
    assert (model.viewport.row, model.viewport.search) == (22, "name 4")
    press(model, "next_match")
    assert "went on from the first loaded row" in screen(model)[-1]
    press(model, "match_before")
    assert "went on from the last loaded row" in screen(model)[-1]
    ask(model, "ask_search", "17")
    press(model, "next_match")
    assert "no other loaded row has 17" in screen(model)[-1]
    ask(model, "ask_search", "nothing")
    assert "no loaded row has nothing" in screen(model)[-1]


def test_a_match_out_of_sight_is_brought_into_it(model: ViewerModel) -> None:
    screen(model, width=14)
    ask(model, "ask_search", "1.50")
    assert screen(model, width=14)[1:3] == ["NULL", '{"a": [1.50]}']
    press(model, "ask_search")
    model.type("name")
    assert model.viewport.column == 1
    model.escape()
    assert model.viewport.column == 2


def test_columns_that_do_not_fit_are_not_kept_in_sight(model: ViewerModel) -> None:
    screen(model, width=24)
    press(model, "last_column", "freeze")
    assert screen(model, width=80)[-1].startswith(" 2 columns do not fit beside another one; 1 are")
    assert screen(model, width=24)[0] == " id ┃ doc"
    assert screen(model, width=80)[0] == " id │ name   ┃ doc"
    press(model, "freeze")
    assert model.viewport.frozen == 0


def test_typing_is_taken_back(model: ViewerModel) -> None:
    press(model, "ask_search")
    model.type("ab\x1b")
    assert screen(model)[-1] == "/ab^["
    model.erase()
    assert screen(model)[-1] == "/ab^"
    for _ in range(4):
        model.erase()
    assert model.question is None
    press(model, "next_match")
    assert "search with / first" in screen(model)[-1]


def test_jumps(model: ViewerModel) -> None:
    ask(model, "ask_jump", "21")
    assert model.viewport.row == 20
    ask(model, "ask_jump", "DO")
    assert model.viewport.column == 2
    ask(model, "ask_jump", "nowhere")
    assert "no column is called nowhere" in screen(model)[-1]
    ask(model, "ask_jump", "q")
    assert model.left


def test_a_jump_loads_up_to_its_row(model: ViewerModel) -> None:
    screen(model)
    ask(model, "ask_jump", "1,000")
    assert screen(model)[-1].startswith(" loading … 30 of 1,000 rows · Esc stops")
    assert model.loading.wants == 1000
    model.loading.append(ROWS * 40, more=True)
    assert screen(model)[-1].startswith(" row 1,000 of 1,230+ ·")
    ask(model, "ask_jump", "2000")
    model.loading.append(ROWS, more=False)
    assert "there is no row 2,000; the last one is 1,260" in screen(model, 80)[-1]
    assert model.viewport.row == 1259


def test_to_the_end_of_all(model: ViewerModel) -> None:
    press(model, "last_row")
    assert screen(model)[-1].startswith(" row 30 of 30+ ·")
    press(model, "last_row")
    assert screen(model)[-1].startswith(" loading … 30 rows · Esc stops")
    model.loading.append(ROWS, more=True)
    assert model.loading.wants
    model.loading.stop()
    assert screen(model)[-1].startswith(" row 60 of 60+ ·")
    ask(model, "ask_jump", "$")
    model.loading.append(ROWS, more=False)
    assert screen(model)[-1].startswith(" row 90 of 90 ·")
    press(model, "last_row", "sort", "last_row", "last_row")
    assert screen(model)[-1].startswith(" row 90 of 90 loaded ·")


def test_an_order_loads_no_more_and_says_so(model: ViewerModel) -> None:
    press(model, "sort", "last_row", "last_row")
    assert "a sorted view loads no more" in screen(model, 80)[-1]
    ask(model, "ask_jump", "99")
    assert "row 99 is not loaded" in screen(model, 80)[-1]


def test_a_full_disk_ends_the_loading(model: ViewerModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_rows: object) -> None:
        raise OutputError("No space left.")

    monkeypatch.setattr(model.grid, "append", full)
    model.loading.append(ROWS, more=True)
    assert "No space left." in screen(model)[-1]
    assert model.loading.wants == 0


def test_a_filter_that_lets_little_through_does_not_load_everything(model: ViewerModel) -> None:
    screen(model)
    ask(model, "ask_filter", "> 1e9")
    loaded = 0
    while model.loading.wants:
        loaded += 500
        assert loaded <= 10_000
        model.loading.append(ROWS[:1] * 500, more=True)
    press(model, "down")
    assert model.loading.wants > model.grid.loaded


def test_filter_sort_and_figures_are_of_the_loaded_rows(model: ViewerModel) -> None:
    ask(model, "ask_filter", "> 26")
    press(model, "sort", "sort")
    assert screen(model, 110)[1:4] == [
        ' 29 │ name 3 │ {"a": [1.50]}',
        " 28 │ name 6 │ NULL",
        ' 27 │ name 9 │ {"a": [1.50]}',
    ]
    assert " of 3+ loaded · id: > 26, id ▼ ·" in screen(model, 80)[-1]
    press(model, "show_statistics")
    assert screen(model)[:6] == [
        "id bigint, filtered rows",
        "rows     | 3",
        "missing  | 0",
        "distinct | 3",
        "least    | 27",
        "greatest | 29",
    ]


def test_columns(model: ViewerModel) -> None:
    press(model, "right", "hide")
    assert screen(model, 80)[0] == " id │ doc"
    assert "1 hidden" in screen(model, 80)[-1]
    press(model, "carry_left", "carry_right", "carry_left")
    assert screen(model)[0] == "doc           │  id"
    press(model, "show_all")
    assert screen(model)[0] == "doc           │  id │ name"
    assert model.grid.shown[model.viewport.column].name == "doc"
    press(model, "last_column", "carry_left", "first_column", "freeze", "last_column")
    assert screen(model)[0] == "doc           ┃ name   │  id"


def test_copying(model: ViewerModel, shell: Shell) -> None:
    press(model, "down", "copy_cell", "copy_row", "right", "hide", "copy_row")
    assert shell.copied == ["1", '1\tname 7\t{"a": [1.50]}', '1\t{"a": [1.50]}']
    assert "copied the row" in screen(model)[-1]
    press(model, "copy_column")
    assert shell.copied[-1].splitlines()[:2] == ["", '{"a": [1.50]}']
    press(model, "up", "copy_cell")
    assert "a missing value has no text" in screen(model)[-1]


def test_exporting(model: ViewerModel, shell: Shell) -> None:
    ask(model, "ask_filter", "> 28")
    press(model, "right", "hide")
    ask(model, "ask_export", "out.csv")
    assert shell.exported == [(Path("out.csv"), ["id", "doc"], [("29", '{"a": [1.50]}')])]
    assert "written to out.csv" in screen(model)[-1]
    press(model, "ask_export")
    assert screen(model)[-1] == "export 1 loaded row to:"
    model.loading.append([], more=False)
    press(model, "ask_export")
    assert screen(model)[-1] == "export 1 row to:"
    model.escape()
    ask(model, "ask_export", "full")
    assert "No space. " in screen(model)[-1]
    ask(model, "ask_export", "  ")
    assert len(shell.exported) == 1


def test_what_is_not_allowed_is_said(model: ViewerModel) -> None:
    bare = ViewerModel(model.grid, FormatOptions(), Abilities())
    press(bare, "copy_cell")
    assert r"copying is off; \set clipboard osc52" in screen(bare, 100)[-1]
    ask(bare, "ask_export", "x.csv")
    assert "cannot be exported from here" in screen(bare, 100)[-1]


def test_help_lists_the_keys(model: ViewerModel) -> None:
    press(model, "show_help")
    assert screen(model, 80, 60)[0] == "keys"
    assert all(binding.summary in help_text() for binding in BINDINGS)


@pytest.mark.parametrize("size", [(1, 1), (5, 2), (20, 3), (200, 1)])
def test_any_window(model: ViewerModel, size: tuple[int, int]) -> None:
    for action in ("down", "show_cell", "leave", "ask_search", "show_help"):
        press(model, action)
        lines = model.lines(*size)
        assert len(lines) == size[1]
        assert all(len(text) <= size[0] + 1 for text in screen(model, *size))
