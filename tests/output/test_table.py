"""Tables are drawn while rows arrive: exact values, fixed widths, bounded look-ahead."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.model import Column, Row
from athena_shell.output.options import Expanded, FormatOptions, Overflow
from athena_shell.output.table import SAMPLE_ROWS, format_table
from athena_shell.output.widths import display_width

TEXT = Column("t")
NUMBER = Column("n", "bigint")


def drawn(columns: tuple[Column, ...], rows: list[Row], options: FormatOptions) -> list[str]:
    return "".join(format_table(columns, rows, options)).splitlines()


def test_numbers_are_exact_and_right_aligned_and_null_is_not_empty() -> None:
    columns = (Column("price", "decimal", 5, 2), TEXT)
    rows: list[Row] = [("1.10", ""), ("10.00", None), ("1e3", "NULL"), (None, " x ")]
    assert drawn(columns, rows, FormatOptions(null="∅")) == [
        "+-------+------+",
        "| price | t    |",
        "|-------+------|",
        "|  1.10 |      |",
        "| 10.00 | ∅    |",
        "|   1e3 | NULL |",
        "|     ∅ |  x   |",
        "+-------+------+",
    ]


def test_no_columns_draw_nothing_and_no_rows_draw_the_frame() -> None:
    assert drawn((), [()], FormatOptions()) == []
    assert drawn((TEXT,), [], FormatOptions()) == ["+---+", "| t |", "|---|", "+---+"]


def test_types_go_below_the_names() -> None:
    columns = (Column("d", "decimal", 10, 2), Column("v", "varchar"))
    assert drawn(columns, [("1", "a")], FormatOptions(type_row=True, style="simple")) == [
        "            d  v",
        "decimal(10,2)  varchar",
        "-------------  -------",
        "            1  a",
    ]


def test_the_header_can_be_left_out() -> None:
    assert drawn((TEXT,), [("a",)], FormatOptions(header=False)) == ["+---+", "| a |", "+---+"]


def test_a_cell_with_control_characters_stays_on_its_line() -> None:
    rows: list[Row] = [("a\nb\tc\x1b[0m",), ("漢字",), ("e\u0301",)]
    assert drawn((TEXT,), rows, FormatOptions()) == [
        "+--------------+",
        "| t            |",
        "|--------------|",
        r"| a\nb\tc^[[0m |",
        "| 漢字         |",
        "| e\u0301            |",
        "+--------------+",
    ]


def _begins_with_a_letter(text: str) -> bool:
    """A mark at the start joins the blank before it, which terminals draw in different ways."""
    return not text or not unicodedata.category(text[0]).startswith("M")


CELL = st.none() | st.text(max_size=30).filter(_begins_with_a_letter)


@given(
    st.lists(st.tuples(CELL, CELL), max_size=20),
    st.sampled_from(["psql", "box", "simple_grid", "rounded"]),
    st.sampled_from(Overflow),
    st.integers(0, 8),
    st.booleans(),
)
def test_every_line_is_equally_wide(
    rows: list[Row],
    style: str,
    overflow: Overflow,
    limit: int,
    null: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    if overflow is Overflow.SPILL:
        limit = 0
    options = FormatOptions(
        style=style,
        overflow=overflow,
        max_column_width=limit and limit + 1,
        null="NULL" if null else "",
    )
    lines = "".join(format_table((TEXT, Column("u")), rows, options)).split("\n")
    assert len({display_width(line) for line in lines[:-1]}) == 1


@pytest.mark.parametrize(
    ("overflow", "expected"),
    [
        (Overflow.CUT, ["| abcd… | 1 |"]),
        (Overflow.WRAP, ["| abcde | 1 |", "| fgh   |   |"]),
        (Overflow.SPILL, ["| abcdefgh | 1 |"]),
    ],
)
def test_a_cell_wider_than_the_limit(overflow: Overflow, expected: list[str]) -> None:
    options = FormatOptions(max_column_width=5, overflow=overflow)
    assert drawn((TEXT, NUMBER), [("abcdefgh", "1")], options)[3:-1] == expected


def test_later_texts_are_cut_but_later_numbers_never() -> None:
    rows: list[Row] = [*[("1", "short")] * SAMPLE_ROWS, ("1234567890", "much longer text")]
    lines = drawn((NUMBER, TEXT), rows, FormatOptions())
    assert lines[3] == "|    1 | short    |"
    assert lines[-2] == "| 1234567890 | much lo… |"
    assert lines[-1] == "+------------+----------+"


def test_wide_rows_turn_vertical_on_automatic_only() -> None:
    columns = tuple(Column(f"column_{index}") for index in range(10))
    row: Row = tuple("x" * 10 for _ in columns)
    wide = FormatOptions(width=80, expanded=Expanded.AUTO)
    assert drawn(columns, [row], wide)[:2] == [
        "-[ RECORD 1 ]---------------------------",
        "column_0 | xxxxxxxxxx",
    ]
    assert drawn(columns, [row], FormatOptions(width=200, expanded=Expanded.AUTO))[0][0] == "+"
    assert drawn(columns, [row], FormatOptions(width=80))[0][0] == "+"
    assert drawn((TEXT,), [("a",)], FormatOptions(expanded=Expanded.ON))[1] == "t | a"


def test_digits_are_grouped_on_request() -> None:
    options = FormatOptions(digit_groups=True)
    assert drawn((NUMBER,), [("1234567",), ("-1000",), (None,)], options)[3:-1] == [
        "| 1,234,567 |",
        "|    -1,000 |",
        "|      NULL |",
    ]


def test_colours_do_not_change_the_layout() -> None:
    rows: list[Row] = [("1", None), ("2", "漢")]
    plain = drawn((NUMBER, TEXT), rows, FormatOptions())
    colored = drawn((NUMBER, TEXT), rows, FormatOptions(color=True))
    bare = [
        line.replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
        for line in colored
    ]
    assert bare == plain
    assert colored[3] == "| 1 | \x1b[2mNULL\x1b[0m |"


def test_only_the_sample_is_read_before_the_first_line() -> None:
    taken = 0

    def rows() -> Iterator[Row]:
        nonlocal taken
        for number in range(100_000):
            taken += 1
            yield (str(number),)

    pieces = format_table((NUMBER,), rows(), FormatOptions())
    next(pieces)
    assert taken == SAMPLE_ROWS
    next(pieces)
    assert taken <= 10_000


def test_five_thousand_columns() -> None:
    columns = tuple(Column(f"c{index}") for index in range(5000))
    row: Row = tuple(str(index) for index in range(5000))
    lines = drawn(columns, [row, row], FormatOptions())
    assert len(lines) == 6
    assert len({len(line) for line in lines}) == 1


def test_one_huge_cell_does_not_widen_the_column_without_end() -> None:
    lines = drawn((TEXT,), [("x" * 32_000_000,), ("y",)], FormatOptions())
    assert {len(line) for line in lines} == {4004}
    assert lines[3].endswith("xxx… |")


def test_percent_signs_and_the_text_none_are_only_text() -> None:
    rows: list[Row] = [("100%s",), ("None",), (None,)]
    assert drawn((Column("%d"),), rows, FormatOptions())[1:-1] == [
        "| %d    |",
        "|-------|",
        "| 100%s |",
        "| None  |",
        "| NULL  |",
    ]


def test_a_lone_row_says_how_big_its_numbers_are() -> None:
    options = FormatOptions(number_hint=True, tty=True)
    columns = (NUMBER, TEXT, NUMBER)
    assert drawn(columns, [("12345678", "12345678", "10")], options)[3:-1] == [
        "|        12345678 | 12345678 | 10 |",
        "| (12.35 million) |          |    |",
    ]
    assert len(drawn(columns, [("12345678", "x", "10")] * 2, options)) == 6
    assert len(drawn(columns, [("10", "x", "10")], options)) == 5
    assert len(drawn(columns, [("12345678", "x", "10")], FormatOptions(number_hint=True))) == 5


def test_nested_values_are_laid_out_on_request() -> None:
    options = FormatOptions(pretty=True)
    rows: list[Row] = [("[1, 2]", "a"), ("[]", "b")]
    assert drawn((Column("v", "array"), TEXT), rows, options)[3:-1] == [
        "| [   | a |",
        "|   1 |   |",
        "|   2 |   |",
        "| ]   |   |",
        "| []  | b |",
    ]


def test_joiners_are_kept_on_request() -> None:
    family = "\N{MAN}\u200d\N{WOMAN}"
    kept = drawn((TEXT,), [(family,)], FormatOptions(keep_joiners=True, tty=True))
    assert family in kept[3]
    assert "200D" in drawn((TEXT,), [(family,)], FormatOptions(tty=True))[3]
