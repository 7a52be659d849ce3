from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.athena.csv_rows import split_csv
from athena_shell.core.errors import ResultError
from athena_shell.core.model import Row

AWKWARD = st.text(st.sampled_from('a",\n\r ü😀\0'), max_size=8)
TABLES = st.integers(min_value=1, max_value=4).flatmap(
    lambda width: st.lists(
        st.tuples(*[st.one_of(st.none(), AWKWARD, st.text(max_size=5))] * width), max_size=12
    ).map(lambda rows: (width, rows))
)


def written(rows: list[Row]) -> bytes:
    """Write rows as Athena does."""
    lines = (
        ",".join("" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row)
        for row in rows
    )
    return "".join(line + "\n" for line in lines).encode("utf-8", "surrogatepass")


def read(data: bytes, width: int, size: int = 1 << 20) -> list[Row]:
    blocks = (data[start : start + size] for start in range(0, len(data), size))
    return [row for rows in split_csv(blocks, width) for row in rows]


def test_null_and_the_empty_text_stay_apart() -> None:
    assert read(b'"a",,"",\n', 4) == [("a", None, "", None)]


def test_a_single_null_is_an_empty_line() -> None:
    assert read(b'"a"\n\n""\n', 1) == [("a",), (None,), ("",)]


def test_quotes_commas_and_line_breaks_inside_values() -> None:
    data = b'"say ""hi""","a,b","two\nlines\n"\n"","",""\n'

    assert read(data, 3) == [('say "hi"', "a,b", "two\nlines\n"), ("", "", "")]


@pytest.mark.parametrize("value", ['a","b', '","', '","","', 'a","b","c', '",,"', "\n\n", '"\n"'])
def test_values_that_look_like_delimiters(value: str) -> None:
    rows: list[Row] = [(value, None, "x", "y"), (None, value, value, None)]

    assert read(written(rows), 4) == rows


@given(TABLES, st.integers(min_value=1, max_value=40))
def test_what_athena_writes_is_read_back_however_it_arrives(
    table: tuple[int, list[Row]], size: int
) -> None:
    width, rows = table

    assert read(written(rows), width, size) == rows


@given(st.binary(max_size=200), st.integers(min_value=1, max_value=3))
def test_any_bytes_are_rows_or_a_clear_error(data: bytes, width: int) -> None:
    try:
        rows = read(data, width)
    except ResultError:
        return
    assert all(len(row) == width for row in rows)


def test_a_missing_last_line_break_is_forgiven() -> None:
    assert read(b'"a"\n"b"', 1) == [("a",), ("b",)]


@pytest.mark.parametrize("data", [b'"a\n', b'"a","b\n"c"\n"', b'"\xc3', b'a,"b"\n', b'"a""",b"\n'])
def test_an_object_cut_inside_a_value_is_an_error(data: bytes) -> None:
    with pytest.raises(ResultError):
        read(data, 2)


@pytest.mark.parametrize("data", [b',"ab"c,"d"\n', b',a"b","c"\n', b'"",a"b",\n', b',"a"",b"\n'])
def test_a_badly_quoted_value_beside_a_null_is_an_error(data: bytes) -> None:
    with pytest.raises(ResultError):
        read(data, 3)


def test_an_object_of_another_width_is_an_error() -> None:
    with pytest.raises(ResultError, match="has 3 cells where the result has 2 columns"):
        read(b'"a","b","c"\n', 2)


def test_bytes_that_are_not_utf8_are_an_error() -> None:
    with pytest.raises(ResultError, match="not UTF-8"):
        read(b'"\xff\xfe"\n', 1)


@pytest.mark.parametrize("cell", [('x" ,\n' * 13 + "y") * 120_000, "x" * (32 << 20)])
def test_a_cell_of_any_size(cell: str) -> None:
    assert read(written([(cell, "z")]), 2) == [(cell, "z")]
