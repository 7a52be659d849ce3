"""What CSV and TSV hold can be read back, NULL and the empty text apart."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.model import Column, Row
from athena_shell.output.delimited import format_csv, format_tsv
from athena_shell.output.options import FormatOptions

CELL = (
    st.none()
    | st.text(st.characters(codec="utf-8"), max_size=8)
    | st.sampled_from(["", '"', ",", "\t", "\n", "\r\n", "a,b", '""', "NULL", "\x00", "=1"])
)
ROWS = st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[CELL] * width), max_size=8))


def parsed(text: str, delimiter: str) -> list[Row]:
    """Read the dialect back, character by character, as slowly and as surely as can be."""
    rows: list[Row] = []
    row: list[str | None] = []
    at = 0
    while at < len(text):
        if text[at] == '"':
            cell, at = "", at + 1
            while text[at : at + 2] == '""' or text[at] != '"':
                step = 2 if text[at] == '"' else 1
                cell += text[at]
                at += step
            row.append(cell)
            at += 1
        else:
            start = at
            while text[at] not in {delimiter, "\n"}:
                at += 1
            row.append(text[start:at] or None)
        if text[at] == "\n":
            rows.append(tuple(row))
            row = []
        at += 1
    return rows


def columns_for(rows: list[Row]) -> tuple[Column, ...]:
    return tuple(Column(f"c{index}") for index in range(len(rows[0]) if rows else 2))


@given(ROWS, st.booleans(), st.sampled_from(["", ";", "|", "\t"]))
def test_csv_reads_back_exactly(rows: list[Row], quote_all: bool, separator: str) -> None:  # noqa: FBT001 - drawn
    options = FormatOptions(quote_all=quote_all, separator=separator)
    text = "".join(format_csv(columns_for(rows), rows, options))
    header, *back = parsed(text, separator or ",")
    assert header == tuple(column.name for column in columns_for(rows))
    assert back == rows


@given(ROWS)
def test_tsv_reads_back_exactly(rows: list[Row]) -> None:
    text = "".join(format_tsv(columns_for(rows), rows, FormatOptions(header=False)))
    assert parsed(text, "\t") == rows


@given(ROWS)
def test_other_readers_agree_but_for_null(rows: list[Row]) -> None:
    text = "".join(format_csv(columns_for(rows), rows, FormatOptions(header=False)))
    back = list(csv.reader(io.StringIO(text, newline="")))
    wanted = [[cell or "" for cell in row] for row in rows]
    assert [row or [""] for row in back] == wanted


def test_the_dialect_is_that_of_athena() -> None:
    columns = (Column("id", "integer"), Column('na"me'))
    rows: list[Row] = [("1", ""), ("2", None), (None, 'a "b", c')]
    text = "".join(format_csv(columns, rows, FormatOptions()))
    assert text == '"id","na""me"\n"1",""\n"2",\n,"a ""b"", c"\n'


def test_a_separator_parts_the_values_of_csv_alone() -> None:
    rows: list[Row] = [("1", 'a;"b'), (None, "")]
    columns = (Column("x"), Column("y"))
    options = FormatOptions(separator=";", header=False)
    assert "".join(format_csv(columns, rows, options)) == '"1";"a;""b"\n;""\n'
    assert "".join(format_tsv(columns, rows, options)) == '1\t"a;""b"\n\t""\n'


def test_no_columns_give_no_line() -> None:
    assert list(format_csv((), [()], FormatOptions())) == []
    assert list(format_tsv((), [()], FormatOptions())) == []


def test_to_a_file_every_value_is_exact_and_to_a_terminal_it_is_safe() -> None:
    row: Row = ("\x1b]52;c;x\x07", "a\tb")
    columns = (Column("a"), Column("b"))
    exact = "".join(format_csv(columns, [row], FormatOptions(header=False)))
    assert exact == '"\x1b]52;c;x\x07","a\tb"\n'
    shown = "".join(format_csv(columns, [row], FormatOptions(header=False, tty=True)))
    assert shown == '"^[]52;c;x^G","a\tb"\n'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_formulas_are_guarded_on_request(start: str) -> None:
    columns = (Column("=name"), Column("n", "bigint"))
    text = "".join(
        format_csv(columns, [(f"{start}1+1", "-5"), (None, None)], FormatOptions(csv_safe=True))
    )
    assert text == f'"\'=name","n"\n"\'{start}1+1","-5"\n,\n'
