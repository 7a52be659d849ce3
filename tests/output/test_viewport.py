"""The window over a grid: the cursor stays in sight and every line fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.model import Column, Row
from athena_shell.output.grid import Grid
from athena_shell.output.options import FormatOptions
from athena_shell.output.rowstore import RowStore
from athena_shell.output.viewport import Line, Viewport, closely
from athena_shell.output.widths import display_width

COLUMNS = tuple(
    Column(f"column{number}", "bigint" if number % 2 else "varchar") for number in range(12)
)

OPEN: list[RowStore] = []


@pytest.fixture(autouse=True)
def _close_stores() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


def viewport_of(columns: Sequence[Column], rows: Sequence[Row], **options: object) -> Viewport:
    OPEN.append(RowStore(len(columns)))
    grid = Grid(columns, OPEN[-1])
    grid.append(rows)
    return Viewport(grid, FormatOptions(**options))  # type: ignore[arg-type] # each test names its own


def text(lines: list[Line]) -> list[str]:
    return ["".join(part for _, part in line) for line in lines]


@pytest.fixture
def viewport() -> Viewport:
    rows: list[Row] = [
        tuple(str(row * column) for column in range(len(COLUMNS))) for row in range(100)
    ]
    return viewport_of(COLUMNS, rows)


def test_a_small_window() -> None:
    viewport = viewport_of(
        (Column("id", "bigint"), Column("note")), [("1", "a\nb"), ("20", None)], type_row=True
    )
    viewport.resize(20, 10)
    assert viewport.lines() == [
        [("header.current", " id"), ("line", " │ "), ("header", "note")],
        [("type.current", "bi…"), ("line", " │ "), ("type", "var…")],
        [("cursor", "  1"), ("line", " │ "), ("row", "a\\nb")],
        [("cell", " 20"), ("line", " │ "), ("null", "NULL")],
    ]
    assert viewport.position(more=True) == "row 1 of 2+ · 1/2 id bigint"


@given(
    st.integers(1, 120),
    st.integers(1, 30),
    st.lists(
        st.tuples(
            st.sampled_from(["move", "scroll", "go", "sideways", "freeze", "resize", "hide"]),
            st.integers(-200, 200),
            st.integers(-15, 15),
        ),
        max_size=12,
    ),
)
def test_the_cursor_stays_in_sight_and_lines_fit(
    width: int, height: int, moves: list[tuple[str, int, int]]
) -> None:
    rows: list[Row] = [tuple(str(row) * (row % 7) for _ in COLUMNS) for row in range(60)]
    viewport = viewport_of(COLUMNS, rows)
    viewport.resize(width, height)
    for name, first, second in moves:
        steps: dict[str, Callable[[], object]] = {
            "move": partial(viewport.move, first, second),
            "scroll": partial(viewport.scroll, first),
            "go": partial(viewport.go, first, second),
            "sideways": partial(viewport.sideways, second),
            "freeze": viewport.freeze,
            "resize": partial(viewport.resize, abs(first) + 1, abs(second) + 1),
            "hide": partial(viewport.grid.hide, viewport.column),
        }
        steps[name]()
        viewport.move()
        lines = viewport.lines()
        assert viewport.top <= viewport.row < viewport.top + viewport.page
        assert 0 <= viewport.column < len(viewport.grid.shown)
        assert all(display_width(line) <= viewport.width for line in text(lines))
        assert len(lines) <= max(2, viewport.height)
        assert any(style == "header.current" for style, _ in lines[0])


def test_sideways_moves_are_column_wise(viewport: Viewport) -> None:
    viewport.resize(40, 5)
    assert text(viewport.lines())[0].split(" │ ") == ["column0", "column1", "column2", "column3"]
    viewport.move(columns=4)
    assert text(viewport.lines())[0].split(" │ ")[0] == "column1"
    viewport.sideways(1)
    viewport.go(column=11)
    assert text(viewport.lines())[0].split(" │ ")[-1].strip() == "column11"


def test_room_that_is_left_goes_to_long_columns() -> None:
    columns = (Column("id", "bigint"), Column("a"), Column("b"))
    viewport = viewport_of(columns, [("1", "x" * 50, "y" * 400)])
    viewport.resize(80, 5)
    assert text(viewport.lines())[1] == f"  1 │ {'x' * 39}… │ {'y' * 30}…"
    viewport.resize(120, 5)
    assert text(viewport.lines())[1] == f"  1 │ {'x' * 50} │ {'y' * 60}…"
    viewport.resize(500, 5)
    assert text(viewport.lines())[1] == f"  1 │ {'x' * 50} │ {'y' * 400}"
    viewport.grid.hide(1)
    viewport.resize(110, 5)
    assert text(viewport.lines())[1] == f"  1 │ {'y' * 103}…"


def test_a_wider_window_is_filled(viewport: Viewport) -> None:
    viewport.resize(24, 5)
    viewport.go(column=11)
    assert text(viewport.lines())[0].split(" │ ") == ["column10", "column11"]
    viewport.resize(40, 5)
    assert text(viewport.lines())[0].split(" │ ") == [f"column{place}" for place in (8, 9, 10, 11)]
    viewport.resize(400, 5)
    assert len(text(viewport.lines())[0].split(" │ ")) == 12


def test_frozen_columns_stay(viewport: Viewport) -> None:
    viewport.resize(40, 5)
    viewport.move(columns=1)
    viewport.freeze()
    viewport.go(column=11)
    header = text(viewport.lines())[0]
    assert header.startswith("column0 │ column1 ┃ ")
    assert header.rstrip().endswith("column11")
    viewport.go(column=1)
    viewport.freeze()
    assert viewport.frozen == 0


def test_matches_are_marked() -> None:
    viewport = viewport_of((Column("a"),), [("xyxyx",), ("Xy",), ("漢xy",), ("no",)])
    viewport.search = "xy"
    viewport.resize(20, 9)
    assert viewport.lines()[1:] == [
        [("match", "xy"), ("match", "xy"), ("cursor", "x")],
        [("match", "Xy"), ("cell", "   ")],
        [("cell", "漢"), ("match", "xy"), ("cell", " ")],
        [("cell", "no   ")],
    ]


def test_a_match_out_of_sight_marks_the_whole_cell() -> None:
    viewport = viewport_of((Column("a"),), [("x" * 100 + "needle",)])
    viewport.search = "needle"
    viewport.resize(40, 5)
    assert viewport.lines()[1] == [("match", "x" * 39 + "…")]


def test_hostile_values_are_harmless(forbidden: frozenset[str]) -> None:
    rows: list[Row] = [(f"a{character}b",) for character in sorted(forbidden)]
    viewport = viewport_of((Column("n\x1b[2J"),), rows)
    viewport.resize(80, len(rows) + 2)
    assert not forbidden.intersection("".join(text(viewport.lines())))
    assert not forbidden.intersection(viewport.position(more=False))
    assert not forbidden.intersection(closely("\x1b[31m", "varchar", FormatOptions()))


def test_a_value_looked_at_closely() -> None:
    options = FormatOptions()
    assert closely(None, "varchar", options) == "NULL"
    assert closely('{"a": 1.10}', "json", options) == '{\n  "a": 1.10\n}'
    assert closely("a\nb\x1b", "varchar", options) == "a\nb^["
    assert closely(' ["x"]', "varchar", options) == '[\n  "x"\n]'
    assert closely("[no JSON]", "varchar", options) == "[no JSON]"


def test_a_huge_value_is_looked_at_in_part() -> None:
    text = closely("漢" * 10_000_000, "json", FormatOptions())
    assert text.endswith("\n… 9,800,000 characters more; export the row to see them")
    viewport = viewport_of((Column("a"),), [("漢\x1b" * 10_000_000,)])
    viewport.resize(40, 5)
    assert viewport.lines()[1] == [("cursor", "漢^[" * 9 + "漢^…")]


def test_an_empty_result(viewport: Viewport) -> None:
    empty = viewport_of(COLUMNS, [])
    empty.resize(80, 10)
    assert len(empty.lines()) == 1
    assert empty.cell() is None
    assert empty.current_row() == ()
    assert empty.position(more=False).startswith("row 0 of 0 · 1/12")
    assert viewport.needs > 0


def test_digits_are_grouped_on_request() -> None:
    viewport = viewport_of((Column("n", "bigint"),), [("1234567",)], digit_groups=True)
    viewport.resize(20, 5)
    assert viewport.lines()[1] == [("cursor", "1,234,567")]
    viewport.resize(3, 5)
    assert viewport.lines()[1] == [("cursor", "1,…")]
