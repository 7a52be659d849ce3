"""Records: a line for each column, the value's own lines marked."""

from __future__ import annotations

from athena_shell.core.model import Column
from athena_shell.output.options import FormatOptions
from athena_shell.output.vertical import format_vertical

COLUMNS = (Column("order_id", "bigint"), Column("note"))


def drawn(row: tuple[str | None, ...], options: FormatOptions | None = None) -> str:
    return "".join(format_vertical(COLUMNS, [row], options or FormatOptions()))


def test_a_record() -> None:
    assert drawn(("17", None)) == (
        "-[ RECORD 1 ]---------------------------\norder_id | 17\nnote     | NULL\n"
    )


def test_a_value_cannot_pretend_to_be_a_record() -> None:
    assert drawn(("1", "a\n-[ RECORD 2 ]-\norder_id | 2")).splitlines()[2:] == [
        "note     | a",
        "         : -[ RECORD 2 ]-",
        "         : order_id | 2",
    ]


def test_an_empty_value_leaves_no_blank_at_the_end() -> None:
    assert drawn(("", "")).splitlines()[1:] == ["order_id |", "note     |"]


def test_types_groups_and_colours() -> None:
    options = FormatOptions(type_row=True, digit_groups=True, color=True)
    assert drawn(("1000", None), options).splitlines()[1:] == [
        "\x1b[1morder_id (bigint)\x1b[0m | 1,000",
        "\x1b[1mnote (varchar)   \x1b[0m | \x1b[2mNULL\x1b[0m",
    ]


def test_a_long_name_is_cut() -> None:
    text = "".join(format_vertical([Column("n" * 100)], [("1",)], FormatOptions()))
    assert text.splitlines()[1] == "n" * 59 + "… | 1"


def test_no_columns_draw_nothing() -> None:
    assert list(format_vertical((), [()], FormatOptions())) == []
