"""Lists in narrow terminals."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.model import Column, Row
from athena_shell.output.fitting import fold
from athena_shell.output.options import Content, Expanded, FormatOptions
from athena_shell.output.table import format_table
from athena_shell.output.vertical import format_vertical
from athena_shell.output.widths import display_width

COLUMNS = tuple(map(Column, ("column", "type", "key", "comment")))
ROWS: Sequence[Row] = (
    ("customer_id", "decimal(10,2)", "", ""),
    ("place", "struct<city:string,lat:double,lon:double>", "", ""),
    ("month", "string", "partition", ""),
)


def drawn(
    rows: Sequence[Row],
    width: int,
    *,
    content: Content = Content.LIST,
    columns: Sequence[Column] = COLUMNS,
    expanded: Expanded = Expanded.AUTO,
) -> list[str]:
    options = FormatOptions(width=width, expanded=expanded, content=content)
    return "".join(format_table(columns, rows, options)).splitlines()


def test_a_list_that_fits_shows_its_empty_columns_too() -> None:
    assert drawn(ROWS[:1], 60) == [
        "+-------------+---------------+-----+---------+",
        "| column      | type          | key | comment |",
        "|-------------+---------------+-----+---------|",
        "| customer_id | decimal(10,2) |     |         |",
        "+-------------+---------------+-----+---------+",
    ]


def test_a_list_too_wide_leaves_out_what_is_empty_and_breaks_long_texts_between_words() -> None:
    assert drawn(ROWS, 44) == [
        "+-------------+----------------+-----------+",
        "| column      | type           | key       |",
        "|-------------+----------------+-----------|",
        "| customer_id | decimal(10,2)  |           |",
        "| place       | struct<        |           |",
        "|             | city:string,   |           |",
        "|             | lat:double,    |           |",
        "|             | lon:double>    |           |",
        "| month       | string         | partition |",
        "+-------------+----------------+-----------+",
    ]


@pytest.mark.parametrize("content", [Content.RESULT, Content.FIGURES])
def test_a_result_is_never_fitted(content: Content) -> None:
    columns = COLUMNS[:2]
    rows = [("name", "a text of many words that is too wide")]
    assert drawn(rows, 30, content=content, columns=columns)[0].startswith("-[ RECORD 1 ]-")


def test_a_list_whose_words_do_not_fit_is_drawn_as_records() -> None:
    columns = (Column("name"), Column("location"))
    assert drawn([("orders", "s3://a-bucket/with/a/long/name/")], 30, columns=columns) == [
        "-[ RECORD 1 ]---------------------------",
        "name     | orders",
        "location | s3://a-bucket/with/a/long/name/",
    ]


def test_a_long_text_is_not_squeezed_into_a_tall_column() -> None:
    columns = (Column("statement"), Column("purpose"))
    rows = [("ALTER TABLE", "Put these columns in the place of all that there are")]
    assert drawn(rows, 36, columns=columns) == [
        "+-------------+--------------------+",
        "| statement   | purpose            |",
        "|-------------+--------------------|",
        "| ALTER TABLE | Put these columns  |",
        "|             | in the place of    |",
        "|             | all that there are |",
        "+-------------+--------------------+",
    ]
    assert drawn(rows, 35, columns=columns)[0].startswith("-[ RECORD 1 ]-")


def test_records_that_are_asked_for_are_not_fitted() -> None:
    assert drawn(ROWS, 44, expanded=Expanded.ON)[0].startswith("-[ RECORD 1 ]-")


def test_figures_are_one_record() -> None:
    rows = (("id", "1f"), ("state", "SUCCEEDED"), ("reason", None))
    options = FormatOptions(content=Content.FIGURES)
    text = "".join(format_vertical((Column("figure"), Column("value")), rows, options))
    assert text.splitlines() == [
        "-[ RECORD 1 ]---------------------------",
        "id     | 1f",
        "state  | SUCCEEDED",
        "reason | NULL",
    ]


def test_the_values_of_commands_go_on_below_their_beginning_but_words_stay_whole() -> None:
    rows = (("engine", "Athena engine version 3"), ("result", "s3://bucket/of/a/long/name/"))
    options = FormatOptions(width=24, content=Content.FIGURES)
    text = "".join(format_vertical((Column("figure"), Column("value")), rows, options))
    assert text.splitlines()[1:] == [
        "engine | Athena engine",
        "         version 3",
        "result | s3://bucket/of/a/long/name/",
    ]


@given(st.text(st.sampled_from("ab, <(漢 "), max_size=40), st.integers(2, 12))
def test_folding_loses_nothing_but_blanks_and_keeps_to_the_width(text: str, width: int) -> None:
    lines = fold(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(display_width(line) <= width for line in lines)
