"""A large result in forty rows that say what they leave out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.model import Column, Row
from athena_shell.output import inline
from athena_shell.output.inline import format_inline
from athena_shell.output.options import FormatOptions
from athena_shell.output.widths import display_width

COLUMN = (Column("id", "bigint"),)


def rows(count: int) -> Iterator[Row]:
    for number in range(count):
        yield (str(number),)


def drawn(count: int, options: FormatOptions | None = None) -> list[str]:
    return "".join(format_inline(COLUMN, rows(count), options or FormatOptions())).splitlines()


@pytest.mark.parametrize("count", [0, 1, 2, 40])
def test_what_is_small_is_whole(count: int) -> None:
    lines = drawn(count)
    assert len(lines) == count + 5
    assert lines[-1] == ("1 row" if count == 1 else f"{count} rows")


@pytest.mark.parametrize("count", [41, 45, 60, 61, 1234])
def test_head_and_tail(count: int) -> None:
    lines = drawn(count)
    numbers = [line.strip("| ") for line in lines[3:-2]]
    assert numbers[:20] == [str(number) for number in range(20)]
    assert numbers[20:23] == ["·", "·", "·"]
    assert numbers[23:] == [str(number) for number in range(count - 20, count)]
    assert lines[-1] == rf"{count:,} rows, {count - 40:,} left out · \last table shows all"


@pytest.mark.parametrize(("height", "end"), [(24, 6), (12, 2), (3, 2), (200, 20)])
def test_a_low_terminal_gets_fewer_rows(height: int, end: int) -> None:
    lines = drawn(1234, FormatOptions(height=height))
    numbers = [int(line.strip("| ")) for line in lines[3:-2] if "·" not in line]
    assert numbers == [*range(end), *range(1234 - end, 1234)]
    assert lines[-1] == rf"1,234 rows, {1234 - 2 * end:,} left out · \last table shows all"


def test_an_endless_result_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline, "_MOST_READ", 100)
    lines = drawn(1_000_000)
    assert len(lines) == 3 + 40 + 3 + 1 + 1
    assert lines[-1] == r"more than 100 rows, all but 40 left out · \last table shows all"


def test_middle_columns_go() -> None:
    columns = tuple(Column(f"column{number}") for number in range(20))
    row: Row = tuple(f"value {number}" for number in range(20))
    lines = "".join(format_inline(columns, [row], FormatOptions(width=60))).splitlines()
    assert lines[1:-2] == [
        "| column0 | column1 | column2 | … | column18 | column19 |",
        "|---------+---------+---------+---+----------+----------|",
        "| value 0 | value 1 | value 2 | … | value 18 | value 19 |",
    ]
    assert lines[-1] == r"1 row · 20 columns, 15 left out · \last table shows all"


@given(st.integers(1, 200), st.lists(st.integers(0, 60), min_size=1, max_size=30))
def test_the_table_fits(width: int, sizes: list[int]) -> None:
    columns = tuple(Column(f"c{place}") for place in range(len(sizes)))
    row: Row = tuple("x" * size for size in sizes)
    options = FormatOptions(width=width)
    lines = "".join(format_inline(columns, [row], options)).splitlines()
    first = display_width(lines[3].split("|")[1]) + 12
    assert all(display_width(line) <= max(width, first) for line in lines[:-1])


def test_no_columns_draw_nothing() -> None:
    assert list(format_inline((), [()], FormatOptions())) == []
