"""A grid shows loaded rows through a filter, an order and a choice of columns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from athena_shell.core.model import Column, Row
from athena_shell.output.condition import condition
from athena_shell.output.grid import Grid, holds
from athena_shell.output.rowstore import RowStore
from athena_shell.output.statistics import ColumnStatistics, statistics

COLUMNS = (Column("id", "bigint"), Column("Name"), Column("price", "decimal", 5, 2))
ROWS: list[Row] = [
    ("1", "pear", "10.00"),
    ("2", "Apple", "9.50"),
    ("3", None, None),
    ("10", "fig", "100.00"),
]


@pytest.fixture
def grid() -> Iterator[Grid]:
    store = RowStore(len(COLUMNS))
    grid = Grid(COLUMNS, store)
    grid.append(ROWS)
    yield grid
    store.close()


def ids(grid: Grid) -> list[str | None]:
    return [grid.row(number)[0] for number in range(len(grid))]


def test_numbers_are_ordered_as_numbers_and_missing_ones_come_last(grid: Grid) -> None:
    grid.sort(2)
    assert ids(grid) == ["2", "1", "10", "3"]
    assert grid.label() == "price ▲"
    grid.sort(2)
    assert ids(grid) == ["10", "1", "2", "3"]
    assert grid.label() == "price ▼"
    grid.sort(2)
    assert ids(grid) == ["1", "2", "3", "10"]
    assert grid.label() == ""


@pytest.mark.parametrize(
    ("place", "text", "left"),
    [
        (0, "> 2", ["3", "10"]),
        (0, ">= 2", ["2", "3", "10"]),
        (0, "= 10", ["10"]),
        (0, "!= 10", ["1", "2", "3"]),
        (2, "< 10", ["2"]),
        (2, "<= 10.0", ["1", "2"]),
        (1, "P", ["1", "2"]),
        (1, "!p", ["10"]),
        (1, "null", ["3"]),
        (1, "!null", ["1", "2", "10"]),
        (1, "= fig", ["10"]),
        (1, "nothing", []),
        (1, "  ", ["1", "2", "3", "10"]),
    ],
)
def test_filters(grid: Grid, place: int, text: str, left: list[str]) -> None:
    grid.filter(place, text)
    assert ids(grid) == left


def test_rows_loaded_later_pass_the_filter(grid: Grid) -> None:
    grid.filter(1, "p")
    grid.sort(0)
    grid.append([("0", "plum", None), ("5", "x", None)])
    assert ids(grid) == ["1", "2", "0"]
    assert grid.loaded == 6
    assert grid.number(2) == 4
    assert grid.label() == "Name: p, id ▲"


def test_columns_are_hidden_moved_and_found(grid: Grid) -> None:
    assert grid.carry(0, 2) == 2
    assert [column.name for column in grid.shown] == ["Name", "price", "id"]
    grid.hide(1)
    assert [column.name for column in grid.shown] == ["Name", "id"]
    assert next(grid.rows()) == ("pear", "1")
    assert grid.place("NAME") == 0
    assert grid.place("d") == 1
    assert grid.place("price") is None
    grid.hide(0)
    grid.hide(0)
    assert [column.name for column in grid.shown] == ["id"]
    grid.show_all()
    assert [column.name for column in grid.shown] == ["Name", "price", "id"]
    assert grid.carry(2, -2) == 0
    assert grid.carry(0, -1) == 0
    assert [column.name for column in grid.shown] == ["id", "Name", "price"]
    assert grid.place_of(2) == 2


def test_a_column_moves_past_hidden_ones_and_they_come_back_beside_their_neighbours() -> None:
    columns = [Column(name) for name in "abcde"]
    grid = Grid(columns, RowStore(len(columns)))
    grid.hide(1)
    grid.hide(1)
    assert grid.carry(0, 1) == 1
    assert "".join(column.name for column in grid.shown) == "dae"
    grid.show_all()
    assert "".join(column.name for column in grid.shown) == "bcdae"


def test_search_wraps_around_and_knows_the_view(grid: Grid) -> None:
    assert grid.find("p", -1) == 0
    assert grid.find("p", 0) == 1
    assert grid.find("p", 1) == 0
    assert grid.find("p", 0, forward=False) == 1
    assert grid.find("nothing", 0) is None
    assert grid.find("APPLE", 0) is None
    assert grid.find("Apple", 0) == 1
    grid.filter(0, "> 1")
    assert grid.find("apple", 2) == 0
    assert grid.find_near("fig", 0) == 2
    assert grid.find_near("pear", 0) is None


def test_widths_follow_the_values(grid: Grid) -> None:
    assert [grid.width(place) for place in range(3)] == [3, 5, 6]
    grid.append([("1", "漢" * 30, "x\x1b"), (None, None, None)])
    assert [grid.width(place) for place in range(3)] == [4, 40, 6]
    grid.widen(1)
    assert grid.width(1) == 60
    grid.widen(1)
    assert grid.width(1) == 40


def test_figures(grid: Grid) -> None:
    assert grid.statistics(2) == ColumnStatistics(4, 1, 3, least="9.50", greatest="100.00")
    assert grid.statistics(1) == ColumnStatistics(4, 1, 3, least="Apple", greatest="pear")
    grid.filter(1, "null")
    assert grid.statistics(1) == ColumnStatistics(1, 1, 0)


def test_odd_values_among_numbers_have_an_order() -> None:
    figures = statistics(Column("x", "double"), ["NaN", "1e3", "5", "Infinity", "", None])
    assert (figures.least, figures.greatest) == ("5", "NaN")
    assert condition(Column("x", "bigint"), "> abc")("5") is False
    assert holds(None, "x") is False
